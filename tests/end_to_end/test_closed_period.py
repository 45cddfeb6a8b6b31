"""A financial period that a person closed in Exact holds its documents, or moves them to the first open day."""

import unittest

import harness
from shop import Shop


class ClosedPeriod(harness.EndToEnd):
    def shop(self, policy):
        shop = Shop(
            self, mode="invoice_only", orders=40, life_speed=100_000,
            settings={"invoice_completion": "process_with_ship_date", "closed_period": policy},
        )  # fmt: skip
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        return shop

    def months(self, shop):
        """(year, month) of every shipment, as a dry run dates its documents."""
        previews = shop.connector.must("sync", shop.connector.name, "orders", "--dry-run", "--output", "json").json()["orders"]
        return {tuple(map(int, document["date"].split("-")[:2])) for preview in previews for document in preview["documents"]}

    def test_first_open_day(self):
        shop = self.shop("first_open_day")
        months = self.months(shop)
        for year, month in months:
            shop.sandbox.edit_exact(action="close_period", year=year, period=month)
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(shop.differences(), [], "every cent and piece, on another day")
        invoices = shop.sandbox.exact_books()["invoices"]
        self.assertGreater(len(invoices), 10)
        for invoice in invoices:
            booked = tuple(map(int, invoice["invoice_date"].split("-")[:2]))
            self.assertNotIn(booked, months, invoice)
            self.assertEqual(invoice["invoice_date"][8:10], "01")
            self.assertIn("period closed", invoice["description"])
        trail = shop.connector.must("audit", shop.connector.name, "--format", "jsonl").out
        self.assertIn("posting.dated_on_open_day", trail)
        # One refusal teaches; the requests already on their way may be refused as well, none is sent knowingly.
        refused = trail.count('"posting.held"')
        self.assertLess(refused, 2 * len(invoices))
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_hold_and_reopen(self):
        shop = self.shop("hold")
        months = self.months(shop)
        for year, month in months:
            shop.sandbox.edit_exact(action="close_period", year=year, period=month)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        held = shop.connector.postings("--state", "held")
        self.assertTrue(held)
        self.assertEqual({row["cause"] for row in held}, {"closed_period"})
        for year, month in months:
            shop.sandbox.edit_exact(action="open_period", year=year, period=month)
        shop.connector.must("posting", "retry", "--all-failed")
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(shop.differences(), [])
        shop.expect_all_explained()


if __name__ == "__main__":
    unittest.main(verbosity=2)
