"""Orders with returns and refunds through their whole life: what went back to the customers stands in Exact's books as
credit memos, to the cent and to the piece."""

import datetime
import time
import unittest

import books_check
import harness
from shop import Shop

ORDERS = 150
# Weeks in less than half a minute.
LIFE_SPEED = 200_000


class ReturnsEndToEnd(harness.EndToEnd):
    def shop(self, profile="calm", orders=ORDERS, life_speed=LIFE_SPEED, **options):
        return Shop(self, profile=profile, orders=orders, life_speed=life_speed, **options)

    def wait_for_returns(self, shop, seconds, alive):
        """Waits until nothing is on its way any more."""
        deadline, last, since = time.monotonic() + seconds, None, time.monotonic()
        while True:
            books = shop.sandbox.walmart_books()
            state = [(r["returnOrderId"], r["status"], [line["refunded"] for line in r["lines"]]) for r in books["returns"]]
            state.append(sum(len(line["refunds"]) for order in books["orders"] for line in order["lines"]))
            if state != last:
                last, since = state, time.monotonic()
            moving = [r for r in books["returns"] if r["status"] != "COMPLETED"]
            # Between a delivery and the customer's wish to send it back pass up to 20 days: 9 s at this speed.
            if not moving and time.monotonic() - since > 10:
                return books
            for process in alive:
                if not process.running():
                    self.fail(f"{process.name} ended with {process.child.returncode}")
            if time.monotonic() > deadline:
                self.fail(f"after {seconds} s these returns are still on their way: {moving[:5]}")
            time.sleep(0.5)

    def whole_life(self, profile, mode, tax, settings=None, returns_in_orders=False, refunds=150, **options):
        shop = self.shop(
            profile, mode=mode, tax=tax, settings=settings, refunds=refunds, returns=400, returns_every="3s", **options
        )
        shop.sandbox.walmart_switches(restocking_fee_per_mille=100, return_refund_in_orders=returns_in_orders)
        serve = self.serve(shop.connector)
        shop.wait_for_walmart(120, alive=[shop.sandbox, serve])
        books = self.wait_for_returns(shop, 150, alive=[shop.sandbox, serve])
        shop.wait_until_done(90, alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)

        # There was something to prove.
        own = [r for r in books["returns"] if r["shipNodeType"] == "SellerFulfilled"]
        self.assertGreater(sum(line["refunded"] for r in own for line in r["lines"]), 10)
        self.assertTrue(any(r["cancelled"] for r in own) or any(r["replacement"] for r in own))
        rows = shop.expect_all_explained()
        credits = [row for row in rows if row["key"].startswith("credit/") and row["state"] == "posted"]
        self.assertGreater(len(credits), 10)
        exact = shop.sandbox.exact_books()
        self.assertEqual(len(exact["credit_notes"]), len(credits))
        for note in exact["credit_notes"]:
            self.assertIn("Corrects invoice WM-", note["remarks"] or "")
        # Returns that Walmart handles itself are shown, each once.
        walmarts = {r["returnOrderId"] for r in books["returns"] if r["shipNodeType"] == "WFSFulfilled"}
        shown = {row["key"].removeprefix("return/") for row in rows if row["state"] == "skipped"}
        self.assertLessEqual(walmarts, shown)
        shop.expect_sound_store()

        # Another run finds nothing to do.
        before = exact["counts"]
        for flow in ("orders", "returns"):
            shop.connector.retried("sync", shop.connector.name, flow)
        self.assertEqual(shop.sandbox.exact_books()["counts"], before)
        self.assertEqual(shop.differences(), [])
        today = datetime.date.today()
        period = ("--from", today - datetime.timedelta(days=60), "--to", today + datetime.timedelta(days=120))
        shop.connector.retried("reconcile", shop.connector.name, *period)

    def test_calm_direct_invoice(self):
        # Without refunds of money alone: the goods of a refund that was given before them cannot be told in stock.
        self.whole_life("calm", "direct_invoice", "clearing_account", refunds=0)

    def test_flaky_invoice_only(self):
        self.whole_life("flaky", "invoice_only", "include", {"invoice_completion": "process_with_ship_date"}, returns_in_orders=True)

    def test_calm_sales_orders(self):
        self.whole_life("calm", "sales_order_and_invoice", "exclude", returns_in_orders=True)


