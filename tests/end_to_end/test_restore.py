"""A store that is lost and put back from a backup knows nothing of what was posted since: nothing may be posted twice."""

import shutil
import unittest

import harness
from shop import Shop


class Restore(harness.EndToEnd):
    def documents(self, shop):
        """The ids of all documents in Exact, by kind."""
        books = shop.sandbox.exact_books()
        kinds = ("sales_orders", "deliveries", "invoices")
        found = {kind: sorted(document["id"] for document in books[kind]) for kind in kinds if kind in books}
        self.assertTrue(found["invoices"])
        return found

    def sync(self, shop):
        """What a person would do by hand; held or waiting postings are no failure of the command."""
        for flow in ("orders", "returns"):
            done = shop.connector.run("sync", shop.connector.name, flow)
            self.assertIn(done.code, (0, 1), done.err)

    def sync_until_equal(self, shop, seconds):
        def equal():
            self.sync(shop)
            return not shop.differences()

        self.wait_until(equal, seconds, "the books agree", alive=[shop.sandbox])

    def posted(self, shop):
        return {row["key"] for row in shop.connector.postings("--state", "posted")}

    def lose_and_restore(self, mode, **options):
        shop = Shop(self, mode=mode, orders=40, life_speed=10_000, request_timeout="1s", **options)

        def some_posted():
            self.sync(shop)
            return len(self.posted(shop)) >= 8

        self.wait_until(some_posted, 120, "the first postings stand in Exact", alive=[shop.sandbox])
        backup = shop.connector.folder / "backup.db"
        shop.connector.must("store", "backup", backup)
        before = self.posted(shop)

        shop.wait_for_walmart(180, alive=[shop.sandbox])
        self.sync_until_equal(shop, 120)
        lost = self.posted(shop) - before
        self.assertTrue(lost, "something must have been posted since the backup")
        documents = self.documents(shop)

        for name in shop.connector.folder.glob("ml-connector.db*"):
            name.unlink()
        told = shop.connector.must("store", "restore", backup, "--output", "json").json()
        self.assertIsNone(told["set_aside"])
        self.assertEqual(self.posted(shop), before)
        shop.connector.sign_in_at_exact()
        self.sync_until_equal(shop, 120)
        self.assertEqual(self.documents(shop), documents, "nothing was made anew")
        shop.expect_all_explained()
        self.assertLessEqual(lost, self.posted(shop))
        trail = shop.connector.must("audit", shop.connector.name, "--format", "jsonl").out
        self.assertGreaterEqual(trail.count('"posting.adopted"'), len(lost))
        shop.expect_sound_store()
        return shop

    def test_invoices_alone(self):
        self.lose_and_restore("invoice_only")

    def test_processed_invoices(self):
        self.lose_and_restore("invoice_only", settings={"invoice_completion": "process_with_ship_date"})

    def test_direct_invoices(self):
        self.lose_and_restore("direct_invoice")

    def test_sales_orders_deliveries_and_invoices(self):
        self.lose_and_restore("sales_order_and_invoice")

    def test_refunds_without_returns(self):
        self.lose_and_restore("invoice_only", refunds=300)

    def test_returns(self):
        self.lose_and_restore("invoice_only", returns=300)

    def test_what_is_new_goes_on(self):
        shop = self.lose_and_restore("invoice_only")
        made = len(self.documents(shop)["invoices"])
        shop.sandbox.generate({"seed": 77, "count": 5, "currencies": {"USD": 1}, "life_speed_percent": 10_000_000, "spacing_milliseconds": 10})
        shop.orders += 5
        shop.wait_for_walmart(120, alive=[shop.sandbox])
        self.sync_until_equal(shop, 60)
        self.assertGreater(len(self.documents(shop)["invoices"]), made)
        shop.expect_all_explained()

    def test_not_under_a_running_connector(self):
        shop = Shop(self, mode="invoice_only", orders=4, life_speed=100_000)
        serve = self.serve(shop.connector)
        self.addCleanup(serve.kill)
        shop.wait_until_done(60, alive=[serve])
        backup = shop.connector.folder / "backup.db"
        shop.connector.must("store", "backup", backup)
        shop.connector.must("store", "backup", backup, code=2)
        refused = shop.connector.must("store", "restore", backup, code=2)
        self.assertIn("stop it first", refused.err)
        self.assertEqual(serve.stop(), 0)
        posted = self.posted(shop)
        told = shop.connector.must("store", "restore", backup, "--output", "json").json()
        self.assertTrue((shop.connector.folder / told["set_aside"]).exists(), "the store before is kept")
        self.assertEqual(self.posted(shop), posted)
        self.assertFalse(list(shop.connector.folder.glob("*.restoring*")) + list(shop.connector.folder.glob("*.partial")))

    def test_what_is_no_backup_changes_nothing(self):
        shop = Shop(self, mode="invoice_only", orders=0)
        whole = shop.connector.folder / "whole.db"
        shop.connector.must("store", "backup", whole)
        junk = shop.connector.folder / "junk.db"
        junk.write_bytes(b"no store at all, though long enough to be looked at" * 100)
        shop.connector.must("store", "restore", junk, code=2)
        cut = shop.connector.folder / "cut.db"
        shutil.copy(whole, cut)
        with open(cut, "r+b") as file:
            file.truncate(cut.stat().st_size // 2)
        self.assertNotEqual(shop.connector.run("store", "restore", cut).code, 0)
        shop.connector.must("store", "restore", shop.connector.folder / "nothing.db", code=2)
        shop.connector.must("ping", shop.connector.name)
        self.assertFalse(list(shop.connector.folder.glob("*.before-restore*")))


if __name__ == "__main__":
    unittest.main()
