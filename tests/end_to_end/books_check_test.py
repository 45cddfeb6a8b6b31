"""The oracle itself must see what is wrong: correct books are altered one fact at a time."""

import copy
import unittest
from decimal import Decimal

import books_check

WALMART = {
    "orders": [
        {
            "purchaseOrderId": "1001", "shipNodeType": "SellerFulfilled",
            "lines": [
                {"lineNumber": "1", "sku": "A", "currency": "USD", "ordered": 3, "shipped": 2, "open": 1,
                 "charged": {"product": "20.02", "discount": "-1.00", "shipping": "5.00", "fee": "0", "tax": "1.61"}},
                {"lineNumber": "2", "sku": "B", "currency": "USD", "ordered": 1, "shipped": 1, "open": 0,
                 "charged": {"product": "7.49", "discount": "0", "shipping": "0", "fee": "0.30", "tax": "0"}},
            ],
        },
        {
            "purchaseOrderId": "1002", "shipNodeType": "SellerFulfilled",
            "lines": [
                {"lineNumber": "1", "sku": "A", "currency": "CAD", "ordered": 1, "shipped": 0, "open": 0,
                 "charged": {"product": "0", "discount": "0", "shipping": "0", "fee": "0", "tax": "0"}},
            ],
        },
        {
            "purchaseOrderId": "1003", "shipNodeType": "WFSFulfilled",
            "lines": [
                {"lineNumber": "1", "sku": "A", "currency": "USD", "ordered": 1, "shipped": 1, "open": 0,
                 "charged": {"product": "10.01", "discount": "0", "shipping": "0", "fee": "0", "tax": "0.80"}},
            ],
        },
    ]
}  # fmt: skip


def line(item, quantity, amount, order=None):
    return {"item": item, "quantity": quantity, "amount": amount, "sales_order_number": order}


EXACT = {
    "sales_orders": [], "deliveries": [], "credit_notes": [],
    "invoices": [
        {"id": "i1", "type": 8020, "status": 20, "your_ref": "WM-1001", "currency": "USD",
         "lines": [line("ITEM-A", "1", "10.01"), line("DISCOUNT", "1", "-0.50"), line("FREIGHT", "1", "2.50"), line("B", "1", "7.49"), line("FEE", "1", "0.30")]},
        {"id": "i2", "type": 8020, "status": 20, "your_ref": "WM-1001-2", "currency": "USD",
         "lines": [line("ITEM-A", "1", "10.01"), line("DISCOUNT", "1", "-0.50"), line("FREIGHT", "1", "2.50")]},
    ],
    "stock": [{"item": "ITEM-A", "warehouse": "1", "current": "98"}, {"item": "ITEM-A", "warehouse": "2", "current": "5"}, {"item": "B", "warehouse": "1", "current": "49"}],
}  # fmt: skip

CHARGES = {"shipping": "FREIGHT", "fee": "FEE", "discount": "DISCOUNT", "tax": "TAX"}
STOCK_BEFORE = {"ITEM-A": Decimal(105), "B": Decimal(50)}


def as_direct(exact):
    for invoice in exact["invoices"]:
        invoice["type"] = 8023


def as_sales_order(exact):
    """The same sale by a sales order, two deliveries and the invoices made from them."""
    exact["sales_orders"] = [
        {"id": "o1", "order_number": 7, "your_ref": "WM-1001", "currency": "USD",
         "lines": [line("ITEM-A", "3", "30.03"), line("B", "1", "7.49")]},
    ]  # fmt: skip
    exact["deliveries"] = [
        {"id": "d1", "lines": [line("ITEM-A", "1", None, 7), line("B", "1", None, 7)]},
        {"id": "d2", "lines": [line("ITEM-A", "1", None, 7)]},
    ]
    for invoice in exact["invoices"]:
        invoice["your_ref"] = "WM-1001"
        for each in invoice["lines"]:
            each["sales_order_number"] = 7


