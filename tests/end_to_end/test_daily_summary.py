"""One invoice a day and currency: to the cent and the piece, once, whatever is killed and however late an order is."""

import time
import unittest

import books_check
import harness
from shop import Shop


class DailySummary(harness.EndToEnd):
    def shop(self, orders=400, **options):
        # Orders of the last weeks at real-time speed: their days are over, but for today's.
        return Shop(self, mode="daily_summary", orders=orders, life_speed=1, **options)

    def problems(self, shop):
        exact = shop.sandbox.exact_books()
        return books_check.compare_days(shop.sandbox.walmart_books(), exact, shop.policy)

    def send_today(self, shop):
        """A person ends the day early: what waits for its end is sent now."""
        waiting = [row["key"] for row in shop.connector.postings("--state", "planned") if row["key"].startswith("daily/")]
        for key in waiting:
            shop.connector.must("posting", "retry", key)
        return waiting

    def sync_until_done(self, shop, seconds=120):
        deadline = time.monotonic() + seconds
        while True:
            done = shop.connector.run("sync", shop.connector.name, "orders")
            self.assertIn(done.code, (0, 1), done.err)
            self.send_today(shop)
            if done.code == 0 and not self.problems(shop):
                return
            if time.monotonic() > deadline:
                self.fail("\n".join(self.problems(shop)[:20]) + done.out)

    def test_days(self):
        shop = self.shop(settings={"invoice_completion": "process_with_ship_date"})
        result = shop.connector.run("sync", shop.connector.name, "orders", "--output", "json")
        figures = result.json()
        self.assertEqual(result.code, 0, figures)
        today = time.strftime("%Y-%m-%d", time.gmtime())
        for invoice in shop.sandbox.exact_books()["invoices"]:
            self.assertLess(invoice["order_date"][:10], today, "a day that is not over was invoiced")
        shares = [row for row in shop.connector.postings("--state", "posted") if row["key"].startswith("invoice/")]
        self.assertGreater(len(shares), 50)
        self.assertLess(int(figures["exact_calls"]), len(shares) / 2, "far below one call per order")
        self.sync_until_done(shop)
        invoices = shop.sandbox.exact_books()["invoices"]
        self.assertLess(len(invoices), len(shares) / 3)
        again = shop.connector.must("sync", shop.connector.name, "orders").out
        self.assertIn("0 planned", again)
        self.assertEqual(self.problems(shop), [])
        shop.expect_sound_store()

    def test_late_orders_and_a_change_of_the_setting(self):
        shop = self.shop(orders=150)
        self.sync_until_done(shop)
        before = {invoice["your_ref"] for invoice in shop.sandbox.exact_books()["invoices"]}
        # Later orders of the same days: more invoices of those days, and the first ones stay as they are.
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 6 * 86_400))
        shop.sandbox.generate({"seed": harness.SEED + 1, "count": 60, "start": start, "spacing_milliseconds": 600_000,
                               "refunds": 300, "returns": 0})  # fmt: skip
        # Walmart shows them with the times of their past, far before what was read up to: only a person's word reaches back.
        self.assertIn(shop.connector.run("sync", shop.connector.name, "orders", "--since", start).code, (0, 1))
        self.sync_until_done(shop)
        after = {invoice["your_ref"] for invoice in shop.sandbox.exact_books()["invoices"]}
        self.assertLess(before, after)
        # What went back of them has credit memos of its own, behind the day's invoice.
        notes = shop.sandbox.exact_books()["credit_notes"]
        self.assertGreater(len(notes), 0)
        self.assertTrue(all("Corrects invoice WM-D" in note["remarks"] for note in notes), notes[0]["remarks"])
        # From now on every order has an invoice of its own; what is in a day's invoice stays there.
        shop.connector.set(document_mode="invoice_only")
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(self.problems(shop), [])

    def test_killed(self):
        shop = self.shop(orders=300, profile="flaky", request_timeout="1s")
        for _ in range(4):
            serve = self.serve(shop.connector)
            time.sleep(self.chance.uniform(0.3, 1.5))
            serve.kill()
        self.sync_until_done(shop)
        shop.expect_sound_store()


if __name__ == "__main__":
    unittest.main(verbosity=2)
