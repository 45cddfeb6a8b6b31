"""One shop on foreign servers: its orders and returns as Walmart's documents show them, and what must stand in Exact."""

import decimal
import time

import harness
from foreign_exact import ForeignExact
from foreign_walmart import ForeignWalmart

D = decimal.Decimal
DAY = 86_400_000

MAPPING = """sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse
*,,8000,WM,US,0,1
@shipping,SHIPPING,8200,,,,
@discount,DISCOUNT,8000,,,,
@fee,FEE,8000,,,,
@restocking_fee,FEE,8000,,,,
@tax,TAX,1900,,,,
"""


def charge(kind, name, amount, tax=None):
    made = {"chargeType": kind, "chargeName": name, "chargeAmount": {"currency": "USD", "amount": amount}}
    if tax:
        made["tax"] = {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": tax}}
    return made


def line(number, sku, quantity, *charges, statuses=None, shipped=None):
    """`statuses`: (word, quantity) pairs."""
    made = []
    for word, part in statuses or [("Created", quantity)]:
        status = {"status": word, "statusQuantity": {"unitOfMeasurement": "EACH", "amount": part}}
        if word in ("Shipped", "Delivered"):
            status["trackingInfo"] = {
                "shipDateTime": shipped, "carrierName": {"carrier": "UPS"}, "methodCode": "Standard", "trackingNumber": "1Z" + number,
                "trackingURL": "https://example.invalid/1Z",
            }  # fmt: skip
        made.append(status)
    return {
        "lineNumber": number, "item": {"productName": "Product " + sku, "sku": sku}, "charges": {"charge": list(charges)},
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": quantity}, "statusDate": shipped or 1568466647000,
        "orderLineStatuses": {"orderLineStatus": made},
    }  # fmt: skip


def order(number, *lines, days_ago=3):
    moment = int(time.time() * 1000) - days_ago * DAY
    return {
        "purchaseOrderId": number, "customerOrderId": "5" + number[1:], "customerEmailId": "3A31739D@relay.walmart.com",
        "orderDate": moment,
        "shippingInfo": {
            "phone": "0000000000", "methodCode": "Standard",
            "postalAddress": {"name": "Jane Doe", "address1": "123 Main street", "city": "Sunnyvale", "state": "CA", "postalCode": "94086", "country": "USA"},
        },
        "orderLines": {"orderLine": list(lines)},
    }  # fmt: skip


def money(amount):
    return {"currencyAmount": float(amount), "currencyUnit": "USD"}


def return_order(number, purchase_order, *lines, days_ago=1):
    when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - days_ago * 86_400))
    return {
        "returnOrderId": number, "customerEmailId": "x@relay.walmart.com", "customerOrderId": "5" + purchase_order[1:],
        "refundMode": "POST_DELIVERY", "returnOrderDate": when, "returnType": "REFUND", "totalRefundAmount": money("0"),
        "returnOrderLines": [
            {
                "returnOrderLineNumber": position, "salesOrderLineNumber": int(entry["line"]), "purchaseOrderId": purchase_order,
                "purchaseOrderLineNumber": int(entry["line"]), "returnReason": "DAMAGED", "item": {"sku": entry["sku"], "productName": "Product"},
                "charges": [
                    {
                        "chargeCategory": category, "chargeName": name, "chargePerUnit": money(amount), "isDiscount": discount, "isBillable": True,
                        "tax": [{"taxName": "Tax1", "taxPerUnit": money(tax), "excessTax": money("0")}] if tax else [], "excessCharge": money("0"),
                    }
                    for category, name, amount, tax, discount in entry["charges"]
                ],
                "chargeTotals": entry.get("totals", []), "quantity": {"unitOfMeasure": "EACH", "measurementValue": entry["quantity"]},
                "refundedQty": entry["quantity"], "refundChannel": "SELLER_AUTO_REFUND", "currentRefundStatus": "REFUND_COMPLETED",
                "currentTrackingStatuses": [{"status": "COMPLETED", "statusTime": when, "currentRefundStatus": "REFUND_COMPLETED", "quantity": {"unitOfMeasure": "EACH", "measurementValue": entry["quantity"]}}],
                "returnTrackingDetail": [{"sequenceNo": 2, "eventTag": "REFUND_ISSUED", "eventDescription": "", "eventTime": when}],
                "status": "COMPLETED", "statusTime": when,
            }
            for position, entry in enumerate(lines, 1)
        ],
    }  # fmt: skip