class OracleTest(unittest.TestCase):
    def problems(self, alter=None, mode="invoice_only", tax="exclude", shape=None, stock=False, alter_walmart=None, **policy):
        walmart, exact = copy.deepcopy(WALMART), copy.deepcopy(EXACT)
        if shape:
            shape(exact)
        if alter:
            alter(exact)
        if alter_walmart:
            alter_walmart(walmart)
        return books_check.compare(
            books_check.walmart_orders(walmart),
            books_check.exact_documents(exact),
            books_check.Policy(mode=mode, tax=tax, items={"A": "ITEM-A"}, charge_items=CHARGES, **policy),
            STOCK_BEFORE if stock else None,
            books_check.exact_stock(exact),
        )

    def sees(self, text, alter=None, **options):
        found = self.problems(alter, **options)
        self.assertTrue(any(text in problem for problem in found), f"{text!r} is not among {found}")

    def test_correct_books_are_fine(self):
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.problems(mode="direct_invoice", shape=as_direct, stock=True), [])
        self.assertEqual(self.problems(mode="sales_order_and_invoice", shape=as_sales_order, stock=True), [])

    def test_a_cent_off(self):
        def alter(exact):
            exact["invoices"][1]["lines"][0]["amount"] = "10.02"

        self.sees("order 1001: USD invoiced for item ITEM-A: 20.03, but must be 20.02", alter)
        self.sees("all orders: USD invoiced: 31.82, but must be 31.81", alter)

    def test_a_cent_moved_between_items(self):
        def alter(exact):
            exact["invoices"][1]["lines"][0]["amount"] = "10.02"
            exact["invoices"][1]["lines"][2]["amount"] = "2.49"

        self.sees("item FREIGHT: 4.99, but must be 5.00", alter)

    def test_a_missing_invoice(self):
        self.sees("units invoiced of item ITEM-A: 1, but must be 2", lambda exact: exact["invoices"].pop())

    def test_no_document_at_all(self):
        self.sees("order 1001: USD invoiced: 0", lambda exact: exact["invoices"].clear())

    def test_a_double_invoice(self):
        def alter(exact):
            exact["invoices"].append({**copy.deepcopy(exact["invoices"][1]), "id": "i3"})

        self.sees("2 live documents of kind invoice with the reference WM-1001-2", alter)
        self.sees("units invoiced of item ITEM-A: 3, but must be 2", alter)

    def test_a_double_invoice_under_another_reference(self):
        def alter(exact):
            exact["invoices"].append({**copy.deepcopy(exact["invoices"][1]), "id": "i3", "your_ref": "WM-1001-3"})

        self.sees("units invoiced of item ITEM-A: 3, but must be 2", alter)

    def test_a_wrong_currency(self):
        def alter(exact):
            exact["invoices"][0]["currency"] = "EUR"

        self.sees("invoice i1 is in EUR, the order in USD", alter)

    def test_invoiced_but_not_shipped(self):
        def alter(exact):
            exact["invoices"].append(
                {"id": "i4", "type": 8020, "status": 20, "your_ref": "WM-1002", "currency": "CAD", "lines": [line("ITEM-A", "1", "10.01")]}
            )

        self.sees("order 1002: units invoiced of item ITEM-A: 1, but must be 0", alter)

    def test_an_order_that_is_not_ours_to_book(self):
        def alter(exact):
            exact["invoices"][1]["your_ref"] = "WM-1003"

        self.sees("belongs to no order that the connector has to book", alter)
        self.sees("order 1003", node_types=("SellerFulfilled", "WFSFulfilled"))

    def test_a_document_without_a_reference(self):
        def alter(exact):
            exact["invoices"][1]["your_ref"] = None

        self.sees("belongs to no order", alter)

    def test_the_wrong_item(self):
        def alter(exact):
            exact["invoices"][0]["lines"][0]["item"] = "A"

        self.sees("units invoiced of item A: 1, but must be 0", alter)

    def test_a_credit_note_takes_away(self):
        def alter(exact):
            exact["credit_notes"].append(
                {"id": "c1", "type": 8021, "status": 20, "your_ref": "WM-1001-C1", "currency": "USD", "lines": [line("B", "1", "7.49")],
                 "description": "corrects WM-1001"}
            )  # fmt: skip

        self.sees("USD invoiced for item B: 0.00, but must be 7.49", alter)
        self.sees("units credited of item B: 1, but must be 0", alter)

    def refunded(self, walmart):
        """One unit of A came back with its shipping; the seller kept a fee back, and B's price was lowered."""
        first, second = walmart["orders"][0]["lines"]
        first["refunded"] = {"product": "9.51", "shipping": "2.50", "fee": "0", "tax": "0.80", "kept": "-0.95"}
        first["refunds"] = [{"quantity": 1, "ofReturn": True}]
        second["refunded"] = {"product": "1.00", "shipping": "0", "fee": "0", "tax": "0", "kept": "0"}
        second["refunds"] = [{"quantity": 0, "ofReturn": False}]
        walmart["returns"] = [{"purchaseOrderId": "1001", "keepIt": False, "lines": [{"lineNumber": "1", "refunded": 1}]}]

    def credited(self, exact, sign=1):
        def minus(item, quantity, amount):
            return line(item, str(sign * int(quantity)), str(sign * Decimal(amount)))

        exact["credit_notes"] = [
            {"id": "c1", "type": 8021, "status": 20, "your_ref": "WM-1001-C1", "currency": "USD", "remarks": "Corrects invoice WM-1001",
             "lines": [minus("ITEM-A", "1", "10.01"), minus("DISCOUNT", "1", "-0.50"), minus("FREIGHT", "1", "2.50"), minus("FEE", "1", "-0.95")]},
            {"id": "c2", "type": 8021, "status": 20, "your_ref": "WM-1001-C2", "currency": "USD", "remarks": "Corrects invoice WM-1001",
             "lines": [minus("B", "1", "1.00")]},
        ]  # fmt: skip

    def test_refunds_stand_as_credits(self):
        charges = {**CHARGES, "kept": "FEE"}

        def problems(alter=None, sign=1, shape=None, **options):
            def alter_exact(exact):
                self.credited(exact, sign)
                if alter:
                    alter(exact)

            walmart, exact = copy.deepcopy(WALMART), copy.deepcopy(EXACT)
            self.refunded(walmart)
            if shape:
                shape(exact)
            alter_exact(exact)
            policy = books_check.Policy(mode=options.pop("mode", "invoice_only"), items={"A": "ITEM-A"}, charge_items=charges)
            return books_check.compare(books_check.walmart_orders(walmart), books_check.exact_documents(exact), policy, **options)

        self.assertEqual(problems(), [])
        self.assertEqual(problems(sign=-1), [])

        def complains(text, alter, **options):
            found = problems(alter, **options)
            self.assertTrue(any(text in problem for problem in found), f"{text!r} is not among {found}")

        complains("units credited of item ITEM-A: 0, but must be 1", lambda exact: exact["credit_notes"].pop(0))
        complains("USD invoiced for item B: 7.49, but must be 6.49", lambda exact: exact["credit_notes"].pop())
        complains("item FREIGHT: 2.49", lambda exact: exact["credit_notes"][0]["lines"].__setitem__(2, line("FREIGHT", "1", "2.51")))
        complains("2 live documents of kind credit", lambda exact: exact["credit_notes"].append({**exact["credit_notes"][1], "id": "c3"}))
        complains("does not say what it corrects", lambda exact: exact["credit_notes"][1].update(remarks=""))
        complains("credited but only", lambda exact: exact["credit_notes"][1].update(lines=[line("B", "1", "99.00")]))

        def taken_back_by_an_invoice(exact):
            exact["invoices"].append({"id": "r1", "type": 8020, "status": 20, "your_ref": "WM-1001-R1", "currency": "USD", "lines": [line("B", "1", "1.00")]})

        complains("USD invoiced for item B: 7.49, but must be 6.49", taken_back_by_an_invoice)

        # The unit that came back is in stock again, but only where documents move stock.
        stock = {"mode": "direct_invoice", "shape": as_direct, "stock_before": STOCK_BEFORE}
        now = books_check.exact_stock(EXACT)
        self.assertEqual(problems(stock_now={**now, "ITEM-A": now["ITEM-A"] + 1}, **stock), [])
        self.assertNotEqual(problems(stock_now=now, **stock), [])

    def test_tax_policies(self):
        def with_tax_line(exact):
            exact["invoices"][0]["lines"].append(line("TAX", "1", "1.61"))

        self.assertEqual(self.problems(with_tax_line, tax="clearing_account"), [])
        self.sees("item TAX: 0, but must be 1.61", tax="clearing_account")
        self.sees("item TAX: 1.61, but must be 0", with_tax_line, tax="exclude")

        def with_tax_inside(exact):
            exact["invoices"][0]["lines"][0]["amount"] = "11.62"

        self.assertEqual(self.problems(with_tax_inside, tax="include"), [])
        self.sees("order 1001: USD invoiced: 31.81, but must be 33.42", tax="include")

    def test_processed_or_open(self):
        def alter(exact):
            exact["invoices"][0]["status"] = 50

        self.sees("invoice i1 is processed", alter)
        self.sees("invoice i2 is open", alter, processed=True)

    def test_direct_invoices_and_stock(self):
        def stock_twice(exact):
            as_direct(exact)
            exact["stock"][2]["current"] = "48"

        self.sees("stock of item B (was 50): 48, but must be 49", mode="direct_invoice", shape=stock_twice, stock=True)
        self.sees("is no direct one", mode="direct_invoice")
        self.sees("is a direct one", shape=as_direct)

    def test_sales_orders(self):
        mode = {"mode": "sales_order_and_invoice", "shape": as_sales_order}
        self.sees("has shipped but there is no sales order", lambda exact: exact["sales_orders"].clear(), **mode)
        self.sees("units delivered of item ITEM-A: 1, but must be 2", lambda exact: exact["deliveries"].pop(), **mode)

        def ordered_twice(exact):
            exact["sales_orders"].append({**copy.deepcopy(exact["sales_orders"][0]), "id": "o2", "order_number": 8})

        self.sees("2 live documents of kind sales_order with the reference WM-1001", ordered_twice, **mode)

        def delivered_twice(exact):
            exact["deliveries"].append({**copy.deepcopy(exact["deliveries"][1]), "id": "d3"})

        self.sees("units delivered of item ITEM-A: 3, but must be 2", delivered_twice, **mode)

        def too_much_ordered(exact):
            exact["sales_orders"][0]["lines"][0]["quantity"] = "4"

        self.sees("units on sales orders of item ITEM-A: 4, but must be 3", too_much_ordered, **mode)

        def invoice_beside_it(exact):
            for each in exact["invoices"][0]["lines"]:
                each["sales_order_number"] = None

        self.sees("invoice i1 was not made from a sales order", invoice_beside_it, **mode)
        self.sees("which invoice_only does not make", shape=as_sales_order)



