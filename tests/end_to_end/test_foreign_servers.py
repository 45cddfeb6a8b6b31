"""The program against servers that share nothing with its own sandbox (foreign_*.py), in several of the dialects that the
remotes' documents allow."""

import datetime
import decimal
import unittest

import harness
from foreign_exact import ExactDialect
from foreign_http import HttpDialect
from foreign_shop import DAY, ForeignShop, charge, line, order, return_order
from foreign_walmart import WalmartDialect

D = decimal.Decimal
FIRST = "1796277083000"


class ForeignServers(harness.EndToEnd):
    def period(self):
        today = datetime.date.today()
        return "--from", today - datetime.timedelta(days=30), "--to", today + datetime.timedelta(days=2)

    def books_agree(self, shop, expected):
        sums, counts = shop.invoiced()
        self.assertEqual({order: amount for order, amount in sums.items() if amount}, expected)
        return counts

    def whole_life(self, *, walmart=None, exact=None, mode="sales_order_and_invoice", **settings):
        """From `init` to a verified audit trail; `expected` is reckoned here, to the cent."""
        shop = ForeignShop(self, walmart=walmart, exact=exact, mode=mode, **settings)
        expected = shop.stock_orders(12)
        shop.connect()
        connector = shop.connector
        connector.must("doctor", timeout=20)
        connector.must("mapping", "check", connector.name, timeout=20)
        connector.must("sync", connector.name, "orders", timeout=30)
        self.books_agree(shop, expected)
        posted = len(shop.foreign_exact.posted)
        connector.must("sync", connector.name, "orders", timeout=20)
        connector.must("sync", connector.name, "returns", timeout=20)
        self.assertEqual(len(shop.foreign_exact.posted), posted, "a second run posts nothing")

        # One of two pieces at 10.10 comes back with its tax, less a fee of 1.50.
        shop.foreign_walmart.returns.append(return_order(FIRST.replace("1796", "1037"), FIRST, {
            "line": "1", "sku": "TEST-01", "quantity": 1, "charges": [("PRODUCT", "ItemPrice", "10.10", "0.83", False)],
            "totals": [{"name": "lineRestockingFee", "value": {"currencyAmount": 1.5, "currencyUnit": "USD"}}],
        }))  # fmt: skip
        connector.must("sync", connector.name, "returns", timeout=20)
        expected[FIRST] -= D("10.10") - D("1.50")
        self.books_agree(shop, expected)
        posted = len(shop.foreign_exact.posted)
        connector.must("sync", connector.name, "returns", timeout=20)
        self.assertEqual(len(shop.foreign_exact.posted), posted, "the return is credited once")

        result = connector.must("reconcile", connector.name, *self.period(), "--output", "json", timeout=20).json()
        self.assertTrue(result["balances"])
        self.assertEqual([D(sums["exact"]) for sums in result["currencies"]], [sum(expected.values())])
        self.assertEqual({row["state"] for row in connector.postings()}, {"posted"})
        connector.audit_verified()
        self.assertEqual(shop.foreign_exact.old_tokens_used, 0)
        return shop

    def test_plain(self):
        shop = self.whole_life()
        orders = shop.foreign_exact.tables["SalesOrders"]
        self.assertEqual(len(orders), 12)
        self.assertEqual(len({order["YourRef"] for order in orders.values()}), 12)
        stock = shop.foreign_exact.find("StockPositions", ItemCode="TEST-01")
        self.assertEqual(stock["CurrentStock"], 100 - 4 * 2)

    def test_an_invoice_made_by_hand_is_not_made_again(self):
        """Exact invoices all that is delivered: the next invoice waits until the one that was skipped stands there."""
        shop = ForeignShop(self)
        shop.connect()
        connector, exact = shop.connector, shop.foreign_exact
        made = order(FIRST, line("1", "TEST-01", "2", charge("PRODUCT", "ItemPrice", "60.00"), statuses=[("Shipped", "1"), ("Acknowledged", "1")]), days_ago=5)
        statuses = made["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"]
        statuses[0]["trackingInfo"]["shipDateTime"] = made["orderDate"] + DAY
        shop.foreign_walmart.add_order(made)
        connector.must("connection", "set", connector.name, "sales_journal", "99")
        connector.must("sync", connector.name, "orders", code=1, timeout=30)
        connector.must("posting", "skip", f"invoice/{FIRST}/1", "--reason", "made by hand in Exact")
        connector.must("connection", "set", connector.name, "sales_journal", "")

        statuses[1] = {**statuses[0], "trackingInfo": {**statuses[0]["trackingInfo"], "shipDateTime": made["orderDate"] + 3 * DAY}}
        shop.foreign_walmart.touch(FIRST)
        connector.must("sync", connector.name, "orders", code=1, timeout=30)
        states = {row["key"]: row for row in connector.postings()}
        self.assertEqual(states[f"delivery/{FIRST}/2"]["state"], "posted")
        held = states[f"invoice/{FIRST}/2"]
        self.assertEqual((held["state"], held["cause"]), ("held", "changed_by_person"))
        self.assertIn(f"invoice/{FIRST}/1 was skipped", held["message"])
        self.assertEqual(len(exact.tables["SalesInvoices"]), 0)

        # A person invoices the first delivery from its sales order: the same reference and amount as the next one.
        (ordered,) = exact.all("SalesOrderLines")
        ordered["QuantityInvoiced"] += D(1)
        sales_order = exact.tables["SalesOrders"][ordered["OrderID"]]
        header = {name: sales_order[name] for name in ("OrderedBy", "YourRef", "Currency", "OrderNumber", "OrderDate")}
        by_hand = exact.enter_invoice({**header, "Type": D(8020), "Journal": "70"}, [{"Item": ordered["Item"], "NetPrice": D(30), "Quantity": D(1)}])
        connector.must("posting", "retry", held["key"], timeout=20)
        connector.must("sync", connector.name, "orders", timeout=30)
        self.books_agree(shop, {FIRST: D(60)})
        self.assertEqual(len(exact.tables["SalesInvoices"]), 2)
        shown = connector.must("posting", "show", held["key"], "--output", "json").json()
        self.assertEqual(shown["state"], "posted")
        self.assertNotEqual(shown["target_id"], str(by_hand["InvoiceID"]))

    def test_stock_and_prices_without_the_list_of_deletions(self):
        """What is gone then shows in the whole, which is read anew."""
        shop = ForeignShop(self, exact=ExactDialect(refused_sync=("sync/Deleted",), upper_guids=True), prices_to_walmart="true")
        shop.connect()
        connector, exact, walmart = shop.connector, shop.foreign_exact, shop.foreign_walmart
        nodes = connector.folder / "nodes.csv"
        nodes.write_text("ship_node,warehouse\n721407,1\n")
        connector.must("mapping", "import", connector.name, connector.folder / "mapping.csv", "--ship-nodes", nodes)
        walmart.stock = {"TEST-01": 90, "TEST-02": 100}
        connector.must("sync", connector.name, "orders")

        connector.must("sync", connector.name, "inventory")
        position = exact.find("StockPositions", ItemCode="TEST-01")
        self.assertEqual(position["CurrentStock"], 90)
        counts = len(exact.tables["StockCounts"])
        connector.must("sync", connector.name, "inventory")
        self.assertEqual(len(exact.tables["StockCounts"]), counts, "nothing differs any more")
        del exact.tables["StockPositions"][position["ID"]]
        connector.must("sync", connector.name, "inventory")
        self.assertEqual(exact.find("StockPositions", ItemCode="TEST-01")["CurrentStock"], 90, "counted anew")

        price = exact.new_price({"Item": exact.find("Items", Code="TEST-01")["ID"], "Currency": "USD", "Price": D("10.49"), "StartDate": datetime.datetime(2020, 1, 1)})
        for _ in range(2):
            connector.must("sync", connector.name, "prices")
        self.assertEqual((walmart.prices, len(walmart.feeds)), ({"TEST-01": "10.49"}, 1))
        exact.tables["SalesItemPrices"].pop(price["ID"])
        walmart.prices["TEST-01"] = "8.88"
        connector.must("sync", connector.name, "prices")
        self.assertEqual((walmart.prices, len(walmart.feeds)), ({"TEST-01": "8.88"}, 1), "a price that is gone is sent no more")

    def test_many_short_commands_keep_nobody_waiting(self):
        """What a command holds of the budgets it leaves to the next one."""
        shop = ForeignShop(self)
        shop.connect()
        for _ in range(12):
            shop.connector.must("ping", shop.connector.name, timeout=10)
        for _ in range(12):
            shop.connector.must("doctor", timeout=10)

    def test_ping_asks_each_system_anew(self):
        """A token that is stored and still lives says nothing of a server that is gone."""
        shop = ForeignShop(self)
        shop.connect()
        shop.foreign_walmart.stop()
        seen = shop.connector.must("ping", shop.connector.name, "--output", "json", code=4, timeout=20).json()
        self.assertFalse(seen["walmart"]["reachable"], seen)
        self.assertTrue(seen["exact"]["reachable"], seen)

    def test_terse_servers(self):
        """Lists are empty without a word, pages are small, nothing optional is said, no limits are told."""
        self.whole_life(
            walmart=WalmartDialect(empty="bare 404", page=3, notifications=False, http=HttpDialect(close=True)),
            exact=ExactDialect(upper_guids=True, expanded="deferred", created_lines="absent", null_members=False, relative_next=True,
                               page=5, rate_limits=False, webhooks=False, http=HttpDialect(version="1.0")),
        )  # fmt: skip

    def test_talkative_servers(self):
        """Numbers are text, members are new or null; bodies come compressed in chunks after a byte order mark, headers in
        lower case."""
        chunks = HttpDialect(chunked=True, lower_case_names=True, compressed=True, byte_order_mark=True)
        self.whole_life(
            walmart=WalmartDialect(empty="200 without elements", end_of_pages="null", single_order="list", numbers_as_text=True,
                                   nulls=True, extra_members=True, http=chunks),
            exact=ExactDialect(results="array", expanded="array", created_lines="results", numbers_as_text=True, extra_members=True,
                               upper_guids=True, credit_amounts="negative", http=chunks),
            mode="invoice_only",
        )  # fmt: skip

    def test_sync_endpoints_refused(self):
        """What has a plain twin is read there; deletions stay unknown."""
        refused = ("sync/Logistics/Items", "sync/Financial/GLAccounts", "sync/Deleted")
        self.whole_life(
            walmart=WalmartDialect(empty="204", end_of_pages="empty"),
            exact=ExactDialect(refused_sync=refused, created="key", time_of_day=True, editions=("sales_orders", "premium")),
            mode="direct_invoice", invoice_completion="process_with_ship_date",
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main(verbosity=2)
