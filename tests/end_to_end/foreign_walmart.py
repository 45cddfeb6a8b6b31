"""A Walmart Marketplace that shares nothing with the sandbox: written from Walmart's published documents alone, and free
to speak each dialect that they allow."""

import base64
import copy
import datetime
import json
import re
import time
import uuid

from foreign_http import Answer, ForeignServer, HttpDialect

NONE_FOUND = {
    "errors": {"error": [{
        "code": "CONTENT_NOT_FOUND.GMP_ORDER_API", "field": "data",
        "description": "Failed when called getAllOrders. Orders not found for given search parameters ",
        "info": "Requested content could not be found.", "severity": "INFO", "category": "APPLICATION", "causes": [],
        "errorIdentifiers": {"entry": []},
    }]}
}  # fmt: skip
UNKNOWN_ADDRESS = {"error": [{"code": "URI_NOT_FOUND.GMP_GATEWAY_API", "description": "Not found", "severity": "ERROR", "category": "DATA"}]}
UNAUTHORIZED = {"error": [{"code": "UNAUTHORIZED.GMP_GATEWAY_API", "field": "UNAUTHORIZED", "description": "Unauthorized", "severity": "ERROR", "category": "DATA", "causes": [], "errorIdentifiers": {}}]}  # fmt: skip


class WalmartDialect:
    """Choices that the documents leave open. Amounts are text in `Foreign.orders` and leave as JSON numbers."""

    def __init__(self, *, empty="404", end_of_pages="absent", page=10, single_order="order", extra_members=False,
                 nulls=False, numbers_as_text=False, notifications=True, http=None):  # fmt: skip
        self.empty = empty  # "404", "bare 404" (no body), "200" (an empty list), "200 without elements", "204"
        self.end_of_pages = end_of_pages  # "absent", "null", "empty"
        self.page = page
        self.single_order = single_order  # "order", "list" (elements.order holds one object), "list of one"
        self.extra_members, self.nulls, self.numbers_as_text = extra_members, nulls, numbers_as_text
        self.notifications = notifications
        self.http = http or HttpDialect()


def file_name(multipart):
    """As the part of the form calls it."""
    found = re.search(rb'filename="([^"]*)"', multipart)
    return found.group(1).decode() if found else "feed.json"


def number(text):
    """A JSON number with the digits of the text as far as a double keeps them, which two decimals are."""
    return int(text) if "." not in text else float(text)