class StockAndPrices(unittest.TestCase):
    def books(self):
        walmart = {"items": [
            {"sku": "A", "inHand": {"east": 5, "west": 2}, "price": "9.99", "currency": "USD"},
            {"sku": "B", "inHand": {"east": 1, "west": 0}, "price": "1", "currency": "USD"},
        ]}  # fmt: skip
        exact = {"stock": [{"item": "A", "warehouse": "1", "current": "6"}, {"item": "X", "warehouse": "1", "current": "9"}],
                 "stock_counts": [{"description": "WM-SC-1", "status": 21, "lines": [{"item": "A"}]}],
                 "item_prices": [{"item": "A", "currency": "USD", "price": "9.99"}]}  # fmt: skip
        return walmart, exact

    def problems(self, walmart, exact):
        in_hand = books_check.walmart_in_hand(
            walmart, lambda sku: "A" if sku == "B" else sku, lambda sku, node: "1" if node == "east" else None
        )
        return books_check.compare_stock_positions(in_hand, books_check.exact_positions(exact))

    def test_equal_stock(self):
        self.assertEqual(self.problems(*self.books()), [])

    def test_one_unit_is_seen(self):
        for side, change in (("walmart", 4), ("walmart", 6), ("exact", "5"), ("exact", "7")):
            walmart, exact = self.books()
            if side == "walmart":
                walmart["items"][0]["inHand"]["east"] = change
            else:
                exact["stock"][0]["current"] = change
            self.assertEqual(len(self.problems(walmart, exact)), 1, (side, change))
        walmart, exact = self.books()
        exact["stock"] = []
        self.assertEqual(len(self.problems(walmart, exact)), 1)

    def test_counts(self):
        _, exact = self.books()
        self.assertEqual(books_check.compare_stock_counts(exact), [])
        for member, value in (("status", 12), ("lines", []), ("description", "other"), ("lines", [{"item": "A"}, {"item": "A"}])):
            _, exact = self.books()
            exact["stock_counts"][0][member] = value
            self.assertEqual(len(books_check.compare_stock_counts(exact)), 1, (member, value))
        _, exact = self.books()
        exact["stock_counts"] *= 2
        self.assertEqual(len(books_check.compare_stock_counts(exact)), 1)

    def test_prices(self):
        walmart, exact = self.books()
        self.assertEqual(books_check.walmart_prices(walmart)["A"], ("USD", Decimal("9.99")))
        self.assertEqual(books_check.exact_list_prices(exact, "USD"), {"A": Decimal("9.99")})
        self.assertEqual(books_check.exact_list_prices(exact, "EUR"), {})
        exact["item_prices"] *= 2
        with self.assertRaises(AssertionError):
            books_check.exact_list_prices(exact, "USD")


