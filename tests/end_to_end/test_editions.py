"""What an Exact edition has decides the default of document_mode, and doctor sees when it is no longer allowed."""

import json
import unittest

import harness


class Editions(harness.EndToEnd):
    def connected(self, edition, **settings):
        sandbox = self.sandbox(orders=0, exact_switches={"edition": edition})
        connector = self.connector(sandbox)
        connector.connect(**settings)
        return sandbox, connector

    def mode(self, connector):
        return connector.must("connection", "show", connector.name, "--output", "json").json()["settings"]["document_mode"]

    def test_sales_orders_are_the_default_where_the_edition_has_them(self):
        for edition, mode in (("trade", "sales_order_and_invoice"), ("sales_orders", "sales_order_and_invoice"), ("invoicing", "invoice_only")):
            with self.subTest(edition):
                sandbox = self.sandbox(orders=0, name=f"sandbox-{edition}", exact_switches={"edition": edition})
                connector = self.connector(sandbox, folder=edition)
                connector.connect()
                self.assertEqual(self.mode(connector), mode)
                self.assertIn("Its edition has sales orders: " + ("no" if edition == "invoicing" else "yes"), connector.transcript.read_text())
                self.assertIn("document_mode was chosen: " + mode, connector.transcript.read_text())
                connector.must("doctor")

    def test_a_mode_that_was_set_stays(self):
        _, connector = self.connected("trade", document_mode="invoice_only")
        self.assertEqual(self.mode(connector), "invoice_only")
        self.assertIn("document_mode stays invoice_only", connector.transcript.read_text())

    def signed_in(self, sandbox, connector, division=None):
        """What the sign-in of a connection in that division says."""
        exact = sandbox.exact
        connector.must("connection", "add", connector.name, "--market", "us", "--division", division or exact["division"])
        secret = connector.folder / "exact.secret"
        secret.write_text(exact["client_secret"])
        return self.sign_in(sandbox, connector)

    def sign_in(self, sandbox, connector):
        words = ("connect", "exact", connector.name, "--client-id", sandbox.exact["client_id"], "--client-secret-file", connector.folder / "exact.secret")
        return connector.run(*words, "--code", connector.authorization_code(connector.must(*words)))

    def test_a_scope_that_the_app_lacks_chooses_no_mode(self):
        sandbox = self.sandbox(orders=0, exact_switches={"forbidden_scopes": ["salesorder"]})
        connector = self.connector(sandbox)
        done = self.signed_in(sandbox, connector)
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("lacks a scope", done.out)
        self.assertIn("document_mode is not chosen yet", done.out)
        sandbox.exact_switches(forbidden_scopes=[])
        self.assertIn("document_mode was chosen: sales_order_and_invoice", self.sign_in(sandbox, connector).out)
        self.assertEqual(self.mode(connector), "sales_order_and_invoice")

    def test_a_division_that_is_closed_to_the_user_is_said(self):
        sandbox = self.sandbox(orders=0)
        connector = self.connector(sandbox)
        done = self.signed_in(sandbox, connector, division=999_999)
        self.assertEqual(done.code, 3, done.out)
        self.assertIn("division 999999", done.err)
        self.assertIn("NoDivisionAccess", done.err)

    def test_doctor_finds_a_mode_that_the_edition_lost(self):
        sandbox, connector = self.connected("trade", document_mode="direct_invoice")
        connector.must("doctor")
        sandbox.exact_switches(edition="sales_orders")
        lost = connector.must("doctor", "--output", "json", code=2).json()
        failed = [check for check in lost["checks"] if check["result"] == "failed"]
        self.assertEqual(len(failed), 1, json.dumps(lost))
        self.assertIn("direct_invoice", failed[0]["detail"])
        sandbox.exact_switches(edition="trade", maintenance=True)
        down = connector.must("doctor", "--output", "json").json()
        self.assertEqual([check["result"] for check in down["checks"] if check["check"].startswith("document mode")], ["unknown"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
