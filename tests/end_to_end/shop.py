"""The shop that the end-to-end tests run: its mapping, and what follows from it for the books."""

import time

import books_check
import harness

# One SKU goes to an item of another code, some bear a cost center; the rest are items of their own name.
MAPPING = """sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse
*,,8000,,,0,1
WM-0001,WM-0050,,,,,
WM-001*,,8500,WM,US,,
WM-0012,,8100,,,,2
@shipping,SHIPPING,8200,,,,
@discount,DISCOUNT,8300,,,,
@fee,FEE,8000,,,,
@tax,TAX,1900,,,,
@restocking_fee,FEE,8000,,,,
"""
ITEMS = {"WM-0001": "WM-0050"}
CHARGE_ITEMS = {"shipping": "SHIPPING", "discount": "DISCOUNT", "fee": "FEE", "tax": "TAX", "kept": "FEE"}


def policy(mode, tax="exclude", **more):
    return books_check.Policy(mode=mode, tax=tax, items=ITEMS, charge_items=CHARGE_ITEMS, **more)


class Shop:
    """A sandbox and a connector that are connected and mapped, and the books before the first document."""

    def __init__(self, test, *, mode, tax="exclude", orders=500, profile="calm", life_speed=100, settings=None,
                 currencies=None, exact_switches=None, request_timeout="3s", refunds=0, returns=0, generator=None,
                 returns_every="1h"):  # fmt: skip
        """`refunds` and `returns`: how many lines in a thousand get money back, without and with a return."""
        self.test = test
        self.policy = policy(mode, tax, processed=(settings or {}).get("invoice_completion") == "process_with_ship_date")
        # A request may take effect long after its client gave up, but not after three of the client's time-outs: the
        # longest waits of the hostile profile (45 s for the default of 30 s) are shortened as the time-out is.
        stall = {"stall_seconds": 4.5} if profile == "hostile" else {}
        self.sandbox = test.sandbox(orders=0, profile=profile, life_speed=life_speed, exact_switches=exact_switches, **stall)
        self.connector = test.connector(self.sandbox, request_timeout=request_timeout, returns=returns_every)
        self.connector.connect(document_mode=mode, tax_policy=tax, **(settings or {}))
        self.connector.import_mapping(MAPPING)
        # With sales orders Exact books on the accounts of the items, and this mapping names others.
        checked = 1 if mode == "sales_order_and_invoice" else 0
        self.connector.retried("mapping", "check", self.connector.name, code=checked)
        self.orders = orders
        if orders:  # a count of 0 would mean without end
            spacing = max(1, 600_000 // life_speed)
            past = {}
            if life_speed == 1:
                # At the speed of real life what shall have shipped was placed in the weeks before.
                spacing = 14 * 86_400_000 // orders
                past["start"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 14 * 86_400))
            self.sandbox.generate({
                "seed": harness.SEED, "count": orders, "currencies": currencies or {"USD": 1},
                "life_speed_percent": life_speed * 100, "spacing_milliseconds": spacing, "refunds": refunds, "returns": returns,
                **past, **(generator or {}),
            })  # fmt: skip
        self.stock_before = books_check.exact_stock(self.sandbox.exact_books())

    def open_orders(self):
        """Those of which something may still be shipped or cancelled; None while some are not placed yet."""
        orders = books_check.walmart_orders(self.sandbox.walmart_books())
        if len(orders) < self.orders:
            return None
        return sorted(order.id for order in orders if any(line.open for line in order.lines))

    def wait_for_walmart(self, seconds, alive):
        """Waits until all orders have been shipped or cancelled. What the seller forgot would wait for Walmart's own
        cancellation for days, at any speed of life: that is brought about when nothing else moves any more."""
        deadline = time.monotonic() + seconds
        last, since = None, time.monotonic()
        while True:
            now_open = self.open_orders()
            if now_open == []:
                return
            if now_open != last or now_open is None:
                last, since = now_open, time.monotonic()
            elif time.monotonic() - since > 8:
                for order in now_open:
                    self.sandbox.drive_order(order, "autoCancel")
            for process in alive:
                if not process.running():
                    self.test.fail(f"{process.name} ended with {process.child.returncode}")
            if time.monotonic() > deadline:
                self.test.fail(f"after {seconds} s these orders are still open: {now_open}")
            time.sleep(0.5)

    def differences(self):
        """What the books say against each other now; the order of reading lets Exact be behind, never ahead."""
        exact = self.sandbox.exact_books()
        walmart = self.sandbox.walmart_books()
        return books_check.compare(
            books_check.walmart_orders(walmart), books_check.exact_documents(exact), self.policy, self.stock_before,
            books_check.exact_stock(exact),
        )  # fmt: skip

    def wait_for_equal_books(self, seconds, alive=()):
        """Waits until the books agree; shows the differences if they never do."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.differences()
            if not found:
                return
            for process in alive:
                if not process.running():
                    self.test.fail(f"{process.name} ended with {process.child.returncode}")
            if time.monotonic() > deadline:
                shown = "\n".join(found[:40])
                self.test.fail(f"the books differ after {seconds} s in {len(found)} points:\n{shown}")
            time.sleep(0.5)

    def wait_until_done(self, seconds, alive=()):
        """Waits until the books agree and the connector knows it: a posting that stands in Exact may still have to be
        looked up."""
        deadline = time.monotonic() + seconds
        self.wait_for_equal_books(seconds, alive)
        while self.unexplained(self.connector.postings()) and time.monotonic() < deadline:
            time.sleep(0.5)

    @staticmethod
    def unexplained(rows):
        """Neither posted nor withdrawn, nor a return of an order that Walmart fulfils and the books do not hold."""
        return [
            row for row in rows
            if row["state"] not in ("posted", "withdrawn") and not (row["state"] == "skipped" and row["key"].startswith("return/"))
        ]  # fmt: skip

    def expect_all_explained(self):
        """Every posting is posted, or was withdrawn because Walmart cancelled first."""
        rows = self.connector.postings()
        unexplained = self.unexplained(rows)
        self.test.assertEqual(unexplained[:5], [], f"{len(unexplained)} of {len(rows)} postings are not done")
        return rows

    def expect_sound_store(self):
        self.test.assertTrue(self.connector.store_is_whole(), "PRAGMA integrity_check")
        self.connector.audit_verified()

    def expect_tokens_used_once(self, *, lost_answers=False):
        """Exact's own count of refresh tokens that came twice. Where answers get lost on the way, asking once more with
        the same token is the only way on (exact.md 1.4), but an old one must never be used."""
        counters = self.sandbox.exact_books()["counters"]
        self.test.assertEqual(counters["old_refresh_tokens_used"], 0)
        if not lost_answers:
            self.test.assertEqual(counters["refresh_tokens_used_again"], 0)
        return counters
