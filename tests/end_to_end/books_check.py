"""An independent oracle: what Walmart's books say was sold, against what Exact's books say was invoiced.

It knows the accounting rules of design.md 1.1 and 2.3 and nothing of how the connector plans: it never looks at
postings, keys or the store. Amounts are decimal.Decimal throughout."""

import dataclasses
import re
from collections import Counter, defaultdict
from decimal import Decimal

ZERO = Decimal(0)
KINDS = ("product", "discount", "shipping", "fee")


@dataclasses.dataclass
class OrderLine:
    """`charged`: what the customer paid for the shipped units, by kind (KINDS and tax); a discount is negative."""

    number: str
    sku: str
    currency: str
    quantity: Decimal
    shipped: Decimal
    open: Decimal
    charged: dict


@dataclasses.dataclass
class Order:
    """A purchase order as Walmart's own books have it."""

    id: str
    lines: list
    node_type: str = "SellerFulfilled"

    @property
    def currency(self):
        return self.lines[0].currency

    def shipped(self):
        return sum((line.shipped for line in self.lines), ZERO)


@dataclasses.dataclass
class DocumentLine:
    item: str
    quantity: Decimal
    amount: Decimal = ZERO


@dataclasses.dataclass
class Document:
    """A live document in Exact's books. `kind`: invoice, credit, sales_order or delivery; `order` of a delivery or of an
    invoice made from a sales order names that sales order; amounts are positive, also on credits."""

    kind: str
    id: str
    reference: str
    currency: str
    lines: list
    direct: bool = False
    order: str = ""
    processed: bool = False


@dataclasses.dataclass
class Policy:
    """What was configured: which documents, the tax policy and the mapping that the test itself wrote."""

    mode: str  # invoice_only, direct_invoice, sales_order_and_invoice
    items: dict  # SKU -> item code
    charge_items: dict  # shipping, fee, tax, discount -> item code; a discount without one lowers its product's line
    tax: str = "exclude"
    prefix: str = "WM-"
    node_types: tuple = ("SellerFulfilled",)
    stock_items: frozenset = frozenset()  # item codes that Exact keeps stock of
    processed: bool = False  # invoices are processed, not left open


def expected(order, policy):
    """item code -> amount that must stand on the order's invoices, and item code -> quantity of its products."""
    amounts, quantities = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for line in order.lines:
        if line.shipped == 0:
            continue
        item = policy.items.get(line.sku, line.sku)
        quantities[item] += line.shipped
        for kind in KINDS:
            target = item if kind == "product" else policy.charge_items.get(kind, item)
            amounts[target] += line.charged[kind]
        if policy.tax == "include":
            # Which charge bore how much of it is not in the books: it counts in the order's total.
            amounts[item] += line.charged["tax"]
        if policy.tax == "clearing_account":
            amounts[policy.charge_items["tax"]] += line.charged["tax"]
    return amounts, quantities


class Report:
    """What is wrong, a line each."""

    def __init__(self):
        self.problems = []

    def complain(self, text):
        self.problems.append(text)

    def equal(self, what, found, wanted):
        if found != wanted:
            self.complain(f"{what}: {found}, but must be {wanted}")


def _order_of(reference, prefix):
    """The purchase order in a reference: prefix, number, and -n from the second document on."""
    if not reference.startswith(prefix):
        return None
    return reference[len(prefix):].split("-", 1)[0]


def _check_references(documents, policy, report):
    # Deliveries and invoices made from one sales order share its reference: those are told apart by quantity.
    seen = Counter()
    for document in documents:
        if document.order:
            continue
        seen[(document.kind, document.reference)] += 1
    for (kind, reference), count in sorted(seen.items()):
        if count > 1:
            report.complain(f"{count} live documents of kind {kind} with the reference {reference}")


def _check_order(order, documents, policy, report):
    name = f"order {order.id}"
    invoices = [d for d in documents if d.kind in ("invoice", "credit")]
    wanted_amounts, wanted_quantities = expected(order, policy)
    amounts, quantities = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for document in invoices:
        if document.currency != order.currency:
            report.complain(f"{name}: {document.kind} {document.id} is in {document.currency}, the order in {order.currency}")
            continue
        if policy.mode == "direct_invoice" and not document.direct:
            report.complain(f"{name}: {document.kind} {document.id} is no direct one")
        if policy.mode != "direct_invoice" and document.direct:
            report.complain(f"{name}: {document.kind} {document.id} is a direct one")
        if policy.mode == "sales_order_and_invoice" and document.kind == "invoice" and not document.order:
            report.complain(f"{name}: invoice {document.id} was not made from a sales order")
        if document.processed != policy.processed:
            report.complain(f"{name}: {document.kind} {document.id} is {'processed' if document.processed else 'open'}")
        sign = -1 if document.kind == "credit" else 1
        for line in document.lines:
            quantities[line.item] += sign * line.quantity
            amounts[line.item] += sign * line.amount
    if policy.tax != "include":
        for item in sorted(set(wanted_amounts) | set(amounts)):
            report.equal(f"{name}: {order.currency} invoiced for item {item}", amounts[item], wanted_amounts[item])
    invoiced, wanted = sum(amounts.values(), ZERO), sum(wanted_amounts.values(), ZERO)
    report.equal(f"{name}: {order.currency} invoiced", invoiced, wanted)
    charges = set(policy.charge_items.values())
    for item in sorted((set(wanted_quantities) | set(quantities)) - charges):
        report.equal(f"{name}: units invoiced of item {item}", quantities[item], wanted_quantities[item])
    _check_sales_orders(order, documents, wanted_quantities, charges, policy, report)
    return invoiced, wanted


