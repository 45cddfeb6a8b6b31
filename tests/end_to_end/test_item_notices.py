"""Notices that name an item: its stock or its price alone is read and compared, and what came together is one count."""

import concurrent.futures
import json
import sqlite3
import time
import unittest

import books_check
from shop import ITEMS, MAPPING
from webhook_shop import WebhookShop

CONFIRM_ALL = 10_000_000
ALL = "GET /v3/inventories"
ONE = "GET /v3/inventories/*"


class ItemNotices(WebhookShop):
    def stocked(self, **options):
        """A shop that counts stock, whose books agree, and that hears Walmart's notices."""
        settings = {"stock_confirm_units": CONFIRM_ALL, **options.pop("settings", {})}
        shop = self.shop(mode="invoice_only", webhooks="subscribe = true\n", settings=settings, **options)
        self.nodes = list(shop.sandbox.walmart_books()["items"][0]["inHand"])
        mapping, nodes = shop.connector.folder / "mapping.csv", shop.connector.folder / "nodes.csv"
        mapping.write_text(options.get("mapping", MAPPING))
        nodes.write_text(f"ship_node,warehouse\n{self.nodes[0]},1\n{self.nodes[1]},2\n")
        shop.connector.must("mapping", "import", shop.connector.name, mapping, "--ship-nodes", nodes)
        serve = self.serving(shop)
        self.wait_until(lambda: self.subscriptions(shop), 30, "serve subscribed by itself", alive=[serve])
        self.wait_until(lambda: not self.differences(shop), 60, "the first run has counted", alive=[serve])
        self.sign, self.path = self.signer(shop), f"/webhooks/walmart/{shop.connector.name}"
        return shop, serve

    def differences(self, shop):
        warehouses = {self.nodes[0]: "1", self.nodes[1]: "2"}
        in_hand = books_check.walmart_in_hand(
            shop.sandbox.walmart_books(), lambda sku: ITEMS.get(sku, sku),
            lambda sku, node: "2" if sku == "WM-0012" else warehouses.get(node),
        )  # fmt: skip
        exact = shop.sandbox.exact_books()
        return books_check.compare_stock_positions(in_hand, books_check.exact_positions(exact)) + books_check.compare_stock_counts(exact)

    def counts(self, shop):
        return shop.sandbox.exact_books()["stock_counts"]

    def calls(self, shop):
        return shop.sandbox.walmart_books()["counters"]["requests"]

    def tell(self, kind, sku, event=None):
        """As Walmart words it (us-marketplace/docs: inventory-oos-event and its like)."""
        payload = {"itemInfo": {"sku": sku}} if kind == "BUY_BOX_CHANGED" else {"partnerId": "1", "sku": sku}
        body = self.event(kind, payload, event)
        self.assertEqual(self.post(self.path, body, self.sign(body)), 200)
        return body

    def tell_at_once(self, kind, skus):
        """Within the two seconds for which notices are gathered, however slow the disk is."""
        with concurrent.futures.ThreadPoolExecutor(len(skus)) as pool:
            return list(pool.map(lambda sku: self.tell(kind, sku), skus))

    def all_done(self, shop, serve, seconds=60):
        self.wait_until(lambda: self.notices(shop, open_only=True) == [], seconds, "all notices are worked off", alive=[serve])

    def errors(self, shop):
        with sqlite3.connect(f"file:{shop.connector.store}?mode=ro", uri=True) as database:
            return dict(database.execute("SELECT entity, last_error FROM notice WHERE last_error != ''"))

    def test_only_the_sku_is_read_and_counted(self):
        shop, serve = self.stocked()
        before, counts = self.calls(shop), len(self.counts(shop))
        node = {"shipNode": self.nodes[0], "inputQty": {"unit": "EACH", "amount": 0}}
        # Walmart itself tells that it is out of stock there.
        self.walmart(shop, "PUT", "/v3/inventories/WM-0007", {"inventories": {"nodes": [node]}})
        self.wait_until(lambda: self.notices(shop, flow="inventory"), 30, "Walmart told of it", alive=[serve])
        self.wait_until(lambda: not self.differences(shop), 60, "Exact's stock follows", alive=[serve])
        self.all_done(shop, serve)
        after = self.calls(shop)
        self.assertEqual(after[ALL], before[ALL], "the whole inventory was not read")
        self.assertEqual(after[ONE] - before.get(ONE, 0), 1)
        self.assertEqual([entity for _, entity in self.notices(shop, flow="inventory")], ["WM-0007"])
        made = self.counts(shop)[counts:]
        self.assertEqual([[line["item"] for line in count["lines"]] for count in made], [["WM-0007"]])
        self.assertEqual(serve.stop(), 0)
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_what_comes_together_is_one_count_a_warehouse(self):
        shop, serve = self.stocked()
        before, counts = self.calls(shop), len(self.counts(shop))
        changed = [("WM-0003", "1"), ("WM-0004", "1"), ("WM-0012", "2"), ("WM-0050", "1"), ("WM-0006", "2")]
        for number, (item, warehouse) in enumerate(changed):
            shop.sandbox.edit_exact(action="set_stock", code=item, warehouse=warehouse, quantity=str(7000 + number))
        # WM-0008 is not told of; WM-0050 is also the item of WM-0001, whose stock belongs to the same line.
        shop.sandbox.edit_exact(action="set_stock", code="WM-0008", warehouse="1", quantity="9000")
        bodies = self.tell_at_once("INVENTORY_OOS", [item for item, _ in changed] + ["NO-SUCH-SKU"])
        for body in reversed(bodies[: len(changed)]):
            self.assertEqual(self.post(self.path, body, self.sign(body)), 200, "once more, in another order")
        self.all_done(shop, serve)
        self.wait_until(lambda: len(self.differences(shop)) == 1, 60, "Exact's stock follows", alive=[serve])
        made = self.counts(shop)[counts:]
        self.assertEqual(
            sorted(sorted(line["item"] for line in count["lines"]) for count in made),
            [["WM-0003", "WM-0004", "WM-0050"], ["WM-0006", "WM-0012"]],
        )  # fmt: skip
        after = self.calls(shop)
        self.assertEqual(after[ALL], before[ALL])
        self.assertEqual(after[ONE] - before.get(ONE, 0), 7, "each once: the five, WM-0001 and the unknown one")
        self.assertIn("Walmart does not know", self.errors(shop)["NO-SUCH-SKU"])
        self.assertIn("NO-SUCH-SKU", serve.err_path.read_text(), "the unknown one is told of")
        # What no notice told is found by the next run over all.
        shop.connector.must("sync", shop.connector.name, "inventory")
        self.assertEqual(self.differences(shop), [])
        self.assertEqual(serve.stop(), 0)
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_the_rules_of_the_whole_run_hold(self):
        shop, serve = self.stocked()
        counts = len(self.counts(shop))
        shop.connector.set(stock_confirm_units=20)
        self.wait_until(lambda: self.ready(), 30, "the setting is taken over", alive=[serve])
        shop.sandbox.edit_exact(action="set_stock", code="WM-0005", warehouse="1", quantity="9000")
        self.tell("INVENTORY_OOS", "WM-0005")
        self.wait_until(lambda: shop.connector.postings("--state", "held"), 60, "a large count waits", alive=[serve])
        (held,) = shop.connector.postings("--state", "held")
        self.assertEqual(held["cause"], "confirmation_needed")
        self.all_done(shop, serve)
        self.assertEqual(len(self.counts(shop)), counts, "nothing was sent")
        shop.connector.must("posting", "retry", held["key"])
        self.wait_until(lambda: not self.differences(shop), 60, "a person said yes", alive=[serve])
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def test_many_at_once_are_a_run_over_all(self):
        shop, serve = self.stocked()
        before = self.calls(shop)
        skus = [item["sku"] for item in shop.sandbox.walmart_books()["items"][:12]]
        self.tell_at_once("INVENTORY_OOS", skus)
        time.sleep(8)  # longer than notices are gathered
        after = self.calls(shop)
        self.assertEqual(after.get(ONE, 0), before.get(ONE, 0), "none was read alone")
        # A run over all that notices start comes five minutes after the last one (flow_schedule_test shows it).
        self.assertEqual(len(self.notices(shop, open_only=True)), len(skus))
        self.assertEqual(serve.stop(), 0)

    def test_an_item_notice_compares_its_price_alone(self):
        shop, serve = self.stocked(settings={"prices_to_exact": "true"})
        self.wait_until(lambda: self.flow(shop, "prices")["succeeded_at"], 30, "the first run is over", alive=[serve])
        self.wait_until(lambda: not shop.unexplained(shop.connector.postings()), 60, "all is posted", alive=[serve])
        before, items = self.calls(shop), self.item_prices(shop)
        for sku in ("WM-0009", "WM-0010"):
            old = books_check.walmart_prices(shop.sandbox.walmart_books())[sku][1]
            price = {"currency": "USD", "amount": float(old) + 0.25}
            self.walmart(shop, "PUT", "/v3/price", {"sku": sku, "pricing": [{"currentPriceType": "BASE", "currentPrice": price}]})
        self.tell("BUY_BOX_CHANGED", "WM-0009")
        self.tell("OFFER_PUBLISHED", "NO-SUCH-SKU")
        self.wait_until(lambda: self.item_prices(shop) > items, 60, "the price went to Exact", alive=[serve])
        self.all_done(shop, serve)
        self.assertEqual({key.split("/")[1] for key in self.item_prices(shop) - items}, {"WM-0009"})
        after = self.calls(shop)
        self.assertEqual(after["GET /v3/items"], before["GET /v3/items"], "the whole list was not read")
        self.assertEqual(after["GET /v3/items/*"] - before.get("GET /v3/items/*", 0), 2)
        self.assertIn("Walmart does not know", self.errors(shop)["NO-SUCH-SKU"])
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def item_prices(self, shop):
        rows = shop.connector.postings("--state", "posted")
        return {row["key"] for row in rows if row["key"].startswith("item-price/")}


if __name__ == "__main__":
    unittest.main()
