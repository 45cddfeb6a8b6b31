"""500 seeded orders through their whole life, in each document mode, with calm and with flaky remotes."""

import unittest

import harness
from shop import Shop

ORDERS = 500
# How many times faster than real time orders live: some days pass in about half a minute.
LIFE_SPEED = 10_000


class OrdersEndToEnd(harness.EndToEnd):
    def whole_life(self, profile, mode, tax, settings=None, currencies=None):
        shop = Shop(
            self, mode=mode, tax=tax, orders=ORDERS, profile=profile, life_speed=LIFE_SPEED, settings=settings, currencies=currencies
        )
        serve = self.serve(shop.connector)
        shop.wait_for_walmart(180, alive=[shop.sandbox, serve])
        shop.wait_until_done(120, alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)

        rows = shop.expect_all_explained()
        self.assertEqual({row["currency"] for row in rows if row["currency"]}, set(currencies or ["USD"]))
        self.assertGreater(len(rows), ORDERS / 2)
        self.assertEqual(len({row["key"] for row in rows}), len(rows))
        shop.expect_sound_store()
        shop.expect_tokens_used_once(lost_answers=profile != "calm")

        # Another run finds nothing to do.
        before = shop.sandbox.exact_books()["counts"]
        shop.connector.retried("sync", shop.connector.name, "orders")
        self.assertEqual(shop.sandbox.exact_books()["counts"], before)
        self.assertEqual(len(shop.connector.postings()), len(rows))
        self.assertEqual(shop.differences(), [])

    def test_invoice_only(self):
        self.whole_life("calm", "invoice_only", "exclude", currencies={"USD": 3, "CAD": 1, "MXN": 1})

    def test_sales_order_and_invoice(self):
        self.whole_life("calm", "sales_order_and_invoice", "clearing_account")

    def test_direct_invoice(self):
        self.whole_life("calm", "direct_invoice", "include")

    def test_processed_with_the_ship_date(self):
        self.whole_life("calm", "invoice_only", "clearing_account", {"invoice_completion": "process_with_ship_date"})

    def test_flaky_invoice_only(self):
        self.whole_life("flaky", "invoice_only", "clearing_account")

    def test_flaky_sales_order_and_invoice(self):
        self.whole_life("flaky", "sales_order_and_invoice", "exclude", currencies={"USD": 1, "CAD": 1})

    def test_flaky_direct_invoice(self):
        self.whole_life("flaky", "direct_invoice", "exclude")


if __name__ == "__main__":
    unittest.main()