class Steps(harness.EndToEnd):
    """One order at a time, driven by the test and by single runs of the command. Life goes on at its real speed: what was
    placed in the weeks before has been delivered, and returns move only when the test moves them."""

    def setUp(self):
        super().setUp()
        self.shop = Shop(self, mode=self.mode, orders=100, life_speed=1, generator={"walmart_fulfilled": 200, "replacements": 0})

    def sync(self, flow, code=0, *options):
        return self.shop.connector.must("sync", self.shop.connector.name, flow, *options, "--output", "json", code=code).json()

    def order(self, node_type="SellerFulfilled", units=1):
        for order in books_check.walmart_orders(self.shop.sandbox.walmart_books()):
            if order.node_type == node_type and len(order.lines) == 1 and order.lines[0].shipped >= units and order.lines[0].charged["product"] > 0:
                return order
        self.fail(f"no {node_type} order with {units} units")

    def open_return(self, order):
        """A return that will be refunded when the test says so."""
        for _ in range(40):
            self.shop.sandbox.drive_order(order.id, "return", quantity=1)
            books = self.shop.sandbox.walmart_books()
            found = [r for r in books["returns"] if r["purchaseOrderId"] == order.id]
            if found:
                return found[-1]
        self.fail("no return was opened")

    def drive_return(self, returned, action, **more):
        url = self.shop.sandbox.walmart_url + "/sandbox/walmart/orders"
        return harness.post_json(url, {"returnOrderId": returned["returnOrderId"], "action": action, **more})

    def states(self, order):
        return {row["key"]: row["state"] for row in self.shop.connector.postings("--order", order.id)}


