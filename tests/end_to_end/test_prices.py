"""Prices go from the side that leads a SKU to the other, in bulk, once, and never in a circle."""

import base64
import json
import unittest
from decimal import Decimal

import books_check
import harness
from shop import ITEMS, Shop

CENT = Decimal("0.01")


class Prices(harness.EndToEnd):
    def shop(self, settings, **options):
        shop = Shop(self, mode="invoice_only", orders=0, settings=settings, **options)
        shop.sandbox.walmart_switches(feed_start_seconds=1, feed_finish_seconds=2)
        return shop

    def sync(self, shop, code=0, *options):
        return shop.connector.must("sync", shop.connector.name, "prices", "--output", "json", *options, code=code).json()

    def walmart(self, shop):
        return books_check.walmart_prices(shop.sandbox.walmart_books())

    def feeds(self, shop):
        return shop.sandbox.walmart_books()["feeds"]

    def set_at_walmart(self, shop, sku, price):
        """As the seller does in another program."""
        base = shop.sandbox.walmart_url
        credentials = base64.b64encode(f"{shop.sandbox.walmart['client_id']}:{shop.sandbox.walmart['client_secret']}".encode())
        headers = {"WM_SVC.NAME": "Walmart Marketplace", "WM_QOS.CORRELATION_ID": "test", "Accept": "application/json"}
        _, _, token = harness.http(
            "POST", base + "/v3/token", b"grant_type=client_credentials",
            {**headers, "Authorization": "Basic " + credentials.decode(), "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        body = {"sku": sku, "pricing": [{"currentPriceType": "BASE", "currentPrice": {"currency": "USD", "amount": float(price)}}]}
        status, _, answer = harness.http(
            "PUT", base + "/v3/price", body, {**headers, "WM_SEC.ACCESS_TOKEN": json.loads(token)["access_token"]}
        )
        self.assertEqual(status, 200, answer)

    def set_list_prices(self, shop, skus, factor):
        """Puts prices near Walmart's into Exact's price list; SKU -> price."""
        wanted = {}
        for sku in skus:
            wanted[sku] = (self.walmart(shop)[sku][1] * factor).quantize(CENT)
            shop.sandbox.edit_exact(action="set_price", code=ITEMS.get(sku, sku), price=str(wanted[sku]), currency="USD")
        return wanted

    def expect_at_walmart(self, shop, wanted):
        found = self.walmart(shop)
        self.assertEqual({sku: found[sku] for sku in wanted}, {sku: ("USD", price) for sku, price in wanted.items()})

    def test_off_by_default(self):
        shop = self.shop({})
        done = shop.connector.must("sync", shop.connector.name, "prices", code=2)
        self.assertIn("prices_to_walmart", done.err)
        self.assertEqual(self.feeds(shop), [])

    def test_exact_leads(self):
        shop = self.shop({"prices_to_walmart": "true"})
        skus = [f"WM-{number:04}" for number in range(2, 22)]
        before = self.walmart(shop)
        wanted = self.set_list_prices(shop, skus, Decimal("1.10"))
        # One price is a slip of the pen, and stays where it is.
        shop.sandbox.edit_exact(action="set_price", code="WM-0030", price=str(before["WM-0030"][1] * 10), currency="USD")
        dry = self.sync(shop, 1, "--dry-run")
        self.assertEqual(len(dry["documents"]), 1)
        self.assertEqual(self.feeds(shop), [])

        report = self.sync(shop)["report"]
        self.expect_at_walmart(shop, wanted)
        self.assertEqual(report["accepted_by_walmart"], len(skus))
        self.assertEqual([p["sku"] for p in report["to_walmart"]["kept_back"]], ["WM-0030"])
        self.assertEqual(self.walmart(shop)["WM-0030"], before["WM-0030"])
        (feed,) = self.feeds(shop)
        self.assertEqual(sorted(feed["skus"]), skus)

        # Only what changes goes again.
        self.assertEqual(self.sync(shop)["report"]["to_walmart"]["changes"], [])
        shop.sandbox.edit_exact(action="set_price", code="WM-0004", price="0.01", currency="USD")
        shop.connector.set(price_floor="1", price_max_change_percent="")
        self.assertIn("price_floor", self.sync(shop)["report"]["to_walmart"]["kept_back"][0]["message"])
        wanted |= self.set_list_prices(shop, ["WM-0004"], Decimal("1.2"))
        wanted["WM-0030"] = before["WM-0030"][1] * 10
        self.sync(shop)
        self.expect_at_walmart(shop, wanted)
        self.assertEqual([sorted(feed["skus"]) for feed in self.feeds(shop)][1:], [["WM-0030"], ["WM-0004"]])

        # What Walmart fails to work on is told, and sent again by the next run.
        wanted |= self.set_list_prices(shop, ["WM-0005"], Decimal("1.05"))
        shop.sandbox.walmart_switches(feed_system_error_per_mille=1000)
        (refused,) = self.sync(shop)["report"]["refused_by_walmart"]
        self.assertEqual((refused["sku"], refused["again"]), ("WM-0005", True))
        self.assertIn("SYSTEM_ERROR", refused["error"])
        shop.sandbox.walmart_switches(feed_system_error_per_mille=0)
        self.sync(shop)
        self.expect_at_walmart(shop, wanted)
        self.assertEqual(len(self.feeds(shop)), 5)
        shop.expect_all_explained()
        shop.expect_sound_store()

    def test_an_urgent_price_on_a_persons_word(self):
        shop = self.shop({"prices_to_walmart": "true"})
        wanted = self.set_list_prices(shop, ["WM-0002"], Decimal("1.1"))
        self.sync(shop)
        name, price = shop.connector.name, wanted["WM-0002"]
        half = str((price / 2).quantize(CENT))
        self.assertIn("kept back", shop.connector.must("price", "set", name, "WM-0002", half, code=2).err)
        self.expect_at_walmart(shop, wanted)
        shop.connector.must("price", "set", name, "WM-0002", half, "--beyond-guards")
        self.expect_at_walmart(shop, {"WM-0002": Decimal(half)})
        self.assertIn("two decimals", shop.connector.must("price", "set", name, "WM-0002", "1.999", code=2).err)
        self.assertNotEqual(shop.connector.run("price", "set", name, "NO-SUCH-SKU", "1.99").code, 0)
        # It stands until Exact's price list says something new.
        self.sync(shop)
        self.expect_at_walmart(shop, {"WM-0002": Decimal(half)})
        self.assertEqual(len(self.feeds(shop)), 1)
        new = (Decimal(half) * Decimal("1.2")).quantize(CENT)
        shop.sandbox.edit_exact(action="set_price", code="WM-0002", price=str(new), currency="USD")
        self.sync(shop)
        self.expect_at_walmart(shop, {"WM-0002": new})

    def test_walmart_leads(self):
        shop = self.shop({"prices_to_exact": "true", "price_max_change_percent": ""})
        shop.connector.import_mapping("sku,exact_item\n*,\n")
        self.sync(shop)
        found = books_check.exact_list_prices(shop.sandbox.exact_books(), "USD")
        self.assertEqual(found, {sku: price for sku, (_, price) in self.walmart(shop).items()})
        calls = len(shop.sandbox.exact_books()["item_prices"])
        self.set_at_walmart(shop, "WM-0009", "77.77")
        report = self.sync(shop)
        self.assertEqual(report["prices_changed"], 1)
        exact = shop.sandbox.exact_books()
        self.assertEqual(books_check.exact_list_prices(exact, "USD")["WM-0009"], Decimal("77.77"))
        self.assertEqual(len(exact["item_prices"]), calls, "the row was changed, none was added")
        self.assertEqual(self.feeds(shop), [])
        shop.expect_all_explained()

    def test_both_directions_make_no_circle(self):
        shop = self.shop({
            "prices_to_walmart": "true", "prices_to_exact": "true", "walmart_priced_skus": "WM-000*", "price_max_change_percent": "",
        })  # fmt: skip
        # WM-0001 is led by Walmart and shares its item with WM-0050, which is led by Exact.
        self.sync(shop)
        self.sync(shop)
        for _ in range(2):
            report = self.sync(shop)["report"]
            self.assertEqual((report["to_walmart"]["changes"], report["to_exact"]["changes"]), ([], []))
        walmart, exact = self.walmart(shop), books_check.exact_list_prices(shop.sandbox.exact_books(), "USD")
        for number in range(1, 10):
            sku = f"WM-{number:04}"
            self.assertEqual(exact[ITEMS.get(sku, sku)], walmart[sku][1], sku)
        self.assertEqual(walmart["WM-0050"], walmart["WM-0001"])
        self.assertEqual(len(self.feeds(shop)), 1)

    def test_flaky_feeds_go_once(self):
        shop = self.shop({"prices_to_walmart": "true"}, profile="flaky")
        wanted = {}
        for factor in ("1.1", "1.05"):
            wanted |= self.set_list_prices(shop, [f"WM-{number:04}" for number in range(2, 30)], Decimal(factor))
            for _ in range(20):
                done = shop.connector.run("sync", shop.connector.name, "prices", "--output", "json")
                self.assertIn(done.code, (0, 1, 4), done.err[-2000:])
                if done.code == 0 and all(row["state"] == "posted" for row in shop.connector.postings()):
                    break
            self.expect_at_walmart(shop, wanted)
        sent = [sku for feed in self.feeds(shop) for sku in feed["skus"]]
        self.assertEqual(len(sent), 2 * len(wanted), "a price was sent twice or not at all")
        names = [feed["fileName"] for feed in self.feeds(shop)]
        self.assertEqual(len(set(names)), len(names), "a feed was submitted twice")
        shop.expect_all_explained()
        shop.expect_sound_store()


if __name__ == "__main__":
    unittest.main()