def _check_sales_orders(order, documents, shipped, charges, policy, report):
    name = f"order {order.id}"
    sales_orders = [d for d in documents if d.kind == "sales_order"]
    deliveries = [d for d in documents if d.kind == "delivery"]
    if policy.mode != "sales_order_and_invoice":
        for document in sales_orders + deliveries:
            report.complain(f"{name}: there is a {document.kind} {document.id}, which {policy.mode} does not make")
        return
    if order.shipped() > 0 and not sales_orders:
        report.complain(f"{name}: has shipped but there is no sales order")
    delivered, ordered, still_open = (defaultdict(lambda: ZERO) for _ in range(3))
    for document in deliveries:
        for line in document.lines:
            delivered[line.item] += line.quantity
    for document in sales_orders:
        report.equal(f"{name}: currency of sales order {document.id}", document.currency, order.currency)
        for line in document.lines:
            ordered[line.item] += line.quantity
    for line in order.lines:
        still_open[policy.items.get(line.sku, line.sku)] += line.open
    for item in sorted((set(shipped) | set(delivered)) - charges):
        report.equal(f"{name}: units delivered of item {item}", delivered[item], shipped[item])
    if not sales_orders:
        return
    for item in sorted((set(shipped) | set(ordered) | set(still_open)) - charges):
        report.equal(f"{name}: units on sales orders of item {item}", ordered[item], shipped[item] + still_open[item])


def _check_stock(orders, policy, stock_before, stock_now, report):
    moved = defaultdict(lambda: ZERO)
    if policy.mode != "invoice_only":
        for order in orders:
            for item, quantity in expected(order, policy)[1].items():
                moved[item] += quantity
    for item in sorted(set(stock_before) | set(stock_now)):
        if policy.stock_items and item not in policy.stock_items:
            continue
        before, now = stock_before.get(item, ZERO), stock_now.get(item, ZERO)
        report.equal(f"stock of item {item} (was {before})", now, before - moved[item])


def compare(orders, documents, policy, stock_before=None, stock_now=None):
    """All problems of the books, empty if they agree. `orders`, `documents`: the whole books of both sides; stocks:
    item code -> quantity over all warehouses, before the first document and now."""
    report = Report()
    of_order = defaultdict(list)
    booked = [order for order in orders if order.node_type in policy.node_types]
    known = {order.id for order in booked}
    for document in documents:
        purchase_order = _order_of(document.reference, policy.prefix)
        if purchase_order not in known:
            report.complain(f"{document.kind} {document.id} ({document.reference!r}) belongs to no order that the connector has to book")
        else:
            of_order[purchase_order].append(document)
    _check_references(documents, policy, report)
    totals, wanted_totals = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for order in booked:
        invoiced, wanted = _check_order(order, of_order[order.id], policy, report)
        totals[order.currency] += invoiced
        wanted_totals[order.currency] += wanted
    for currency in sorted(set(totals) | set(wanted_totals)):
        report.equal(f"all orders: {currency} invoiced", totals[currency], wanted_totals[currency])
    if stock_before is not None:
        _check_stock(booked, policy, stock_before, stock_now, report)
    return report.problems


