"""Walmart's settlements become journal entries, once each, and agree with what was invoiced and credited."""

import decimal
import unittest

import books_check
import harness
from shop import MAPPING, Shop

D = decimal.Decimal
ROWS = """@settlement/payout,,1290,,,,
@settlement/receivable,,1300,,,,
@settlement/commission,,4500,WM,,,
@settlement/WFS Fulfillment fee,,7000,,,,
@settlement/fee,,4500,,,,
@settlement/tax,,1900,,,,
@settlement/reserve,,1295,,,,
"""
SUSPENSE = "@settlement/suspense,,2990,,,,\n"
ALL_NODES = "SellerFulfilled,WFSFulfilled,3PLFulfilled"

# Where a bookkeeper puts what Walmart settles, by its amount type: written down apart from the connector's rules.
CUSTOMER = {"Product Price", "Shipping"}
TAX = {"Product tax", "Shipping tax", "Other tax (Fees)"}
WITHHELD = {"Product tax withheld", "Shipping tax withheld"}


def account_of(amount, tax_in_invoices):
    kind, of = amount["amountType"], amount["transactionType"]
    if kind in CUSTOMER or (kind == "Fee/Reimbursement" and of in ("Sale", "Refund")):
        return "1300"
    if kind in TAX:
        return "1300" if tax_in_invoices else "1900"
    if kind in WITHHELD:
        return "1900"
    if kind in ("Commission on Product", "Commission on Shipping", "SEM Marketing Fee"):
        return "4500"
    if amount["description"] == "WFS Fulfillment fee":
        return "7000"
    return {"Reserve": "1295", "Something New": "2990"}[kind]


def expected_lines(settlement, tax_in_invoices):
    """Debits are positive, by G/L account."""
    lines = {"1290": D(settlement["totalPayable"])}
    for amount in settlement["amounts"]:
        account = account_of(amount, tax_in_invoices)
        lines[account] = lines.get(account, D(0)) - D(amount["amount"])
    return {account: sum_ for account, sum_ in lines.items() if sum_}


def lines_in_exact(entry):
    lines = {}
    for line in entry["lines"]:
        lines[line["gl_account"]] = lines.get(line["gl_account"], D(0)) + D(line["amount"])
    return lines


