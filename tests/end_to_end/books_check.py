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
    """`charged`: what the customer paid for the shipped units, by kind (KINDS and tax); a discount is negative.
    `refunded`: what went back, by kind (a product's net of its discount; "kept" is what the seller kept back of it).
    `returned`: units that the customer got the money of a return for; `taken_back`: those of them that came back."""

    number: str
    sku: str
    currency: str
    quantity: Decimal
    shipped: Decimal
    open: Decimal
    charged: dict
    refunded: dict = dataclasses.field(default_factory=dict)
    returned: Decimal = ZERO
    taken_back: Decimal = ZERO
    refunds_of_money: bool = False  # besides those of returns


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
    text: str = ""  # description and remarks

    def reverses(self):
        """An invoice that takes a credit back because the refund was reversed."""
        return self.kind == "invoice" and re.search(r"-R\d+$", self.reference) is not None


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
    """item code -> amount that invoices less credits must come to, and item code -> quantity of the products invoiced."""
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
        for kind, refunded in line.refunded.items():
            if kind == "tax" and policy.tax == "exclude":
                continue
            target = item if kind in ("product", "tax") else policy.charge_items.get(kind, item)
            if kind == "tax" and policy.tax == "clearing_account":
                target = policy.charge_items["tax"]
            amounts[target] -= refunded
    return amounts, quantities


def _groups(order, policy):
    """item code -> the items it is compared with together: Walmart states the refund of a discounted product as one
    amount, so that product and discount cannot be told apart in it."""
    together = set()
    for line in order.lines:
        if line.charged["discount"] != 0 and any(line.refunded.values()):
            together |= {policy.items.get(line.sku, line.sku), policy.charge_items.get("discount")}
    together.discard(None)
    return {item: "+".join(sorted(together)) for item in together}


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
    amounts, quantities, credited = (defaultdict(lambda: ZERO) for _ in range(3))
    for document in invoices:
        if document.currency != order.currency:
            report.complain(f"{name}: {document.kind} {document.id} is in {document.currency}, the order in {order.currency}")
            continue
        if policy.mode == "direct_invoice" and document.kind == "invoice" and not document.direct and not document.reverses():
            report.complain(f"{name}: {document.kind} {document.id} is no direct one")
        if policy.mode != "direct_invoice" and document.direct:
            report.complain(f"{name}: {document.kind} {document.id} is a direct one")
        if policy.mode == "sales_order_and_invoice" and document.kind == "invoice" and not document.order and not document.reverses():
            report.complain(f"{name}: invoice {document.id} was not made from a sales order")
        if document.processed != policy.processed:
            report.complain(f"{name}: {document.kind} {document.id} is {'processed' if document.processed else 'open'}")
        sign = -1 if document.kind == "credit" else 1
        if document.kind == "credit" and order.id not in document.text:
            report.complain(f"{name}: credit {document.id} does not say what it corrects: {document.text!r}")
        for line in document.lines:
            if document.kind == "credit" or document.reverses():
                credited[line.item] -= sign * line.quantity
            else:
                quantities[line.item] += line.quantity
            amounts[line.item] += sign * line.amount
    _check_credits(order, invoices, report)
    if policy.tax != "include":
        groups = _groups(order, policy)
        found_by_group, wanted_by_group = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
        for item in set(wanted_amounts) | set(amounts):
            found_by_group[groups.get(item, item)] += amounts[item]
            wanted_by_group[groups.get(item, item)] += wanted_amounts[item]
        for item in sorted(wanted_by_group):
            report.equal(f"{name}: {order.currency} invoiced for item {item}", found_by_group[item], wanted_by_group[item])
    invoiced, wanted = sum(amounts.values(), ZERO), sum(wanted_amounts.values(), ZERO)
    report.equal(f"{name}: {order.currency} invoiced", invoiced, wanted)
    charges = set(policy.charge_items.values())
    for item in sorted((set(wanted_quantities) | set(quantities)) - charges):
        report.equal(f"{name}: units invoiced of item {item}", quantities[item], wanted_quantities[item])
    _check_returned_units(order, credited, charges, policy, report)
    _check_sales_orders(order, documents, wanted_quantities, charges, policy, report)
    return invoiced, wanted


def _check_credits(order, documents, report):
    """Whatever happens, no more may be credited than was invoiced."""
    invoiced, credited = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for document in documents:
        total = sum((line.amount for line in document.lines), ZERO)
        (credited if document.kind == "credit" else invoiced)[document.currency] += total
    for currency, total in credited.items():
        if total > invoiced[currency]:
            report.complain(f"order {order.id}: {currency} {total} credited but only {invoiced[currency]} invoiced")