def compare_days(walmart_books, exact_books, policy):
    """Problems of books that hold one invoice a day and currency (UTC days): the units of every item by day, the amounts of
    every item, and what each order's entries in the lists of orders add up to."""
    report = Report()
    orders = [order for order in walmart_orders(walmart_books) if order.node_type in policy.node_types]
    units, amounts, of_order = Counter(), Counter(), Counter()
    for order in orders:
        wanted_amounts, _ = expected(order, policy)
        for item, amount in wanted_amounts.items():
            amounts[order.currency, item] += amount
        of_order[order.currency, order.id] += sum(wanted_amounts.values(), ZERO)
    for order in walmart_books["orders"]:
        for line in order["lines"]:
            for part in line["shipments"]:
                if order["shipNodeType"] in policy.node_types:
                    units[part["shipTime"][:10], line["currency"], policy.items.get(line["sku"], line["sku"])] += _decimal(part["quantity"])
    found_units, found_amounts, found_orders, references = Counter(), Counter(), Counter(), Counter()
    charges = set(policy.charge_items.values())
    for invoice in exact_books["invoices"]:
        match = re.fullmatch(re.escape(policy.prefix) + r"D(\d{4})(\d\d)(\d\d)-([A-Z]{3})(-\d+)?", invoice["your_ref"] or "")
        if not match:
            report.complain(f"invoice {invoice['id']} has the reference {invoice['your_ref']!r}, which names no day")
            continue
        day, currency = "-".join(match.group(1, 2, 3)), match.group(4)
        name = f"invoice {invoice['your_ref']}"
        references[invoice["your_ref"]] += 1
        report.equal(f"{name}: currency", invoice["currency"], currency)
        report.equal(f"{name}: date", (invoice["order_date"] or "")[:10], day)
        if policy.processed:
            report.equal(f"{name}: official date", (invoice["invoice_date"] or "")[:10], day)
            report.equal(f"{name}: status", invoice["status"], 50)
        lines_total = ZERO
        accounts = Counter()
        for line in invoice["lines"]:
            found_amounts[currency, line["item"]] += _decimal(line["amount"])
            lines_total += _decimal(line["amount"])
            if line["item"] not in charges:
                found_units[day, currency, line["item"]] += _decimal(line["quantity"])
            accounts[line["gl_account_id"], line["cost_center"], line["cost_unit"], line["vat_code"], line["item"]] += 1
        for account, count in accounts.items():
            if count > 2:
                report.complain(f"{name}: {count} lines for {account}")
        listed = re.findall(r"(\S+) (-?[0-9.]+)(?:, |$)", (invoice["remarks"] or "").removeprefix("Orders: "))
        report.equal(f"{name}: orders listed", sum((_decimal(amount) for _, amount in listed), ZERO), lines_total)
        for order, amount in listed:
            found_orders[currency, order] += _decimal(amount)
    for reference, count in references.items():
        if count > 1:
            report.complain(f"{count} invoices with the reference {reference}")
    compared = (("units of", found_units, units), ("amount of item", found_amounts, amounts), ("amount of order", found_orders, of_order))
    for what, found, wanted in compared:
        for key in sorted(set(found) | set(wanted)):
            report.equal(f"{what} {' '.join(key)}", found[key], wanted[key])
    return report.problems


# Reading the sandboxes' books.


def walmart_orders(books):
    """All orders in the answer of GET /sandbox/walmart/books."""
    orders = []
    for order in books["orders"]:
        lines = [
            OrderLine(line["lineNumber"], line["sku"], line["currency"], _decimal(line["ordered"]), _decimal(line["shipped"]),
                      _decimal(line["open"]), {kind: _decimal(line["charged"][kind]) for kind in (*KINDS, "tax")})
            for line in order["lines"]
        ]
        orders.append(Order(order["purchaseOrderId"], lines, order["shipNodeType"]))
    return orders


def _decimal(value):
    return ZERO if value is None else Decimal(str(value))


def exact_documents(books):
    """All live documents in the answer of GET /sandbox/exact/books."""
    documents = []
    references = {}  # of sales orders, by number
    for order in books["sales_orders"]:
        references[order["order_number"]] = order["your_ref"] or ""
        lines = [DocumentLine(line["item"], _decimal(line["quantity"]), _decimal(line["amount"])) for line in order["lines"]]
        documents.append(Document("sales_order", order["id"], order["your_ref"] or "", order["currency"], lines))
    for delivery in books["deliveries"]:
        numbers = {line["sales_order_number"] for line in delivery["lines"]}
        for number in numbers:
            lines = [
                DocumentLine(line["item"], _decimal(line["quantity"]))
                for line in delivery["lines"]
                if line["sales_order_number"] == number
            ]
            documents.append(Document("delivery", delivery["id"], references.get(number, ""), "", lines, order=str(number)))
    for kind, name in (("invoice", "invoices"), ("credit", "credit_notes")):
        for invoice in books[name]:
            lines = [
                DocumentLine(line["item"], abs(_decimal(line["quantity"])) if kind == "credit" else _decimal(line["quantity"]),
                             abs(_decimal(line["amount"])) if kind == "credit" else _decimal(line["amount"]))
                for line in invoice["lines"]
            ]
            numbers = {line["sales_order_number"] for line in invoice["lines"]} - {None, 0}
            documents.append(
                Document(kind, invoice["id"], invoice["your_ref"] or "", invoice["currency"], lines,
                         direct=invoice["type"] in (8023, 8024), order=",".join(sorted(map(str, numbers))),
                         processed=invoice["status"] == 50)
            )
    return documents


def exact_stock(books):
    """Item code -> quantity over all warehouses."""
    stock = defaultdict(lambda: ZERO)
    for row in books["stock"]:
        stock[row["item"]] += _decimal(row["current"])
    return dict(stock)