class ReturnsStepByStep(Steps):
    mode = "invoice_only"

    def test_dry_run_refund_reversal_and_waiting(self):
        self.sync("orders")
        order = self.order(units=2)
        returned = self.open_return(order)
        self.drive_return(returned, "refund")

        preview = self.sync("returns", 0, "--dry-run")
        documents = [d for o in preview["orders"] for d in o["documents"] if o["purchase_order"] == order.id]
        self.assertEqual([d["kind"] for d in documents], ["credit_memo"])
        self.assertNotIn(f"credit/{order.id}/1", self.states(order))

        self.sync("returns")
        self.assertEqual(self.states(order)[f"credit/{order.id}/1"], "posted")
        self.assertEqual(self.shop.differences(), [])

        self.drive_return(returned, "reverseRefund")
        self.sync("returns")
        self.assertEqual(self.states(order)[f"credit-reversal/{order.id}/1"], "posted")
        self.assertEqual(self.shop.differences(), [])
        self.shop.expect_sound_store()

    def test_order_tells_before_its_return(self):
        # Of a return that nobody knows the money is credited, taken back and credited anew with its fee; the credit memo of
        # one that is known and open waits.
        self.shop.sandbox.walmart_switches(return_refund_in_orders=True, restocking_fee_per_mille=100)
        self.sync("orders")
        order = self.order(units=2)
        returned = self.open_return(order)
        self.drive_return(returned, "refund", quantity=1)
        self.sync("orders")
        self.assertEqual(self.states(order)[f"credit/{order.id}/1"], "posted")
        self.sync("returns")
        states = self.states(order)
        self.assertEqual(states[f"credit-reversal/{order.id}/1"], "posted")
        self.assertEqual(states[f"credit/{order.id}/2"], "posted")
        self.assertEqual(self.shop.differences(), [])

        again = self.open_return(order)
        self.assertNotEqual(again["returnOrderId"], returned["returnOrderId"])
        self.sync("returns")
        self.drive_return(again, "refund")
        self.sync("orders", 1)
        row = next(row for row in self.shop.connector.postings("--order", order.id) if row["key"] == f"credit/{order.id}/awaited")
        self.assertEqual((row["state"], row["cause"]), ("held", "waiting_for_dependency"))
        self.assertIn(again["returnOrderId"], row["message"])
        self.sync("returns")
        states = self.states(order)
        self.assertEqual(states[f"credit/{order.id}/awaited"], "withdrawn")
        self.assertEqual(states[f"credit/{order.id}/3"], "posted")
        self.assertEqual(self.shop.differences(), [])
        self.shop.expect_sound_store()

    def test_waits_behind_its_invoice_and_says_so(self):
        # Freight without a row holds the invoice, so that its credit memo has to wait.
        order = self.order()
        self.shop.connector.import_mapping("sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\n*,NOSUCHITEM,8000,,,0,1\n")
        self.drive_return(self.open_return(order), "refund")
        self.sync("orders", 1)
        self.sync("returns", 1)
        row = next(row for row in self.shop.connector.postings("--order", order.id) if row["key"] == f"credit/{order.id}/1")
        self.assertEqual((row["state"], row["cause"]), ("planned", "waiting_for_dependency"))
        shown = self.shop.connector.must("posting", "show", f"credit/{order.id}/1").out
        self.assertIn(f"waits until invoice/{order.id}/1 is posted", shown)

        from shop import MAPPING
        self.shop.connector.import_mapping(MAPPING)
        self.sync("returns")
        self.assertEqual(self.states(order)[f"credit/{order.id}/1"], "posted")

    def test_refunded_before_go_live(self):
        self.shop.connector.set(go_live="2099-01-01T00:00:00Z")
        order = self.order()
        self.drive_return(self.open_return(order), "refund")
        self.sync("returns")
        self.assertEqual(self.states(order), {}, "what went back before it is left alone")

    def test_order_from_before_go_live(self):
        self.shop.connector.set(go_live=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600)))
        order = self.order()
        self.drive_return(self.open_return(order), "refund")
        self.sync("orders")
        self.assertEqual(self.states(order), {}, "its invoice stands in another system")
        self.sync("returns", 1)
        self.assertEqual(self.states(order), {f"credit/{order.id}/1": "held"})
        self.shop.connector.set(returns_before_go_live="post")
        self.sync("returns")
        self.assertEqual(self.states(order), {f"credit/{order.id}/1": "posted"})
        (note,) = self.shop.sandbox.exact_books()["credit_notes"]
        (line,) = next(o for o in books_check.walmart_orders(self.shop.sandbox.walmart_books()) if o.id == order.id).lines
        given = sum((books_check.Decimal(each["amount"]) for each in note["lines"]), books_check.ZERO)
        self.assertEqual(given, sum((amount for kind, amount in line.refunded.items() if kind != "tax"), books_check.ZERO))
        self.assertIn(order.id, note["description"])

    def test_returns_that_walmart_handles(self):
        order = self.order("WFSFulfilled")
        returned = self.open_return(order)
        answer = self.sync("returns")
        self.assertGreaterEqual(answer["returns_not_booked_here"], 1)
        row = self.shop.connector.postings("--order", returned["returnOrderId"])[0]
        self.assertEqual((row["key"], row["state"]), (f"return/{returned['returnOrderId']}", "skipped"))
        trail = self.shop.connector.must("audit", self.shop.connector.name, "--format", "jsonl").out
        self.assertEqual(trail.count("return.walmart_fulfilled"), answer["returns_not_booked_here"])
        self.sync("returns")
        again = self.shop.connector.must("audit", self.shop.connector.name, "--format", "jsonl").out
        self.assertEqual(again.count("return.walmart_fulfilled"), answer["returns_not_booked_here"])


class DirectReturnsStepByStep(Steps):
    mode = "direct_invoice"

    def test_stock_follows_the_return_and_not_the_money(self):
        self.shop.sandbox.walmart_switches(return_refund_in_orders=True, restocking_fee_per_mille=100)
        self.sync("orders")
        order = self.order()
        returned = self.open_return(order)
        self.drive_return(returned, "refund")
        self.sync("orders")
        money = [n for n in self.shop.sandbox.exact_books()["credit_notes"] if order.id in n["your_ref"]]
        self.assertEqual([note["type"] for note in money], [8021])
        self.sync("returns")
        notes = {n["your_ref"]: n["type"] for n in self.shop.sandbox.exact_books()["credit_notes"] if order.id in n["your_ref"]}
        wanted = 8021 if returned["keepIt"] else 8024
        self.assertEqual(notes, {f"WM-{order.id}-C1": 8021, f"WM-{order.id}-C2": wanted})
        self.assertEqual(self.shop.differences(), [])
        self.drive_return(returned, "reverseRefund")
        self.sync("orders")
        self.sync("returns")
        self.assertEqual(self.shop.differences(), [])
        self.shop.expect_sound_store()


if __name__ == "__main__":
    unittest.main()
