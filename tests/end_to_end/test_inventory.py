"""Exact's stock follows what Walmart has in hand, by stock counts: to the piece, once, and not without a person when
much would move."""

import unittest

import books_check
import harness
from shop import ITEMS, MAPPING, Shop

CONFIRM_ALL = 10_000_000


class Inventory(harness.EndToEnd):
    def shop(self, *, mode="sales_order_and_invoice", orders=0, settings=None, **options):
        settings = {"stock_confirm_units": CONFIRM_ALL, **(settings or {})}
        shop = Shop(self, mode=mode, orders=orders, settings=settings, **options)
        nodes = list(shop.sandbox.walmart_books()["items"][0]["inHand"])
        self.warehouses = {nodes[0]: "1", nodes[1]: "2"}
        self.mapping = MAPPING
        self.import_mapping(shop, MAPPING)
        return shop

    def import_mapping(self, shop, text):
        mapping, nodes = shop.connector.folder / "mapping.csv", shop.connector.folder / "nodes.csv"
        mapping.write_text(text)
        nodes.write_text("ship_node,warehouse\n" + "".join(f"{node},{code}\n" for node, code in self.warehouses.items()))
        shop.connector.must("mapping", "import", shop.connector.name, mapping, "--ship-nodes", nodes)

    def warehouse_of(self, sku, node):
        return "2" if sku == "WM-0012" else self.warehouses.get(node)  # MAPPING gives that SKU a warehouse of its own

    def differences(self, shop, without=()):
        """Both sides' books, and the counts themselves."""
        exact = shop.sandbox.exact_books()
        in_hand = books_check.walmart_in_hand(
            shop.sandbox.walmart_books(), lambda sku: ITEMS.get(sku, sku), self.warehouse_of
        )
        in_hand = {place: units for place, units in in_hand.items() if place[0] not in without}
        return books_check.compare_stock_positions(in_hand, books_check.exact_positions(exact)) + books_check.compare_stock_counts(exact)

    def sync(self, shop, code=0, *options):
        return shop.connector.must("sync", shop.connector.name, "inventory", "--output", "json", *options, code=code).json()

    def counts(self, shop):
        return shop.sandbox.exact_books()["stock_counts"]

    def test_one_count_per_warehouse_and_run(self):
        shop = self.shop()
        self.assertGreater(len(self.differences(shop)), 50, "there is nothing to count")
        dry = self.sync(shop, 0, "--dry-run")
        self.assertEqual([document["warehouse"] for document in dry["documents"]], ["1", "2"])
        self.assertEqual(self.counts(shop), [], "a dry run sends nothing")
        self.assertEqual(shop.connector.postings(), [])

        first = self.sync(shop)
        self.assertEqual(self.differences(shop), [])
        self.assertEqual(len(self.counts(shop)), 2)
        self.assertEqual(first["posted"], 2)
        self.assertEqual([w["posting"] for w in first["report"]["warehouses"]], [d["key"] for d in dry["documents"]])
        for warehouse in first["report"]["warehouses"]:
            self.assertEqual(warehouse["items_different"], len(warehouse["lines"]))
        for key in (w["posting"] for w in first["report"]["warehouses"]):
            shown = shop.connector.must("posting", "show", key, "--output", "json").json()
            self.assertEqual(len(shown["target_data"]["read_back"]), len(shown["document"]["lines"]))

        again = self.sync(shop)
        self.assertEqual(again["items_different"], 0)
        self.assertEqual(len(self.counts(shop)), 2, "another run finds nothing to do")

        # Only what differs is in a count, and what a person counted in Exact is corrected once.
        shop.sandbox.edit_exact(action="set_stock", code="WM-0003", warehouse="1", quantity="7777")
        self.sync(shop)
        self.assertEqual(self.differences(shop), [])
        self.assertEqual([line["item"] for line in self.counts(shop)[-1]["lines"]], ["WM-0003"])
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_a_large_count_waits_for_a_person(self):
        shop = self.shop()
        self.sync(shop)
        shop.connector.set(stock_confirm_units=20)
        shop.sandbox.edit_exact(action="set_stock", code="WM-0005", warehouse="1", quantity="9000")
        report = self.sync(shop, code=1)
        self.assertEqual(report["held_by_cause"], {"confirmation_needed": 1})
        (held,) = shop.connector.postings("--state", "held")
        self.assertEqual(held["cause"], "confirmation_needed")
        self.assertIn("stock_confirm_units", held["message"])
        self.assertEqual(len(self.counts(shop)), 2, "nothing was sent")

        # The same finding does not make a second posting, and neither a run nor a mended mapping releases it.
        self.import_mapping(shop, MAPPING + "WM-0049,WM-0049,,,,,\n")
        self.sync(shop, code=1)
        shop.connector.must("sync", shop.connector.name, "orders", code=1)
        shop.connector.run("posting", "retry", "--all-failed")
        self.sync(shop, code=1)
        self.assertEqual([row["key"] for row in shop.connector.postings("--state", "held")], [held["key"]])

        # Exact books something else meanwhile: it stays, although the count was planned before.
        shop.sandbox.edit_exact(action="set_stock", code="WM-0005", warehouse="1", quantity="9003")
        shop.connector.must("posting", "retry", held["key"])
        shop.connector.must("sync", shop.connector.name, "orders")
        left = self.differences(shop)
        self.assertEqual(len(left), 1, left)
        positions = books_check.exact_positions(shop.sandbox.exact_books())
        in_hand = books_check.walmart_in_hand(shop.sandbox.walmart_books(), lambda sku: ITEMS.get(sku, sku), self.warehouse_of)
        self.assertEqual(positions["WM-0005", "1"], in_hand["WM-0005", "1"] + 3)
        self.sync(shop)
        self.assertEqual(self.differences(shop), [], "three units are few enough to go without a person")
        shop.expect_sound_store()

    def test_what_a_person_released_goes_before_the_next_comparison(self):
        shop = self.shop()
        self.sync(shop)
        shop.connector.set(stock_confirm_units=20)
        shop.sandbox.edit_exact(action="set_stock", code="WM-0005", warehouse="1", quantity="9000")
        self.sync(shop, code=1)
        (held,) = shop.connector.postings("--state", "held")
        shop.connector.must("posting", "retry", held["key"])
        shop.sandbox.edit_exact(action="set_stock", code="WM-0005", warehouse="1", quantity="9003")
        self.sync(shop)
        states = {row["key"]: row["state"] for row in shop.connector.postings()}
        self.assertEqual(states[held["key"]], "posted", "a comparison that finds other differences does not withdraw it")
        self.assertEqual(self.differences(shop), [])
        shop.expect_sound_store()

    def test_serve_compares_by_itself(self):
        shop = self.shop()
        serve = self.serve(shop.connector)
        self.wait_until(lambda: not self.differences(shop), 60, "serve has counted", alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)
        self.assertEqual(len(self.counts(shop)), 2)
        shop.expect_all_explained()

    def test_unknown_items_are_told_once(self):
        shop = self.shop()
        self.import_mapping(shop, MAPPING + "WM-0007,NO-SUCH-ITEM,,,,,\n")
        first = self.sync(shop)
        self.assertEqual([n["subject"] for n in first["report"]["new_notices"]], ["sku/WM-0007"])
        second = self.sync(shop)
        self.assertEqual(second["report"]["new_notices"], [])
        self.assertEqual(second["report"]["notices"], 1)
        self.assertEqual(self.differences(shop, without=["WM-0007"]), [])
        self.import_mapping(shop, MAPPING)
        self.sync(shop)
        self.assertEqual(self.differences(shop), [])

    def whole_life(self, mode, profile, orders):
        """Orders ship while stock is compared again and again: every unit leaves Exact's stock once."""
        shop = self.shop(mode=mode, orders=orders, profile=profile, life_speed=20_000)
        serve = self.serve(shop.connector)
        runs = 0
        while shop.open_orders() != [] and runs < 4:
            done = shop.connector.run("sync", shop.connector.name, "inventory")
            self.assertIn(done.code, (0, 1, 4), done.err[-2000:])
            runs += 1
        shop.wait_for_walmart(60, alive=[shop.sandbox, serve])
        self.wait_until(lambda: self.all_posted(shop), 120, "all documents are posted", alive=[shop.sandbox, serve])
        for _ in range(20):
            done = shop.connector.run("sync", shop.connector.name, "inventory", "--output", "json")
            self.assertIn(done.code, (0, 1, 4), done.err[-2000:])
            if done.code == 0 and not self.differences(shop):
                break
        self.assertEqual(self.differences(shop), [])
        self.assertEqual(serve.stop(), 0)
        # Sales are to the cent as ever; stock is left out, for it is the counts' and not the documents' alone now.
        exact = shop.sandbox.exact_books()
        self.assertEqual(
            books_check.compare(
                books_check.walmart_orders(shop.sandbox.walmart_books()), books_check.exact_documents(exact), shop.policy
            ), [],
        )  # fmt: skip
        shop.expect_all_explained()
        shop.expect_sound_store()

    def all_posted(self, shop):
        rows = shop.connector.postings()
        return rows and all(row["state"] in ("posted", "withdrawn") for row in rows)

    def test_shipped_but_not_delivered_is_not_counted_twice(self):
        shop = self.shop(orders=60, life_speed=100_000)
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        # Everything has left Walmart's stock and nothing Exact's: the count is planned before the first delivery is
        # posted and sent after the last one.
        report = self.sync(shop)
        self.assertGreater(sum(float(line["pending"]) for w in report["report"]["warehouses"] for line in w["lines"]), 25)
        self.assertEqual(self.differences(shop), [])
        self.assertEqual(len(self.counts(shop)), 2)
        again = self.sync(shop)
        self.assertEqual(again["items_different"], 0)
        shop.expect_all_explained()

    def test_sales_orders_while_stock_is_counted(self):
        self.whole_life("sales_order_and_invoice", "calm", 80)

    def test_flaky_direct_invoices_while_stock_is_counted(self):
        self.whole_life("direct_invoice", "flaky", 100)


if __name__ == "__main__":
    unittest.main()
