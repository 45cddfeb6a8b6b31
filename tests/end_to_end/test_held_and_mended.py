"""What a person must mend holds its postings with the right cause; once mended they go out by themselves."""

import unittest

import harness
from shop import MAPPING, Shop


class HeldAndMended(harness.EndToEnd):
    def shop(self, orders=60, **options):
        shop = Shop(self, mode="invoice_only", orders=orders, life_speed=100_000, **options)
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        return shop

    def held(self, shop, cause):
        rows = shop.connector.postings("--state", "held")
        self.assertTrue(rows, "nothing is held")
        self.assertEqual({row["cause"] for row in rows}, {cause}, rows[:3])
        return rows

    def expect_released(self, shop):
        """Without any command about postings: the running connector notices what was mended."""
        serve = self.serve(shop.connector)
        shop.wait_for_equal_books(120, alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_unmapped_charge(self):
        shop = self.shop()
        shop.connector.import_mapping("".join(line for line in MAPPING.splitlines(True) if not line.startswith("@shipping")))
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        rows = self.held(shop, "mapping_error")
        self.assertIn("@shipping", rows[0]["message"])
        posted = len(shop.connector.postings("--state", "posted"))
        self.assertGreater(posted, 0, "what is mapped must not wait for what is not")
        shop.connector.import_mapping(MAPPING)
        self.expect_released(shop)

    def test_mended_by_sync(self):
        shop = self.shop()
        shop.connector.import_mapping(MAPPING + "WM-0002,NO-SUCH-ITEM,,,,,\n")
        self.assertEqual(shop.connector.run("mapping", "check", shop.connector.name).code, 1)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.assertIn("NO-SUCH-ITEM", self.held(shop, "missing_item")[0]["message"])
        shop.connector.import_mapping(MAPPING)
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(shop.differences(), [])

    def test_item_made_in_exact(self):
        shop = self.shop()
        shop.sandbox.edit_exact(action="delete_item", code="WM-0003")
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.held(shop, "missing_item")
        shop.sandbox.edit_exact(action="add_item", code="WM-0003", description="Back again", stock="0", revenue_account="8000")
        shop.stock_before.pop("WM-0003", None)
        serve = self.serve(shop.connector)
        self.addCleanup(serve.kill)
        self.wait_until(lambda: not shop.connector.postings("--state", "held"), 150, "the new item was noticed", alive=[serve])
        self.assertEqual(serve.stop(), 0)

    def test_blocked_account(self):
        shop = self.shop()
        shop.sandbox.edit_exact(action="block_gl_account", code="8000")
        check = shop.connector.must("mapping", "check", shop.connector.name, code=1)
        self.assertIn("8000", check.out + check.err)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.held(shop, "missing_gl_account")
        shop.sandbox.edit_exact(action="unblock_gl_account", code="8000")
        # Who mended it in Exact lets the mapping be checked again; that it is fine now releases what was held for it.
        shop.connector.must("mapping", "check", shop.connector.name)
        self.expect_released(shop)

    def test_blocked_account_that_only_exact_knew_of(self):
        shop = self.shop()
        shop.sandbox.edit_exact(action="block_gl_account", code="8000")
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.held(shop, "missing_gl_account")
        shop.sandbox.edit_exact(action="unblock_gl_account", code="8000")
        shop.connector.must("posting", "retry", "--all-failed")
        self.expect_released(shop)

    def test_mandatory_cost_center(self):
        shop = self.shop()
        shop.connector.import_mapping(MAPPING + "WM-002*,,8500,,,,\n")
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.held(shop, "missing_cost_center")
        shop.connector.import_mapping(MAPPING)
        self.expect_released(shop)

    def test_forbidden_cost_center(self):
        """Exact is not asked for what it is known to refuse."""
        shop = self.shop()
        shop.connector.import_mapping(MAPPING + "WM-002*,,8600,WM,,,\n")
        check = shop.connector.must("mapping", "check", shop.connector.name, code=1)
        self.assertIn("forbids a cost center", check.out)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.assertIn("8600", self.held(shop, "missing_cost_center")[0]["message"])
        # A cost center that is not its own makes no fault of a row.
        shop.connector.import_mapping(MAPPING.replace("*,,8000,", "*,,8000,WM", 1) + "WM-002*,,8500,,,,\n")
        shop.connector.must("mapping", "check", shop.connector.name)
        shop.connector.import_mapping(MAPPING)
        self.expect_released(shop)

    def test_what_follows_a_skipped_sales_order(self):
        shop = Shop(self, mode="sales_order_and_invoice", orders=40, life_speed=100_000)
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        shop.connector.import_mapping(MAPPING + "WM-0002,NO-SUCH-ITEM,,,,,\n")
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        followed = {row["key"].split("/")[1] for row in shop.connector.postings("--state", "planned") if row["key"].startswith("delivery/")}
        order = next(row["key"] for row in self.held(shop, "missing_item") if row["key"].startswith("order/") and row["key"].split("/")[1] in followed)
        shop.connector.must("posting", "skip", order, "--reason", "made by hand in Exact")
        rows = [row for row in shop.connector.postings("--order", order.split("/")[1]) if row["key"] != order and row["state"] != "withdrawn"]
        self.assertGreaterEqual(len(rows), 2)
        for row in rows:
            self.assertEqual((row["state"], row["cause"]), ("held", "waiting_for_dependency"), row)
            self.assertIn(order + ", which was skipped", row["message"])
        # The person thinks better of it.
        shop.connector.import_mapping(MAPPING)
        shop.connector.must("posting", "retry", order)
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(shop.differences(), [])
        shop.expect_sound_store()

    def test_closed_period(self):
        shop = self.shop(settings={"invoice_completion": "process_with_ship_date"})
        months = self.months(shop)
        for year, month in months:
            shop.sandbox.edit_exact(action="close_period", year=year, period=month)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        self.held(shop, "closed_period")
        for year, month in months:
            shop.sandbox.edit_exact(action="open_period", year=year, period=month)
        # Nothing tells the connector of it; a person who opened the period says "again".
        shop.connector.must("posting", "retry", "--all-failed")
        self.expect_released(shop)

    def months(self, shop):
        """The months in which something was shipped."""
        found = set()
        for order in shop.sandbox.walmart_books()["orders"]:
            for line in order["lines"]:
                found.update((int(s["shipTime"][:4]), int(s["shipTime"][5:7])) for s in line["shipments"])
        return sorted(found)


if __name__ == "__main__":
    unittest.main()
