"""Orders are acknowledged at Walmart on the seller's behalf, if the seller wants it, and by nobody else."""

import json
import time
import unittest

import harness
from shop import Shop

ORDERS = 40


class Acknowledgements(harness.EndToEnd):
    def shop(self, **options):
        shop = Shop(self, mode="invoice_only", orders=ORDERS, generator={"life": "by_calls", "spacing_milliseconds": 1,
                                                                         "asked_to_cancel": 0}, **options)  # fmt: skip
        self.wait_until(lambda: len(shop.sandbox.walmart_books()["orders"]) == ORDERS, 30, "all orders are placed")
        return shop

    def created(self, shop, node_type="SellerFulfilled"):
        """The purchase orders of which something is in status Created."""
        return {
            order["purchaseOrderId"] for order in shop.sandbox.walmart_books()["orders"]
            if order["shipNodeType"] == node_type and any(int(line["unacknowledged"]) > 0 for line in order["lines"])
        }  # fmt: skip

    def acknowledgements(self, shop):
        return {row["key"].split("/")[1]: row["state"] for row in shop.connector.postings() if row["key"].startswith("acknowledgement/")}

    def test_off_and_then_on(self):
        shop = self.shop()
        shop.connector.must("sync", shop.connector.name, "orders")
        waiting = self.created(shop)
        self.assertGreater(len(waiting), 20)
        self.assertEqual(self.acknowledgements(shop), {})

        shop.connector.must("connection", "set", shop.connector.name, "acknowledge_orders", "true")
        dry = shop.connector.must("sync", shop.connector.name, "orders", "--dry-run")
        self.assertIn("nothing was sent", dry.out)
        self.assertEqual(self.created(shop), waiting)

        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(self.created(shop), set())
        self.assertEqual(self.acknowledgements(shop), {order: "posted" for order in waiting})
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(self.acknowledgements(shop), {order: "posted" for order in waiting})
        some = sorted(waiting)[0]
        trail = shop.connector.must("audit", shop.connector.name, "--order", some, "--format", "jsonl").out.splitlines()
        trail = [json.loads(record)["action"] for record in trail]
        for action in ("posting.planned", "posting.sending", "posting.posted"):
            self.assertEqual(trail.count(action), 1, trail)
        shop.expect_sound_store()

    def test_flaky_remotes_and_kills(self):
        shop = self.shop(profile="flaky", settings={"acknowledge_orders": "true"})
        deadline = time.monotonic() + 240
        serve = None
        while self.created(shop) or set(self.acknowledgements(shop).values()) - {"posted", "withdrawn"}:
            if serve is None or not serve.running():
                serve = shop.connector.serve()
            time.sleep(3)
            if time.monotonic() < deadline - 120:
                serve.kill()
            self.assertLess(time.monotonic(), deadline, f"{self.created(shop)} {self.acknowledgements(shop)}")
        serve.stop()
        shop.expect_sound_store()


if __name__ == "__main__":
    unittest.main()
