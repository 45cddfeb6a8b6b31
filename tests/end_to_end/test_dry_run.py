"""A dry run tells what would be posted, to the cent, and does nothing."""

import unittest
from decimal import Decimal

import books_check
import harness
from shop import Shop


class DryRun(harness.EndToEnd):
    def test_prints_and_sends_nothing(self):
        shop = Shop(self, mode="invoice_only", orders=60, life_speed=100_000, profile="calm")
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        orders = books_check.walmart_orders(shop.sandbox.walmart_books())
        shipped = {order.id: order for order in orders if order.shipped() > 0 and order.node_type == "SellerFulfilled"}
        self.assertGreater(len(shipped), 20)
        before = shop.sandbox.exact_books()

        done = shop.connector.must("sync", shop.connector.name, "orders", "--dry-run", "--output", "json")
        preview = done.json()
        documents = {order["purchase_order"]: order["documents"] for order in preview["orders"]}
        self.assertEqual(set(documents), set(shipped))
        self.assertEqual(preview["documents"], sum(map(len, documents.values())))
        for order in shipped.values():
            total = sum(Decimal(str(document["total"])) for document in documents[order.id])
            self.assertEqual(total, sum(books_check.expected(order, shop.policy)[0].values(), Decimal(0)), order.id)
        text = shop.connector.must("sync", shop.connector.name, "orders", "--dry-run").out
        for order in shipped.values():
            self.assertIn(order.id, text)

        after = shop.sandbox.exact_books()
        for part in ("counts", "invoices", "sales_orders", "deliveries", "stock"):
            self.assertEqual(after[part], before[part])
        writes = [name for name in after["counters"]["requests"] if name.startswith(("POST", "PUT", "DELETE")) and "token" not in name]
        new = {name: after["counters"]["requests"][name] for name in writes} != {name: before["counters"]["requests"].get(name) for name in writes}
        self.assertFalse(new, f"something was sent: {writes}")
        self.assertEqual(shop.connector.postings(), [])

        # What the dry run said is what the real run does.
        shop.connector.must("sync", shop.connector.name, "orders")
        self.assertEqual(len(shop.connector.postings("--state", "posted")), preview["documents"])
        self.assertEqual(shop.differences(), [])
        again = shop.connector.must("sync", shop.connector.name, "orders", "--dry-run", "--output", "json")
        self.assertEqual((again.json()["documents"], again.json()["orders"]), (0, []))

    def test_says_what_exact_lacks(self):
        sandbox = self.sandbox(orders=40, life_speed=100_000)
        connector = self.connector(sandbox)
        connector.connect(document_mode="invoice_only")
        connector.import_mapping("sku,exact_item,gl_account,vat_code\n*,NO-SUCH-ITEM,8000,0\n@shipping,SHIPPING,8200,\n")

        def some_shipped():
            orders = books_check.walmart_orders(sandbox.walmart_books())
            return sum(order.shipped() > 0 for order in orders) >= 5

        self.wait_until(some_shipped, 60, "some orders have shipped", alive=[sandbox])
        # Nothing has read Exact's lists before.
        done = connector.must("sync", connector.name, "orders", "--dry-run", code=1)
        self.assertIn("NO-SUCH-ITEM", done.out)
        self.assertRegex(done.out, r"\d+ documents would be made, [1-9]\d* would be held; nothing was sent")
        self.assertFalse([row for row in connector.postings() if row["key"].startswith("invoice/")])
        connector.must("sync", connector.name, "orders", code=1)
        held = connector.postings("--state", "held")
        self.assertTrue(held)
        self.assertEqual({row["cause"] for row in held}, {"missing_item"})
        sandbox.stop()
        connector.must("sync", connector.name, "orders", "--dry-run", code=4)


if __name__ == "__main__":
    unittest.main()
