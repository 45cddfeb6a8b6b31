"""`reconcile` reads both remotes and names every difference with its cause."""

import datetime
import unittest

import books_check
import harness
from shop import MAPPING, Shop

TODAY = datetime.date.today()
ALWAYS = ("--from", str(TODAY - datetime.timedelta(days=60)), "--to", str(TODAY + datetime.timedelta(days=120)))


class Reconcile(harness.EndToEnd):
    def reconcile(self, shop, code):
        return shop.connector.must("reconcile", shop.connector.name, *ALWAYS, "--output", "json", code=code).json()

    def causes(self, result):
        return {line["cause"] for line in result["lines"] if line["cause"]}

    def expect_sums_agree(self, result):
        for sums in result["currencies"]:
            self.assertEqual(float(sums["difference"]), 0.0, sums)

    def test_balances_and_finds_what_a_person_did(self):
        shop = Shop(self, mode="invoice_only", orders=60, life_speed=100_000)
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        nothing_read = self.reconcile(shop, 1)
        self.assertEqual(self.causes(nothing_read), {"not_read_yet"})

        shop.connector.must("sync", shop.connector.name, "orders")
        whole = self.reconcile(shop, 0)
        self.assertTrue(whole["balances"])
        self.assertGreater(int(whole["orders"]), 20)
        self.expect_sums_agree(whole)
        self.assertGreater(sum(float(sums["tax_left_out"]) for sums in whole["currencies"]), 0, "tax is shown, too")

        invoices = shop.sandbox.exact_books()["invoices"]
        changed, deleted = invoices[3], invoices[7]
        line = changed["lines"][0]
        shop.sandbox.edit_exact(action="change_invoice_line", id=line["id"], net_price=str(float(line["net_price"]) + 0.01))
        found = self.reconcile(shop, 1)
        wrong = [entry for entry in found["lines"] if entry["cause"]]
        self.assertEqual([(entry["source"], entry["cause"]) for entry in wrong], [(changed["your_ref"].removeprefix("WM-").split("-")[0], "changed_in_exact")])
        self.assertIn(line["item"], wrong[0]["explanation"])
        self.assertIn(changed["your_ref"], wrong[0]["explanation"])

        shop.sandbox.edit_exact(action="delete_invoice", id=deleted["id"])
        self.assertEqual(self.causes(self.reconcile(shop, 1)), {"changed_in_exact", "deleted_in_exact"})
        text = shop.connector.must("reconcile", shop.connector.name, *ALWAYS, code=1).out
        self.assertIn("a person changed invoice", text)
        self.assertIn("lines differ", text)

    def test_returns(self):
        self.returns("invoice_only")

    def test_returns_of_sales_orders(self):
        self.returns("sales_order_and_invoice")

    def test_returns_of_direct_invoices_with_tax(self):
        self.returns("direct_invoice", tax="clearing_account")

    def returns(self, mode, **options):
        shop = Shop(self, mode=mode, **options, orders=60, life_speed=1, generator={"refunds": 300, "replacements": 0})
        name = shop.connector.name
        shop.sandbox.walmart_switches(restocking_fee_per_mille=100)

        def sync(flow):
            # An order that leaves from two warehouses waits for a person to look at it.
            self.assertIn(shop.connector.run("sync", name, flow).code, (0, 1))

        sync("orders")
        for order in books_check.walmart_orders(shop.sandbox.walmart_books()):
            if any(line.shipped for line in order.lines):
                shop.sandbox.drive_order(order.id, "return", quantity=1)
        returned = [each for each in shop.sandbox.walmart_books()["returns"] if each["shipNodeType"] == "SellerFulfilled"]
        self.assertGreater(len(returned), 10)

        def move(action, those):
            for each in those:
                shop.sandbox.drive_return(each["returnOrderId"], action)

        move("refund", returned)
        self.assertEqual(self.causes(self.reconcile(shop, 1)), {"refund_not_read_yet"})
        sync("returns")
        self.assertEqual(shop.differences(), [])
        self.expect_sums_agree(self.reconcile(shop, 0))
        move("reverseRefund", returned[:5])
        sync("returns")
        self.expect_sums_agree(self.reconcile(shop, 0))
        note = next(note for note in shop.sandbox.exact_books()["credit_notes"] if note["your_ref"].endswith("-C1"))
        line = note["lines"][0]
        shop.sandbox.edit_exact(action="change_invoice_line", id=line["id"], net_price=str(float(line["net_price"]) + 0.01))
        self.assertEqual(self.causes(self.reconcile(shop, 1)), {"changed_in_exact"})

    def test_held_and_skipped(self):
        shop = Shop(self, mode="sales_order_and_invoice", orders=40, life_speed=100_000)
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        shop.connector.import_mapping(MAPPING + "WM-0002,NO-SUCH-ITEM,,,,,\n")
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.assertEqual(self.causes(self.reconcile(shop, 1)), {"held"})
        shop.connector.import_mapping(MAPPING)
        shop.connector.must("sync", shop.connector.name, "orders")
        self.expect_sums_agree(self.reconcile(shop, 0))

    def test_days_invoices(self):
        shop = Shop(self, mode="daily_summary", orders=150, life_speed=1)
        shop.connector.must("sync", shop.connector.name, "orders")
        for key in [row["key"] for row in shop.connector.postings("--state", "planned") if row["key"].startswith("daily/")]:
            shop.connector.must("posting", "retry", key)
        shop.connector.must("sync", shop.connector.name, "orders")
        whole = self.reconcile(shop, 0)
        self.expect_sums_agree(whole)
        changed = shop.sandbox.exact_books()["invoices"][0]
        line = changed["lines"][0]
        shop.sandbox.edit_exact(action="change_invoice_line", id=line["id"], net_price=str(float(line["net_price"]) + 1))
        wrong = [entry for entry in self.reconcile(shop, 1)["lines"] if entry["cause"]]
        self.assertEqual({entry["cause"] for entry in wrong}, {"changed_in_exact"})
        self.assertTrue(changed["your_ref"].startswith(wrong[0]["source"]))

    def test_bad_periods(self):
        sandbox = self.sandbox(orders=0)
        connector = self.connector(sandbox)
        connector.connect()
        connector.must("reconcile", connector.name, "--from", "2026-11-02", "--to", "2026-11-01", code=2)
        connector.must("reconcile", connector.name, "--from", "yesterday", "--to", "2026-11-01", code=2)
        self.assertTrue(connector.must("reconcile", connector.name, "--from", "2026-11-01", "--to", "2026-11-30", "--output", "json").json()["balances"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