class ForeignShop:
    """Both servers, a connector that is connected to them, and orders of each sort."""

    def __init__(self, test, *, walmart=None, exact=None, mode="sales_order_and_invoice", **settings):
        self.test = test
        self.foreign_walmart, self.foreign_exact = ForeignWalmart(walmart), ForeignExact(exact)
        test.addCleanup(self.foreign_walmart.stop)
        test.addCleanup(self.foreign_exact.stop)
        # As harness.Connector wants a sandbox.
        self.walmart_url, self.exact_url = self.foreign_walmart.url, self.foreign_exact.url
        self.walmart = {"client_id": self.foreign_walmart.client_id, "client_secret": self.foreign_walmart.client_secret}
        self.exact = {"client_id": self.foreign_exact.client_id, "client_secret": self.foreign_exact.client_secret, "division": self.foreign_exact.division}
        self.connector = harness.Connector(test.folder / "connector", self, request_timeout="5s")
        self.mode, self.settings = mode, settings

    def connect(self):
        self.connector.connect(document_mode=self.mode, **self.settings)
        self.connector.import_mapping(MAPPING)

    def stock_orders(self, count=24):
        """Every third ships in full, one in part, the rest wait; returns what each shipped, without tax."""
        shipped_at = int(time.time() * 1000) - 2 * DAY
        expected = {}
        for index in range(count):
            number = str(1_796_277_083_000 + index)
            price, shipping = D("10.10") + index * D("0.37"), D("5.99")
            charges = [charge("PRODUCT", "ItemPrice", str(price * 2), "1.66"), charge("SHIPPING", "Shipping", str(shipping), "0.49")]
            if index % 4 == 1:
                charges.append(charge("PRODUCT", "SubscriptionDiscount", "-1.01"))
            discount = D("-1.01") if index % 4 == 1 else D(0)
            if index % 3 == 0:
                lines = [line("1", "TEST-01", "2", *charges, statuses=[("Shipped", "2")], shipped=shipped_at)]
                expected[number] = price * 2 + shipping + discount
            elif index % 3 == 1:
                lines = [line("1", "TEST-02", "2", *charges, statuses=[("Acknowledged", "2")])]
            else:
                other = line("2", "TEST-03", "1", charge("PRODUCT", "ItemPrice", "7.77"), statuses=[("Shipped", "1")], shipped=shipped_at)
                lines = [line("1", "TEST-02", "2", *charges, statuses=[("Cancelled", "2")]), other]
                expected[number] = D("7.77")
            self.foreign_walmart.add_order(order(number, *lines))
        return expected

    def invoiced(self):
        """Per order: what its invoices less its credit memos come to, and how many documents there are of each type."""
        sums, counts = {}, {}
        for row in self.foreign_exact.tables["SalesInvoices"].values():
            number = row["YourRef"].removeprefix("WM-").split("-")[0]
            lines = self.foreign_exact.all("SalesInvoiceLines", InvoiceID=row["InvoiceID"])
            total = sum(entry["AmountFC"] for entry in lines)
            self.test.assertEqual(total, row["AmountFC"])
            credit = row["Type"] in (D(8021), D(8024))
            sums[number] = sums.get(number, D(0)) + (-abs(total) if credit else total)
            counts[int(row["Type"])] = counts.get(int(row["Type"]), 0) + 1
        return sums, counts