class Settlements(harness.EndToEnd):
    def shop(self, *, mode="invoice_only", tax="exclude", rows=ROWS, orders=120, **options):
        """A shop of three and a half weeks with a payout every ten days: Walmart lets few files be asked for at once."""
        days = 24
        start = harness.time.strftime("%Y-%m-%dT%H:%M:%SZ", harness.time.gmtime(harness.time.time() - days * 86_400))
        shop = Shop(
            self, mode=mode, tax=tax, orders=orders, life_speed=1, refunds=150, returns=150,
            settings={"ship_node_types": ALL_NODES},
            generator={"start": start, "spacing_milliseconds": days * 86_400_000 // orders, "replacements": 0}, **options,
        )  # fmt: skip
        shop.sandbox.walmart_switches(settlement_cycle_days=10, settlement_delay_days=1)
        shop.connector.import_mapping(MAPPING + rows)
        return shop

    def settlements(self, shop):
        return harness.get_json(shop.sandbox.walmart_url + "/sandbox/walmart/settlements")["settlements"]

    def journal_postings(self, shop):
        return [row for row in shop.connector.postings() if row["key"].startswith("settlement/")]

    def entries(self, shop):
        return shop.sandbox.exact_books()["journal_entries"]

    def sync(self, shop, *flows, code=None):
        for flow in flows:
            done = shop.connector.run("sync", shop.connector.name, flow)
            self.assertIn(done.code, (0, 1) if code is None else (code,), done.err)
        return done

    def expect_entries(self, shop, settlements, tax_in_invoices=False):
        """One balanced entry per payout, named after it, on its day, with the amounts that Walmart settled."""
        entries = {entry["lines"][0]["description"]: entry for entry in self.entries(shop)}
        self.assertEqual(len(entries), len(self.entries(shop)))
        self.assertEqual(sorted(entries), sorted(f"WM-payout-{each['payoutDate']}" for each in settlements))
        for settlement in settlements:
            entry = entries[f"WM-payout-{settlement['payoutDate']}"]
            lines = lines_in_exact(entry)
            self.assertEqual(sum(lines.values()), 0)
            self.assertEqual(lines, expected_lines(settlement, tax_in_invoices))
            self.assertEqual({line["date"] for line in entry["lines"]}, {settlement["payoutDate"]})
            self.assertEqual((entry["currency"], entry["journal"]), ("USD", "90"))
            for line in entry["lines"]:
                self.assertEqual(line["account"], "Walmart.com" if line["gl_account"] == "1300" else None)

    def expect_receivable_is_settled(self, shop, settlements, tax_in_invoices):
        """For every order that is settled whole, what was settled is what Exact has of it, to the cent."""
        settled = {}
        for each in settlements:
            for order in each["orders"]:
                sums = settled.setdefault(order["purchaseOrderId"], [D(0), D(0)])
                sums[0] += D(order["sale"]) + (D(order["saleTax"]) if tax_in_invoices else 0)
                sums[1] -= D(order["refund"]) + (D(order["refundTax"]) if tax_in_invoices else 0)
        books = shop.sandbox.exact_books()
        booked = {}
        for kind, sign in (("invoices", 0), ("credit_notes", 1)):
            for document in books[kind]:
                order = document["your_ref"].removeprefix("WM-").split("-")[0]
                booked.setdefault(order, [D(0), D(0)])[sign] += abs(D(document["amount_without_vat"]))
        whole = 0
        for order, (sale, refund) in settled.items():
            invoiced, credited = booked.get(order, (D(0), D(0)))
            self.assertLessEqual(sale, invoiced, order)
            self.assertLessEqual(refund, credited, order)
            whole += (sale, refund) == (invoiced, credited)
        self.assertGreater(whole, len(settled) // 2)
        return settled, booked

    def check_whole_life(self, mode, tax):
        shop = self.shop(mode=mode, tax=tax)
        in_invoices = tax != "exclude"
        self.sync(shop, "orders", "returns")
        settlements = self.settlements(shop)
        self.assertGreaterEqual(len(settlements), 2)
        dry = shop.connector.must("sync", shop.connector.name, "settlements", "--dry-run", "--output", "json").json()
        self.assertEqual([each["payout_date"] for each in dry["settlements"]], [each["payoutDate"] for each in settlements])
        self.assertEqual(self.entries(shop), [])
        # An order that leaves from two warehouses may wait for a person to look at it.
        done = shop.connector.run("sync", shop.connector.name, "settlements", "--output", "json")
        self.assertEqual((done.json()["settlements_read"], done.json()["posted"]), (len(settlements), len(settlements)))
        self.expect_entries(shop, settlements, in_invoices)
        settled, booked = self.expect_receivable_is_settled(shop, settlements, in_invoices)
        self.assertNotIn("more than was booked", done.err)
        again = shop.connector.run("sync", shop.connector.name, "settlements", "--output", "json").json()
        self.assertEqual((again["settlements_read"], again["posted"]), (0, 0))
        self.assertEqual(len(self.entries(shop)), len(settlements))
        shop.expect_sound_store()
        return shop, settled, booked

    def test_invoices(self):
        self.check_whole_life("invoice_only", "exclude")

    def test_sales_orders_with_tax(self):
        self.check_whole_life("sales_order_and_invoice", "clearing_account")

    def test_what_nobody_knows_waits_for_a_row(self):
        shop = self.shop()
        shop.sandbox.walmart_switches(unknown_settlement_amount="12.34", settlement_reserve_per_mille=100)
        self.sync(shop, "orders", "returns")
        settlements = self.settlements(shop)
        held = self.sync(shop, "settlements", code=1)
        self.assertEqual(self.entries(shop), [])
        rows = [row for row in shop.connector.postings("--state", "held") if row["key"].startswith("settlement/")]
        self.assertEqual(len(rows), len(settlements), held.err)
        self.assertEqual({row["cause"] for row in rows}, {"mapping_error"})
        self.assertIn("@settlement/suspense (12.34)", rows[0]["message"])
        again = shop.connector.must("sync", shop.connector.name, "settlements", "--dry-run", "--output", "json", code=1).json()
        self.assertEqual(len(again["settlements"]), len(settlements), "what is held can still change")
        shop.connector.set(settlements="off")
        self.sync(shop, "settlements", code=2)
        self.assertEqual({row["state"] for row in self.journal_postings(shop)}, {"withdrawn"})
        shop.connector.set(settlements="post")
        self.sync(shop, "settlements", code=1)
        self.assertEqual({row["state"] for row in self.journal_postings(shop)}, {"held"})
        shop.connector.import_mapping(MAPPING + ROWS + SUSPENSE)
        self.sync(shop, "settlements")
        self.expect_entries(shop, settlements)

    def test_files_that_cannot_be_trusted_are_held(self):
        shop = self.shop(orders=60)
        self.sync(shop, "orders", "returns")
        settlements = self.settlements(shop)
        shop.sandbox.walmart_switches(settlement_file_is_broken=True)
        broken = self.sync(shop, "settlements", code=1)
        self.assertIn("cannot be unpacked", broken.err)
        # A person's second thoughts send nothing that could not be read.
        first = self.journal_postings(shop)[0]["key"]
        shop.connector.must("posting", "skip", first, "--reason", "booked by hand")
        shop.connector.must("posting", "retry", first, code=1)
        self.sync(shop, "orders", code=1)
        self.assertEqual({row["state"] for row in self.journal_postings(shop)}, {"held"})
        shop.sandbox.walmart_switches(settlement_file_is_broken=False, settlement_sum_is_off=True)
        self.sync(shop, "settlements", code=1)
        rows = [row for row in shop.connector.postings("--state", "held") if row["key"].startswith("settlement/")]
        self.assertEqual({row["cause"] for row in rows}, {"unexpected_source_data"})
        self.assertEqual(len(rows), len(settlements))
        self.assertIn("add up to", rows[0]["message"])
        self.assertEqual(self.entries(shop), [])
        # One is booked by hand; the others are read again once Walmart has mended them.
        by_hand = rows[0]["key"]
        shop.connector.must("posting", "skip", by_hand, "--reason", "booked by hand")
        shop.sandbox.walmart_switches(settlement_sum_is_off=False)
        self.sync(shop, "settlements", code=0)
        self.expect_entries(shop, [each for each in settlements if not by_hand.endswith(each["payoutDate"])])

    def test_nothing_happens_until_the_payout_is_mapped(self):
        shop = self.shop(rows="", orders=10)
        refused = shop.connector.must("sync", shop.connector.name, "settlements", code=2)
        self.assertIn("@settlement/payout", refused.err)
        shop.connector.set(settlements="report")
        shop.sandbox.walmart_switches(settlement_file_is_broken=True)
        dry = shop.connector.must("sync", shop.connector.name, "settlements", "--dry-run", "--output", "json", code=1).json()
        self.assertEqual([len(each["problems"]) for each in dry["settlements"]], [1] * len(self.settlements(shop)))
        shop.sandbox.walmart_switches(settlement_file_is_broken=False)
        self.sync(shop, "settlements", code=0)
        self.assertEqual(self.journal_postings(shop), [])

    def test_orders_are_compared_with_what_was_booked(self):
        shop = self.shop(orders=60)
        first = shop.connector.must("sync", shop.connector.name, "settlements", "--output", "json").json()
        self.assertGreater(first["orders_unknown_here"], 10)
        self.sync(shop, "orders", "returns")

        def compared():
            done = shop.connector.must("sync", shop.connector.name, "settlements", "--output", "json")
            return done.json(), done.err

        known, _ = compared()
        self.assertEqual((known["orders_unknown_here"], known["orders_settled_with_more_than_was_booked"]), (0, 0))

    def test_orders_from_before_go_live_are_not_known(self):
        shop = self.shop(orders=60)
        now = harness.time.time()
        shop.connector.set(go_live=harness.time.strftime("%Y-%m-%dT00:00:00Z", harness.time.gmtime(now - 14 * 86_400)))
        self.sync(shop, "orders", "returns")
        done = shop.connector.run("sync", shop.connector.name, "settlements", "--output", "json").json()
        self.assertGreater(done["orders_unknown_here"], 0)
        self.assertEqual(done["orders_settled_with_more_than_was_booked"], 0)

    def test_orders_that_were_settled_with_more_than_was_booked_are_named(self):
        shop = self.shop(orders=60)
        self.sync(shop, "orders", "returns")
        # Had the invoices stated the tax, customers would have owed it: with them as they are, too much was settled.
        shop.connector.set(tax_policy="include")
        done = shop.connector.must("sync", shop.connector.name, "settlements", "--output", "json")
        self.assertGreater(done.json()["orders_settled_with_more_than_was_booked"], 5)
        self.assertRegex(done.err, r"order \d+: [\d.]+ settled and [\d.]+ invoiced")


if __name__ == "__main__":
    unittest.main()
