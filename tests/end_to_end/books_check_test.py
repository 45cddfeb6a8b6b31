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
                {"id": "c1", "type": 8021, "status": 20, "your_ref": "WM-1001", "currency": "USD", "lines": [line("B", "1", "7.49")]}
            )

        self.sees("units invoiced of item B: 0, but must be 1", alter)

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


class DaysOracleTest(unittest.TestCase):
    """The same sale as invoices of two days."""

    def setUp(self):
        self.walmart = copy.deepcopy(WALMART)
        days = {("1001", "1"): (("2026-11-22", 1), ("2026-11-23", 1)), ("1001", "2"): (("2026-11-22", 1),)}
        for order in self.walmart["orders"]:
            for each in order["lines"]:
                parts = days.get((order["purchaseOrderId"], each["lineNumber"]), ())
                each["shipments"] = [{"shipTime": day + "T10:00:00.000Z", "quantity": quantity} for day, quantity in parts]
        self.exact = {"invoices": []}
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