class DaysOracleTest(unittest.TestCase):
    """The same sale as invoices of two days."""

    def setUp(self):
        self.walmart = copy.deepcopy(WALMART)
        days = {("1001", "1"): (("2026-11-22", 1), ("2026-11-23", 1)), ("1001", "2"): (("2026-11-22", 1),)}
        for order in self.walmart["orders"]:
            for each in order["lines"]:
                parts = days.get((order["purchaseOrderId"], each["lineNumber"]), ())
                each["shipments"] = [{"shipTime": day + "T10:00:00.000Z", "quantity": quantity} for day, quantity in parts]
        self.exact = {"invoices": [], "credit_notes": [], "sales_orders": [], "deliveries": []}
        for day, invoice in zip(("2026-11-22", "2026-11-23"), copy.deepcopy(EXACT["invoices"])):
            lines = [{**each, "gl_account_id": "g", "cost_center": None, "cost_unit": None, "vat_code": "0"} for each in invoice["lines"]]
            total = sum(Decimal(each["amount"]) for each in lines)
            self.exact["invoices"].append(
                {**invoice, "lines": lines, "your_ref": f"WM-D{day.replace('-', '')}-USD", "order_date": day, "remarks": f"Orders: 1001 {total}"}
            )

    def problems(self):
        policy = books_check.Policy("daily_summary", {"A": "ITEM-A"}, CHARGES)
        return books_check.compare_days(self.walmart, self.exact, policy)

    def test_equal(self):
        self.assertEqual(self.problems(), [])

    def test_credit_notes_stand_beside_the_days(self):
        note = {**copy.deepcopy(self.exact["invoices"][0]), "type": 8021, "your_ref": "WM-1001-C1", "remarks": "Corrects it",
                "description": "refund of order 1001"}  # fmt: skip
        note["lines"] = [{**note["lines"][0], "quantity": "1", "amount": "2.00"}]
        self.exact["credit_notes"] = [note]
        self.assertEqual(len(self.problems()), 2, self.problems())
        self.walmart["orders"][0]["lines"][0]["refunded"] = {
            "product": "2.00", "discount": "0", "shipping": "0", "fee": "0", "tax": "0", "kept": "0"}  # fmt: skip
        self.assertEqual(self.problems(), [])
        note["description"] = "refund"
        self.assertEqual(len(self.problems()), 1)

    def test_sees_what_is_wrong(self):
        first, second = self.exact["invoices"]
        for alter, words in (
            (lambda: first["lines"][0].update(amount="10.02"), "amount of item USD ITEM-A"),
            (lambda: second["lines"][0].update(quantity="2"), "units of 2026-11-23 USD ITEM-A"),
            (lambda: second.update(order_date="2026-11-24"), "date"),
            (lambda: second.update(remarks="Orders: 1002 12.01"), "amount of order USD 1001"),
            (lambda: second.update(your_ref=first["your_ref"]), "2 invoices with the reference"),
            (lambda: second.update(your_ref="WM-1001"), "names no day"),
            (lambda: self.exact["invoices"].pop(), "amount of item USD DISCOUNT"),
        ):
            self.setUp()
            first, second = self.exact["invoices"]
            alter()
            self.assertTrue(any(words in problem for problem in self.problems()), (words, self.problems()))


if __name__ == "__main__":
    unittest.main()