def _check_returned_units(order, credited, charges, policy, report):
    """Units on credits are those of returns; a refund of money alone has a line of its own, so that it cannot be told."""
    returned, uncertain = defaultdict(lambda: ZERO), set()
    for line in order.lines:
        item = policy.items.get(line.sku, line.sku)
        returned[item] += line.returned
        if line.refunds_of_money:
            uncertain.add(item)
    for item in sorted((set(returned) | set(credited)) - charges - uncertain):
        report.equal(f"order {order.id}: units credited of item {item}", credited[item], returned[item])


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
            if policy.mode == "direct_invoice":
                for line in order.lines:
                    moved[policy.items.get(line.sku, line.sku)] -= line.taken_back
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
    every item, and what each order's entries in the lists of orders add up to, less what its own credit notes give back."""
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
    for document in exact_documents(exact_books):
        if document.kind != "credit" and not document.reverses():
            continue
        sign = -1 if document.kind == "credit" else 1
        order = _order_of(document.reference, policy.prefix)
        if order not in document.text:
            report.complain(f"{document.kind} {document.reference!r} does not say what it corrects: {document.text!r}")
        for line in document.lines:
            found_amounts[document.currency, line.item] += sign * line.amount
            found_orders[document.currency, order] += sign * line.amount
    for invoice in exact_books["invoices"]:
        if re.search(r"-R\d+$", invoice["your_ref"] or ""):
            continue
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
    # Of the returns, for the refund of goods that cost nothing stands nowhere else.
    given_back, taken_back = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for returned in books.get("returns", []):
        for line in returned["lines"]:
            given_back[(returned["purchaseOrderId"], line["lineNumber"])] += _decimal(line["refunded"])
            if not returned["keepIt"]:
                taken_back[(returned["purchaseOrderId"], line["lineNumber"])] += _decimal(line["refunded"])
    orders = []
    for order in books["orders"]:
        lines = []
        for line in order["lines"]:
            refunded = line.get("refunded", {})
            refunds = line.get("refunds", [])
            lines.append(
                OrderLine(line["lineNumber"], line["sku"], line["currency"], _decimal(line["ordered"]), _decimal(line["shipped"]),
                          _decimal(line["open"]), {kind: _decimal(line["charged"][kind]) for kind in (*KINDS, "tax")},
                          {kind: _decimal(refunded[kind]) for kind in ("product", "shipping", "fee", "tax", "kept") if kind in refunded},
                          given_back[(order["purchaseOrderId"], line["lineNumber"])],
                          taken_back[(order["purchaseOrderId"], line["lineNumber"])],
                          any(not refund["ofReturn"] for refund in refunds))
            )
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
            # Whether a credit note carries its amounts as positive or negative ones is a switch of the sandbox.
            stated = sum((_decimal(line["amount"]) for line in invoice["lines"]), ZERO)
            sign = -1 if kind == "credit" and stated < 0 else 1
            lines = [DocumentLine(line["item"], sign * _decimal(line["quantity"]), sign * _decimal(line["amount"])) for line in invoice["lines"]]
            numbers = {line["sales_order_number"] for line in invoice["lines"]} - {None, 0}
            documents.append(
                Document(kind, invoice["id"], invoice["your_ref"] or "", invoice["currency"], lines,
                         direct=invoice["type"] in (8023, 8024), order=",".join(sorted(map(str, numbers))),
                         processed=invoice["status"] == 50,
                         text=f"{invoice.get('description') or ''} {invoice.get('remarks') or ''}")
            )
    return documents


def exact_stock(books):
    """Item code -> quantity over all warehouses."""
    stock = defaultdict(lambda: ZERO)
    for row in books["stock"]:
        stock[row["item"]] += _decimal(row["current"])
    return dict(stock)


# Stock and prices: what stands at one side against what stands at the other, to the piece and the cent.


def walmart_in_hand(books, item_of, warehouse_of):
    """(item code, warehouse code) -> units in hand by Walmart's books. `item_of(sku)`; `warehouse_of(sku, node)` is None
    where nothing is to be compared."""
    in_hand = defaultdict(lambda: ZERO)
    for item in books["items"]:
        for node, units in item["inHand"].items():
            warehouse = warehouse_of(item["sku"], node)
            if warehouse is not None:
                in_hand[item_of(item["sku"]), warehouse] += _decimal(units)
    return dict(in_hand)


def exact_positions(books):
    """(item code, warehouse code) -> units in stock by Exact's books."""
    return {(row["item"], row["warehouse"]): _decimal(row["current"]) for row in books["stock"]}


def compare_stock_positions(in_hand, positions):
    """Every place where Exact's stock is not what Walmart has in hand."""
    report = Report()
    for item, warehouse in sorted(in_hand):
        report.equal(f"stock of item {item} in warehouse {warehouse}", positions.get((item, warehouse), ZERO),
                     in_hand[item, warehouse])  # fmt: skip
    return report.problems


def compare_stock_counts(books, prefix="WM-"):
    """What is wrong with the stock counts themselves: drafts left behind, two of one name, empty ones."""
    report = Report()
    seen = Counter(count["description"] for count in books["stock_counts"])
    for name, number in sorted(seen.items()):
        if number > 1:
            report.complain(f"{number} stock counts are named {name}")
        if not (name or "").startswith(prefix):
            report.complain(f"stock count {name!r} is not the connector's")
    for count in books["stock_counts"]:
        report.equal(f"status of stock count {count['description']}", count["status"], 21)
        items = Counter(line["item"] for line in count["lines"])
        if not items or max(items.values()) > 1:
            report.complain(f"stock count {count['description']} has lines {dict(items)}")
    return report.problems


def walmart_prices(books):
    """SKU -> (currency, price) by Walmart's books."""
    return {item["sku"]: (item["currency"], _decimal(item["price"])) for item in books["items"]}


def exact_list_prices(books, currency):
    """Item code -> price for one unit in Exact's price list; several rows of one item are a mistake here."""
    prices = {}
    for row in books["item_prices"]:
        if row["currency"] == currency:
            if row["item"] in prices:
                raise AssertionError(f"item {row['item']} has several {currency} prices")
            prices[row["item"]] = _decimal(row["price"])
    return prices