class ForeignWalmart(ForeignServer):
    def __init__(self, dialect=None):
        self.words = dialect or WalmartDialect()
        self.client_id, self.client_secret = str(uuid.uuid4()), "walmart-secret"
        self.tokens = set()
        self.orders = {}  # purchase order id -> payload
        self.modified = {}
        self.returns = []
        self.stock = {}
        self.prices = {}
        self.feeds = []
        self.subscriptions = {}
        super().__init__(self.words.http)

    # What happened in the shop.

    def add_order(self, order):
        self.orders[order["purchaseOrderId"]] = order
        self.modified[order["purchaseOrderId"]] = int(time.time() * 1000)

    def touch(self, purchase_order):
        self.modified[purchase_order] = int(time.time() * 1000)

    # Requests.

    def answer(self, request):
        steps = [step for step in request.path.split("/") if step]
        if steps[:1] != ["v3"]:
            raise Answer(404, UNKNOWN_ADDRESS)
        if steps == ["v3", "token"]:
            return self.token(request)
        for needed in ("WM_QOS.CORRELATION_ID", "WM_SVC.NAME"):
            if not request.headers.get(needed):
                raise Answer(400, {"error": [{"code": "MISSING_REQUEST_HEADER", "field": needed}]})
        if request.headers.get("WM_SEC.ACCESS_TOKEN") not in self.tokens:
            raise Answer(401, UNAUTHORIZED)
        known = {
            "token": self.token_detail, "orders": self.order_calls, "returns": self.return_calls, "inventory": self.inventory,
            "inventories": self.inventories, "settings": self.settings, "feeds": self.feed_calls, "price": self.price,
            "webhooks": self.webhooks, "items": self.items,
        }  # fmt: skip
        if steps[1] not in known:
            raise Answer(404, UNKNOWN_ADDRESS)
        return known[steps[1]](request, steps[2:])

    def token(self, request):
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if request.headers.get("Authorization") != "Basic " + expected:
            raise Answer(400, {"error": [{"code": "INVALID_TOKEN.GMP_GATEWAY_API", "description": "Invalid client"}]})
        if request.form().get("grant_type") != "client_credentials":
            raise Answer(400, {"error": [{"code": "INVALID_REQUEST.GMP_GATEWAY_API"}]})
        token = "eyJraWQiOiI" + uuid.uuid4().hex * 12
        self.tokens.add(token)
        return Answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": "900" if self.words.numbers_as_text else 900})

    def token_detail(self, request, steps):
        now = int(time.time() * 1000)
        return Answer(200, {"expire_at": str(now + 900_000), "issued_at": str(now), "is_valid": True,
                            "scopes": {"orders": "full_access", "inventory": "full_access", "price": "full_access"}})  # fmt: skip

    def none_found(self, empty_list):
        if self.words.empty == "404":
            return Answer(404, NONE_FOUND)
        if self.words.empty == "bare 404":
            return Answer(404)
        if self.words.empty == "204":
            return Answer(204)
        return Answer(200, empty_list)

    def with_cursor(self, meta, cursor):
        """The end of pages is told in three ways."""
        if cursor or self.words.end_of_pages != "absent":
            meta["nextCursor"] = cursor or {"null": None, "empty": ""}[self.words.end_of_pages]
        return meta

    def dressed(self, order):
        """The payload in this server's manner of speaking."""

        def walk(value, name=""):
            if isinstance(value, dict):
                made = {key: walk(member, key) for key, member in value.items()}
                if self.words.extra_members:
                    made["x-newMember"] = {"list": [1, None, {"deep": True}], "text": "\u00e9\u4e2d\"\\"}
                return made
            if isinstance(value, list):
                return [walk(member, name) for member in value]
            return value

        made = walk(copy.deepcopy(order))
        for line in made["orderLines"]["orderLine"]:
            for charge in line["charges"]["charge"]:
                for amount in [charge["chargeAmount"]] + ([charge["tax"]["taxAmount"]] if charge.get("tax") else []):
                    amount["amount"] = amount["amount"] if self.words.numbers_as_text else number(amount["amount"])
            if self.words.nulls:
                line.update({"refund": None, "originalCarrierMethod": None, "fulfillment": None, "serialNumbers": None})
                for charge in line["charges"]["charge"]:
                    charge.setdefault("tax", None)
                for status in line["orderLineStatuses"]["orderLineStatus"]:
                    status.setdefault("trackingInfo", None)
                    status.setdefault("cancellationReason", None)
        if self.words.nulls:
            made.update({"shipNode": None, "orderSummary": None, "pickupPersons": None, "buyerId": None})
        if self.words.numbers_as_text:
            made["orderDate"] = str(made["orderDate"])
        return made

    def one_order(self, order):
        dressed = self.dressed(order)
        if self.words.single_order == "order":
            return Answer(200, {"order": dressed})
        inside = [dressed] if self.words.single_order == "list of one" else dressed
        return Answer(200, {"list": {"meta": {"totalCount": 1, "limit": 1}, "elements": {"order": inside}}})

    def order_calls(self, request, steps):
        if request.method == "GET" and (not steps or steps == ["released"]):
            return self.order_list(request, released=bool(steps))
        order = self.orders.get(steps[0])
        if order is None:
            raise Answer(404, NONE_FOUND)
        if request.method == "GET" and len(steps) == 1:
            return self.one_order(order)
        if request.method != "POST" or len(steps) != 2:
            raise Answer(405, {"error": [{"code": "METHOD_NOT_ALLOWED"}]})
        lines = {line["lineNumber"]: line for line in order["orderLines"]["orderLine"]}
        if steps[1] == "acknowledge":
            for line in lines.values():
                line["orderLineStatuses"]["orderLineStatus"][0]["status"] = "Acknowledged"
        elif steps[1] == "shipping":
            for line in request.json()["orderShipment"]["orderLines"]["orderLine"]:
                lines[line["lineNumber"]]["orderLineStatuses"] = line["orderLineStatuses"]
        else:
            raise Answer(404, UNKNOWN_ADDRESS)
        self.touch(steps[0])
        return self.one_order(order)

    def order_list(self, request, released):
        if int(request.query.get("limit", 100)) > 200:
            raise Answer(400, {"errors": {"error": [{"code": "INVALID_REQUEST_PARAM.GMP_ORDER_API", "field": "limit"}]}})
        kind = request.query.get("shipNodeType", "SellerFulfilled")
        since = moment(request.query.get("createdStartDate"), time.time() * 1000 - 7 * 86_400_000)
        modified = moment(request.query.get("lastModifiedStartDate"), 0)
        found = [
            order for key, order in self.orders.items()
            if (order.get("shipNode") or {}).get("type", "SellerFulfilled") == kind
            and order["orderDate"] >= since and self.modified[key] >= modified
        ]  # fmt: skip
        if released:
            found = [order for order in found if any(
                status["status"] == "Created" for line in order["orderLines"]["orderLine"] for status in line["orderLineStatuses"]["orderLineStatus"]
            )]  # fmt: skip
        start = int(request.query.get("poIndex", 0))
        size = min(self.words.page, int(request.query.get("limit", 100)))
        page = found[start : start + size]
        meta = {"totalCount": len(found), "limit": size}
        if not page:
            without = {"list": {"meta": self.with_cursor(meta, None)}}
            return self.none_found(without if self.words.empty == "200 without elements" else {"list": {**without["list"], "elements": {"order": []}}})
        cursor = None
        if start + size < len(found):
            kept = [pair for pair in request.raw_query.split("&") if pair and not pair.startswith(("poIndex=", "hasMoreElements=", "soIndex=", "sealed="))]
            cursor = "?" + "&".join(kept + ["hasMoreElements=true", f"soIndex={len(found)}", f"poIndex={start + size}", "sealed=a%2Bb%3D+c"])
        elif start and request.query.get("sealed") != "a+b= c":
            raise Answer(400, {"errors": {"error": [{"code": "INVALID_REQUEST_PARAM.GMP_ORDER_API", "field": "nextCursor"}]}})
        dressed = [self.dressed(order) for order in page]
        return Answer(200, {"list": {"meta": self.with_cursor(meta, cursor), "elements": {"order": dressed}}})

    def return_calls(self, request, steps):
        if steps or request.method != "GET":
            raise Answer(404, UNKNOWN_ADDRESS)
        for pair in ("returnCreation", "returnLastModified"):
            if (pair + "StartDate" in request.query) != (pair + "EndDate" in request.query):
                raise Answer(400, {"errors": [{"code": "INVALID_REQUEST_PARAM", "field": pair + "EndDate"}]})
        wfs = request.query.get("isWFSEnabled") == "Y"
        found = [] if wfs else self.returns
        start = int(request.query.get("offset", 0))
        size = min(self.words.page, int(request.query.get("limit", 10)))
        meta = {"totalCount": len(found), "limit": size}
        if not found[start : start + size]:
            return self.none_found({"meta": self.with_cursor(meta, None), "returnOrders": []})
        cursor = f"?sellerId=151&limit={size}&offset={start + size}" if start + size < len(found) else None
        return Answer(200, {"meta": self.with_cursor(meta, cursor), "returnOrders": found[start : start + size]})

    def inventory(self, request, steps):
        sku = request.query.get("sku", "")
        if sku not in self.stock:
            raise Answer(404, {"errors": [{"code": "CONTENT_NOT_FOUND.GMP_ITEM_INVENTORY_API", "field": "sku"}]})
        if request.method == "PUT":
            self.stock[sku] = int(request.json()["quantity"]["amount"])
        return Answer(200, {"sku": sku, "quantity": {"unit": "EACH", "amount": self.stock[sku]}})

    def inventories(self, request, steps):
        def row(sku):
            quantity = {"unit": "EACH", "amount": self.stock[sku]}
            return {"sku": sku, "nodes": [{"shipNode": "721407", "inputQty": quantity, "availToSellQty": quantity, "reservedQty": {"unit": "EACH", "amount": 0}}]}  # fmt: skip

        if steps:
            if steps[0] not in self.stock:
                raise Answer(404, {"errors": [{"code": "CONTENT_NOT_FOUND", "field": "sku"}]})
            if request.method == "PUT":
                nodes = request.json()["inventories"]["nodes"]
                self.stock[steps[0]] = int(nodes[0]["inputQty"]["amount"])
                return Answer(200, {"sku": steps[0], "nodes": [{"shipNode": node["shipNode"], "status": "Success"} for node in nodes]})
            return Answer(200, row(steps[0]))
        if int(request.query.get("limit", 10)) > 50:
            raise Answer(400, {"errors": [{"code": "INVALID_REQUEST_PARAM", "field": "limit"}]})
        skus = sorted(self.stock)
        start = int(base64.b64decode(request.query["nextCursor"]).split()[1]) if request.query.get("nextCursor") else 0
        size = min(self.words.page, int(request.query.get("limit", 10)))
        meta = {"totalCount": len(skus)}
        if not skus[start : start + size]:
            return self.none_found({"meta": self.with_cursor(meta, None), "elements": {"inventories": []}})
        cursor = base64.b64encode(f"55ff219a {start + size}".encode()).decode() if start + size < len(skus) else None
        return Answer(200, {"meta": self.with_cursor(meta, cursor), "elements": {"inventories": [row(sku) for sku in skus[start : start + size]]}})

    def settings(self, request, steps):
        if steps == ["shipping", "shipnodes"]:
            return Answer(200, [{"shipNode": "721407", "nodeType": "PHYSICAL", "shipNodeName": "Main", "status": "ACTIVE", "timeZone": "EST"}])
        raise Answer(404, UNKNOWN_ADDRESS)

    def feed_calls(self, request, steps):
        if request.method == "POST":
            file = json.loads(request.body[request.body.index(b"{") : request.body.rindex(b"}") + 1], parse_float=str, parse_int=str)
            skus = [entry["sku"] for entry in file.get("Price", [])]
            for entry in file.get("Price", []):
                self.prices[entry["sku"]] = entry["pricing"][0]["currentPrice"]["amount"]
            feed = {
                "feedId": uuid.uuid4().hex.upper() + "@AVMBAgA", "feedType": request.query.get("feedType", ""), "feedStatus": "PROCESSED",
                "itemsReceived": len(skus), "itemsSucceeded": len(skus), "itemsFailed": 0, "itemsProcessing": 0, "feedDate": int(time.time() * 1000),
                "fileName": file_name(request.body), "skus": skus,
            }  # fmt: skip
            self.feeds.insert(0, feed)
            return Answer(200, {"feedId": feed["feedId"]})
        if steps:
            feed = next((feed for feed in self.feeds if feed["feedId"] == steps[0]), None)
            if feed is None:
                raise Answer(404, {"errors": [{"code": "CONTENT_NOT_FOUND"}]})
            details = [{"martId": 0, "sku": sku, "index": index, "ingestionStatus": "SUCCESS"} for index, sku in enumerate(feed["skus"])]
            return Answer(200, {**feed, "offset": 0, "limit": 50, "itemDetails": {"itemIngestionStatus": details}})
        if not self.feeds:
            return self.none_found({"totalResults": 0, "offset": 0, "limit": 50, "results": {"feed": []}})
        return Answer(200, {"totalResults": len(self.feeds), "offset": 0, "limit": 50, "results": {"feed": self.feeds[:50]}})

    def price(self, request, steps):
        body = request.json()
        self.prices[body["sku"]] = body["pricing"][0]["currentPrice"]["amount"]
        return Answer(200, {"ItemPriceResponse": {"mart": "WALMART_US", "message": "Thank you. Your price has been updated.", "sku": body["sku"]}})

    def items(self, request, steps):
        skus = [steps[0]] if steps else sorted(self.stock)
        found = [
            {
                "mart": "WALMART_US", "sku": sku, "wpid": "0RE1TWYTKBKH", "productName": "Product " + sku, "publishedStatus": "PUBLISHED",
                "price": {"currency": "USD", "amount": float(self.prices.get(sku, "9.99"))}, "lifecycleStatus": "ACTIVE",
            }
            for sku in skus if sku in self.stock
        ]  # fmt: skip
        if not found:
            return self.none_found({"ItemResponse": [], "totalItems": 0})
        return Answer(200, {"ItemResponse": found, "totalItems": len(found)})

    def webhooks(self, request, steps):
        if not self.words.notifications:
            raise Answer(404, UNKNOWN_ADDRESS)
        if steps == ["eventTypes"]:
            return Answer(200, {"events": [{"resourceName": "ORDER", "eventType": "PO_CREATED", "eventVersion": "V1", "description": ""}]})
        if steps[:1] != ["subscriptions"]:
            raise Answer(404, UNKNOWN_ADDRESS)
        if request.method == "POST":
            made = []
            for event in request.json()["events"]:
                event = {**event, "subscriptionId": str(uuid.uuid4()), "partnerId": "10000000359"}
                self.subscriptions[event["subscriptionId"]] = event
                made.append({key: event[key] for key in ("eventType", "subscriptionId", "partnerId", "eventVersion", "resourceName", "status")})
            return Answer(200, {"events": made})
        if request.method == "DELETE":
            if self.subscriptions.pop(steps[1], None) is None:
                raise Answer(404, {"errors": [{"code": "CONTENT_NOT_FOUND"}]})
            return Answer(200, {"message": "Subscription deleted"})
        return Answer(200, {"events": list(self.subscriptions.values())})


def moment(text, otherwise):
    """Epoch milliseconds of one of the two forms that Walmart takes."""
    if not text:
        return otherwise
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000
        except ValueError:
            continue
    raise Answer(400, {"errors": {"error": [{"code": "INVALID_REQUEST_PARAM.GMP_ORDER_API", "description": text}]}})
