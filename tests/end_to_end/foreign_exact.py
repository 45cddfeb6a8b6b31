"""An Exact Online that shares nothing with the sandbox: written from Exact's published reference alone, and free to speak
each dialect that it allows. One division, one person, one registered application."""

import datetime
import decimal
import re
import time
import urllib.parse
import uuid

from foreign_http import Answer, ForeignServer, HttpDialect
from foreign_odata import Filter, Guid, bad, literal_moment

D = decimal.Decimal
CENT = D("0.01")
EPOCH = datetime.datetime(1970, 1, 1)

GUIDS = {
    "ID", "Item", "ItemId", "Account", "OrderedBy", "InvoiceTo", "DeliverTo", "GLAccount", "InvoiceID", "OrderID", "EntryID",
    "SalesOrderLineID", "Warehouse", "WarehouseID", "StockCountID", "ProcessID", "EntityKey", "UserID", "GLRevenue", "SalesOrder",
    "SalesOrderLine",
}  # fmt: skip
NUMBERS = {
    "Quantity", "QuantityDelivered", "QuantityInvoiced", "QuantityOrdered", "QuantityNew", "NetPrice", "UnitPrice", "AmountFC",
    "AmountFCExclVat", "AmountDC", "VATAmountFC", "VATAmount", "VATPercentage", "Discount", "Price", "CurrentStock",
    "NumberOfItemsPerUnit", "LineNumber", "OrderNumber", "InvoiceNumber", "Type", "Status", "Timestamp", "EntityType",
    "UseCostcenter", "UseCostunit", "FinYear", "FinPeriod", "Division", "StockCountNumber", "DeliveryNumber", "EntryNumber",
}  # fmt: skip
DATES = {"OrderDate", "InvoiceDate", "DeliveryDate", "StockCountDate", "StartDate", "EndDate", "Modified", "Created", "DueDate"}

COMMON = "Created Modified Timestamp Division "
PROPERTIES = {
    "Accounts": "ID Code Name Status Blocked IsSales Country Currency",
    "Items": "ID Code Description Barcode Unit IsSalesItem IsStockItem IsFractionAllowedItem GLRevenue GLRevenueCode SalesVatCode ItemGroup ItemGroupCode EndDate StartDate CostPriceCurrency CostPriceStandard",
    "GLAccounts": "ID Code Description Type IsBlocked UseCostcenter UseCostunit Costcenter Costunit VATCode",
    "Journals": "ID Code Description Type Currency IsBlocked",
    "VATCodes": "ID Code Description Percentage Type IsBlocked VATTransactionType Country",
    "Costcenters": "ID Code Description Active", "Costunits": "ID Code Description Account",
    "Warehouses": "ID Code Description Main", "FinancialPeriods": "ID FinYear FinPeriod StartDate EndDate",
    "SalesItemPrices": "ID Item ItemCode Account Currency Price Quantity NumberOfItemsPerUnit StartDate EndDate Unit",
    "StockPositions": "ID ItemId ItemCode Warehouse WarehouseCode CurrentStock FreeStock PlanningIn PlanningOut ProjectedStock ReservedStock",
    "SalesOrders": "OrderID OrderNumber YourRef Description OrderDate DeliveryDate OrderedBy InvoiceTo DeliverTo Currency Status DeliveryStatus InvoiceStatus AmountFC AmountFCExclVat AmountDC Remarks WarehouseID WarehouseCode PaymentCondition SalesOrderLines",
    "SalesOrderLines": "ID OrderID OrderNumber LineNumber Item ItemCode Quantity QuantityDelivered QuantityInvoiced NetPrice UnitPrice AmountFC VATCode VATPercentage VATAmount CostCenter CostUnit Description Notes DeliveryDate UnitCode Discount",
    "GoodsDeliveries": "EntryID EntryNumber DeliveryNumber Description DeliveryDate TrackingNumber ShippingMethod Remarks Warehouse WarehouseCode GoodsDeliveryLines",
    "GoodsDeliveryLines": "ID EntryID SalesOrderLineID SalesOrderNumber Item ItemCode QuantityDelivered QuantityOrdered LineNumber DeliveryDate Description Notes TrackingNumber",
    "SalesInvoices": "InvoiceID InvoiceNumber OrderNumber YourRef Type Status InvoiceDate OrderDate DueDate Journal OrderedBy InvoiceTo DeliverTo Currency AmountFC AmountFCExclVat AmountDC VATAmountFC Description Remarks Warehouse PaymentCondition Discount SalesInvoiceLines",
    "SalesInvoiceLines": "ID InvoiceID LineNumber Item ItemCode Quantity NetPrice UnitPrice AmountFC AmountDC VATCode VATPercentage VATAmountFC GLAccount CostCenter CostUnit Description Notes DeliveryDate SalesOrder SalesOrderLine SalesOrderNumber UnitCode Discount",
    "StockCounts": "StockCountID StockCountNumber Description Status StockCountDate Warehouse WarehouseCode StockCountLines",
    "StockCountLines": "ID StockCountID LineNumber Item ItemCode QuantityNew QuantityInStock QuantityDifference Status Warehouse StorageLocation",
    "WebhookSubscriptions": "ID Topic CallbackURL ClientID UserID Description IsInstant",
    "Deleted": "ID EntityKey EntityType DeletedDate DeletedBy", "Divisions": "Code Description Currency Country Status Current CustomerName",
    "Me": "UserID CurrentDivision FullName FirstName LastName LanguageCode Language Email UserName AccountingDivision",
    "PlannedSalesReturns": "PlannedSalesReturnID ReturnNumber Description Status",
    "InvoiceSalesOrderResult": "ProcessID Status NumberOfCreatedInvoices NumberOfFailedInvoices Errors",
}  # fmt: skip
PROPERTIES = {entity: set((COMMON + names).split()) for entity, names in PROPERTIES.items()}

PLAIN = {
    "crm/Accounts": "Accounts", "logistics/Items": "Items", "financial/GLAccounts": "GLAccounts", "financial/Journals": "Journals",
    "vat/VATCodes": "VATCodes", "hrm/Costcenters": "Costcenters", "hrm/Costunits": "Costunits", "inventory/Warehouses": "Warehouses",
    "financial/FinancialPeriods": "FinancialPeriods", "logistics/SalesItemPrices": "SalesItemPrices", "salesorder/SalesOrders": "SalesOrders",
    "salesorder/SalesOrderLines": "SalesOrderLines", "salesorder/GoodsDeliveries": "GoodsDeliveries",
    "salesorder/GoodsDeliveryLines": "GoodsDeliveryLines", "salesinvoice/SalesInvoices": "SalesInvoices",
    "salesinvoice/SalesInvoiceLines": "SalesInvoiceLines", "inventory/StockCounts": "StockCounts",
    "salesorder/PlannedSalesReturns": "PlannedSalesReturns", "inventory/StockCountLines": "StockCountLines", "webhooks/WebhookSubscriptions": "WebhookSubscriptions",
    "system/Divisions": "Divisions", "hrm/Divisions": "Divisions",
    "read/salesinvoice/InvoiceSalesOrderResult": "InvoiceSalesOrderResult",
}  # fmt: skip
SYNC = {
    "sync/CRM/Accounts": "Accounts", "sync/Logistics/Items": "Items", "sync/Financial/GLAccounts": "GLAccounts",
    "sync/Logistics/SalesItemPrices": "SalesItemPrices", "sync/Inventory/StockPositions": "StockPositions", "sync/Deleted": "Deleted",
}  # fmt: skip
# Plain endpoints with a sync twin want a $filter; some want $select or $top=1.
FILTERED = {"crm/Accounts", "logistics/Items", "financial/GLAccounts", "logistics/SalesItemPrices", "salesorder/SalesOrders", "salesinvoice/SalesInvoices"}
SELECTED = {"logistics/SalesItemPrices", "salesinvoice/SalesInvoiceLines", "inventory/StockCounts"}
KEYS = {"PlannedSalesReturns": "PlannedSalesReturnID", "SalesOrders": "OrderID", "SalesInvoices": "InvoiceID", "GoodsDeliveries": "EntryID", "StockCounts": "StockCountID", "Divisions": "Code"}
LINES = {
    "SalesOrders": ("SalesOrderLines", "OrderID"), "SalesInvoices": ("SalesInvoiceLines", "InvoiceID"),
    "GoodsDeliveries": ("GoodsDeliveryLines", "EntryID"), "StockCounts": ("StockCountLines", "StockCountID"),
}  # fmt: skip


class ExactDialect:
    """Choices that the reference leaves open."""

    def __init__(self, *, results="results", upper_guids=False, numbers_as_text=False, expanded="results", rate_limits=True,
                 page=60, refused_sync=(), credit_amounts="as posted", created_lines="deferred", editions=("sales_orders",),
                 webhooks=True, extra_members=False, created="entity", null_members=True, relative_next=False,
                 refusal=403, time_of_day=False, http=None):  # fmt: skip
        self.results = results  # "results" or "array" (d is the array; only where all rows fit on one page)
        self.upper_guids, self.numbers_as_text = upper_guids, numbers_as_text
        self.expanded = expanded  # "results", "array", "deferred" (never expanded, to be fetched apart)
        self.rate_limits = rate_limits
        self.page = page
        self.refused_sync = refused_sync  # names in SYNC that are refused
        self.refusal = refusal  # with this status
        self.credit_amounts = credit_amounts  # "as posted", "negative", "positive": amounts of credit notes as read
        self.created_lines = created_lines  # in the 201 answer: "deferred", "results", "absent"
        self.editions = editions
        self.webhooks = webhooks
        self.extra_members = extra_members
        self.created = created  # what the 201 answer holds: "entity", "key", "nothing"
        self.null_members = null_members  # null is written; else the member is left out
        self.relative_next = relative_next
        self.time_of_day = time_of_day  # dates without time are read at the local midnight, an hour before UTC's
        self.http = http or HttpDialect()


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def refused(text):
    return Answer(500, {"error": {"code": "", "message": {"lang": "", "value": text}}})


class ForeignExact(ForeignServer):
    def __init__(self, dialect=None):
        self.words = dialect or ExactDialect()
        self.division = 3456789
        self.client_id, self.client_secret, self.user = str(uuid.uuid4()), "exact-secret", Guid(str(uuid.uuid4()))
        self.codes, self.refresh_token, self.old_refresh_tokens, self.access_tokens = set(), None, set(), {}
        self.old_tokens_used = 0
        self.clock = 1_000_000
        self.numbers = {}
        self.tables = {entity: {} for entity in PROPERTIES}
        self.posted = []  # (resource, body)
        super().__init__(self.words.http)
        self.tables["Divisions"]["x"] = {"Code": D(self.division), "Description": "Foreign B.V.", "Currency": "EUR", "Country": "NL ", "Status": D(0)}
        self.tables["Me"]["x"] = {"UserID": self.user, "CurrentDivision": D(self.division), "FullName": "Foreign Person", "LanguageCode": "nl-NL"}
        self.furnish()

    def furnish(self):
        """What an administration has before the first order."""
        gl = {code: self.add("GLAccounts", Code=code, Description=text, Type=D(110), IsBlocked=False, UseCostcenter=D(0), UseCostunit=D(0))
              for code, text in (("8000", "Revenue"), ("8200", "Shipping"), ("1900", "Tax"))}  # fmt: skip
        self.add("Journals", Code="70", Description="Sales", Type=D(20), Currency="EUR", IsBlocked=False)
        self.add("VATCodes", Code="0  ", Description="None", Percentage=D(0), Type="E", IsBlocked=False, VATTransactionType="S")
        self.add("Costcenters", Code="WM", Description="Walmart", Active=True)
        self.add("Costunits", Code="US", Description="United States")
        for code in ("1", "2"):
            self.add("Warehouses", Code=code, Description="Warehouse " + code, Main=D(int(code == "1")))
        self.add("Accounts", Code="            100001", Name="Walmart.com", Status="C", Blocked=False, IsSales=True, Country="US ", Currency="USD")
        for code in ("TEST-01", "TEST-02", "TEST-03", "SHIPPING", "DISCOUNT", "FEE", "TAX"):
            account = {"SHIPPING": "8200", "TAX": "1900"}.get(code, "8000")
            item = self.add("Items", Code=code, Description="Item " + code, Unit="pc", IsSalesItem=True, IsStockItem=code.startswith("TEST"),
                            IsFractionAllowedItem=False, GLRevenue=gl[account]["ID"], GLRevenueCode=account, SalesVatCode="0  ",
                            StartDate=datetime.datetime(2020, 1, 1))  # fmt: skip
            if item["IsStockItem"]:
                house = self.find("Warehouses", Code="1")
                self.add("StockPositions", ItemId=item["ID"], ItemCode=code, Warehouse=house["ID"], WarehouseCode="1", CurrentStock=D(100))
        this_year = datetime.date.today().year
        for year in range(this_year - 1, this_year + 2):
            for month in range(1, 13):
                end = datetime.datetime(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
                self.add("FinancialPeriods", FinYear=D(year), FinPeriod=D(month), StartDate=datetime.datetime(year, month, 1), EndDate=end)

    # The administration.

    def add(self, entity, **row):
        key = KEYS.get(entity, "ID")
        row.setdefault(key, Guid(str(uuid.uuid4())))
        row.setdefault("Created", now())
        row["Division"] = D(self.division)
        self.tables[entity][row[key]] = row
        return self.changed(row)

    def changed(self, row):
        self.clock += 7
        row["Timestamp"], row["Modified"] = D(self.clock), now()
        return row

    def find(self, entity, **wanted):
        return next((row for row in self.tables[entity].values() if all(row.get(name) == value for name, value in wanted.items())), None)

    def all(self, entity, **wanted):
        return [row for row in self.tables[entity].values() if all(row.get(name) == value for name, value in wanted.items())]

    def next_number(self, series, first):
        self.numbers[series] = self.numbers.get(series, first - 1) + 1
        return D(self.numbers[series])

    def needed(self, entity, key, text):
        row = self.tables[entity].get(key)
        if row is None:
            raise refused(text)
        return row

    # Requests.

    def answer(self, request):
        if request.path.startswith("/api/oauth2/"):
            return self.sign_in(request)
        limits = {}
        if self.words.rate_limits:
            moment = int(time.time() * 1000)
            limits = {
                "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4900", "X-RateLimit-Reset": str(moment // 86_400_000 * 86_400_000 + 86_400_000),
                "X-RateLimit-Minutely-Limit": "6000", "X-RateLimit-Minutely-Remaining": "5900",
                "X-RateLimit-Minutely-Reset": str(moment // 60_000 * 60_000 + 60_000),
            }  # fmt: skip
        try:
            answer = self.api(request)
        except Answer as raised:
            answer = raised
        answer.headers = {**limits, **answer.headers}
        return answer

    def sign_in(self, request):
        if request.path == "/api/oauth2/auth":
            if request.query.get("client_id") != self.client_id or request.query.get("response_type") != "code":
                raise Answer(400)
            code = "stampNL001.xyz!" + uuid.uuid4().hex
            self.codes.add(code)
            more = {"code": code, **({"state": request.query["state"]} if "state" in request.query else {})}
            return Answer(302, None, {"Location": request.query["redirect_uri"] + "?" + urllib.parse.urlencode(more)})
        form = request.form()
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            raise Answer(400, {"error": "invalid_client"})
        if form["grant_type"] == "authorization_code":
            if form["code"] not in self.codes:
                raise Answer(400, {"error": "invalid_grant"})
            self.codes.remove(form["code"])
        elif form["refresh_token"] in self.old_refresh_tokens:
            self.old_tokens_used += 1
            raise Answer(401, {"error": "unauthorized_client", "error_description": "Old refresh token used."})
        elif form["refresh_token"] != self.refresh_token:
            raise Answer(400, {"error": "invalid_grant"})
        elif time.time() - max(self.access_tokens.values()) < 570:
            raise Answer(400, {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"},
                         {"Reason": "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"})  # fmt: skip
        if self.refresh_token:
            self.old_refresh_tokens.add(self.refresh_token)
        self.refresh_token = "stampNL001.refresh!" + uuid.uuid4().hex
        access = "eyJ" + uuid.uuid4().hex * 20
        self.access_tokens[access] = time.time()
        return Answer(200, {"access_token": access, "token_type": "bearer", "expires_in": "600", "refresh_token": self.refresh_token})

    def api(self, request):
        bearer = request.headers.get("Authorization", "")
        if time.time() - self.access_tokens.get(bearer.removeprefix("Bearer "), 0) > 600:
            raise Answer(401)
        if "json" not in request.headers.get("Accept", ""):
            return Answer(200, b"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"/>", {"Content-Type": "application/atom+xml"})
        path = request.path.removeprefix("/api/v1/")
        if path == "current/Me":
            return self.list(request, "Me", "current/Me")
        found = re.fullmatch(r"(\d+)/([A-Za-z/]+)(?:\((?:guid')?([0-9a-fA-F-]+)'?\))?", path)
        if not found:
            raise Answer(404)
        if int(found.group(1)) != self.division:
            raise Answer(403, None, {"Reason": "NoDivisionAccess"})
        resource, key = found.group(2), found.group(3)
        if resource.startswith("webhooks/") and not self.words.webhooks:
            raise Answer(404)
        if resource.startswith(("salesorder/", "inventory/")) and "sales_orders" not in self.words.editions and resource != "inventory/Warehouses":
            raise Answer(403, {"error": {"code": "", "message": {"lang": "", "value": "Forbidden"}}})
        if resource == "salesorder/PlannedSalesReturns" and "premium" not in self.words.editions:
            raise Answer(403, {"error": {"code": "", "message": {"lang": "", "value": "Forbidden"}}})
        if request.method == "GET":
            if resource in self.words.refused_sync:
                body = {"error": {"code": "", "message": {"lang": "", "value": "Forbidden - Application Scope Violated. Cannot read"}}}
                raise Answer(self.words.refusal, body if self.words.refusal == 403 else None)
            entity = PLAIN.get(resource) or SYNC.get(resource)
            if entity is None:
                raise Answer(404)
            return self.one(entity, key) if key else self.list(request, entity, resource)
        if request.method == "POST" and not key:
            return self.post(request, resource)
        entity = PLAIN.get(resource)
        row = self.tables[entity].get(Guid(key)) if entity and key else None
        if row is None:
            raise Answer(404)
        if request.method == "DELETE":
            del self.tables[entity][Guid(key)]
        else:
            row.update(self.read_body(entity, request.json()))
            self.changed(row)
        return Answer(204)

    # Reading.

    def one(self, entity, key):
        row = self.tables[entity].get(Guid(key))
        if row is None:
            raise Answer(404)
        return Answer(200, {"d": self.rendered(entity, row, None, ())})

    def list(self, request, entity, resource):
        query = request.query
        for name in query:
            if name not in ("$filter", "$select", "$expand", "$orderby", "$top", "$skip", "$skiptoken", "$inlinecount") and resource != "read/salesinvoice/InvoiceSalesOrderResult":
                raise bad(f"The query parameter '{name}' is not supported.")
        if resource in SELECTED and "$select" not in query and query.get("$top") != "1":
            raise bad("Please add a $select or a $top=1 statement to the query string.")
        if resource in FILTERED and "$filter" not in query:
            raise bad("This endpoint has mandatory filtering applied. A GET request for this endpoint must have a $filter parameter with one of the following fields in the url:Code,Modified.")
        rows = list(self.tables[entity].values())
        if "ProcessID" in query:
            rows = [row for row in rows if row["ProcessID"] == Guid(query["ProcessID"].removeprefix("guid'").removesuffix("'"))]
        if "$filter" in query:
            test = Filter(query["$filter"], PROPERTIES[entity])
            if resource.startswith("sync/") and not test.used <= {"Timestamp", "EntityType"}:
                raise bad("Filtering on these fields is not supported: " + ",".join(sorted(test.used)))
            rows = [row for row in rows if test.matches(row)]
        if resource.startswith("sync/"):
            rows.sort(key=lambda row: row["Timestamp"])
        elif "$orderby" in query:
            for part in reversed(query["$orderby"].split(",")):
                name, _, direction = part.strip().partition(" ")
                rows.sort(key=lambda row: (row.get(name) is not None, row.get(name)), reverse=direction == "desc")
        selected = [name.strip().split("/")[0] for name in query["$select"].split(",")] if query.get("$select") not in (None, "*") else None
        unknown = [name for name in selected or () if name not in PROPERTIES[entity]]
        if unknown:
            raise bad(f"Could not find a property named '{unknown[0]}' on type 'Exact.Web.Api.Models.{entity}'.")
        start = int(query.get("$skiptoken", "0").strip("'")) + int(query.get("$skip", 0))
        size = 1000 if resource.startswith("sync/") and self.words.page == 60 else self.words.page
        if "$top" in query:
            rows = rows[: start + int(query["$top"])]
        page = [self.rendered(entity, row, selected, query.get("$expand", "").split(",")) for row in rows[start : start + size]]
        more = start + size < len(rows)
        if self.words.results == "array" and not more and not start:
            return Answer(200, {"d": page})
        answer = {"results": page}
        if more:
            kept = "&".join(part for part in request.raw_query.split("&") if not part.startswith(("$skiptoken", "%24skiptoken", "$skip=")))
            where = "" if self.words.relative_next else self.url
            answer["__next"] = where + urllib.parse.urlsplit(request.target).path + "?" + urllib.parse.unquote(kept) + f"&$skiptoken='{start + size}'"
        return Answer(200, {"d": answer})

    def rendered(self, entity, row, selected, expanded):
        key = KEYS.get(entity, "ID")
        made = {"__metadata": {"uri": f"{self.url}/api/v1/{self.division}/x/{entity}(guid'{row.get(key, '')}')", "type": "Exact.Web.Api.Models." + entity}}
        sign = 1
        if self.words.credit_amounts != "as posted":
            header = self.tables["SalesInvoices"].get(row.get("InvoiceID"), row) if entity == "SalesInvoiceLines" else row
            if entity in ("SalesInvoices", "SalesInvoiceLines") and header.get("Type") in (D(8021), D(8024)):
                total = self.tables["SalesInvoices"][row["InvoiceID"]]["AmountFC"]
                sign = -1 if (total < 0) == (self.words.credit_amounts == "positive") else 1
        for name in selected or sorted(PROPERTIES[entity]):
            if entity in LINES and name == LINES[entity][0]:
                lines = self.all(name, **{LINES[entity][1]: row[key]})
                if name in expanded and self.words.expanded != "deferred":
                    shown = [self.rendered(name, line, None, ()) for line in lines]
                    made[name] = shown if self.words.expanded == "array" else {"results": shown}
                else:
                    made[name] = {"__deferred": {"uri": f"{self.url}/api/v1/{self.division}/{entity}(guid'{row[key]}')/{name}"}}
                continue
            value = row.get(name)
            if sign == -1 and name in ("AmountFC", "AmountFCExclVat", "AmountDC", "VATAmountFC", "Quantity") and value is not None:
                value = -value
            if value is None and not self.words.null_members:
                continue
            made[name] = self.value(value, name)
        if self.words.extra_members:
            made["NewIn2027"] = {"__deferred": {"uri": "https://example.invalid"}}
            made["AnotherNew"] = [1, "\u20ac", None]
        return made

    def value(self, value, name):
        if isinstance(value, Guid):
            return value.upper() if self.words.upper_guids else str(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, D):
            if name == "Timestamp" or self.words.numbers_as_text:
                return format(value, "f")
            return int(value) if value == value.to_integral_value() else float(value)
        if isinstance(value, datetime.datetime):
            shift = 3_600_000 if self.words.time_of_day and value.time() == datetime.time() else 0
            return f"/Date({int(value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000) - shift})/"
        return value

    # Writing.

    def read_body(self, entity, body):
        row = {}
        for name, value in body.items():
            if name not in PROPERTIES[entity]:
                raise bad(f"The property '{name}' does not exist on type 'Exact.Web.Api.Models.{entity}'.")
            if value is None or isinstance(value, (list, dict, bool)):
                row[name] = value
            elif name in GUIDS and re.fullmatch(r"[0-9a-fA-F-]{36}", value):
                row[name] = Guid(value)
            elif name in NUMBERS:
                row[name] = D(value)
            elif name in DATES:
                stamp = re.fullmatch(r"/Date\((-?\d+)\)/", value)
                row[name] = EPOCH + datetime.timedelta(milliseconds=int(stamp.group(1))) if stamp else literal_moment(value.removesuffix("Z"))
            else:
                row[name] = value
        return row

    def post(self, request, resource):
        body = request.json()
        self.posted.append((resource, body))
        special = {
            "salesinvoice/PrintedSalesInvoices": self.print_invoice, "salesinvoice/InvoiceSalesOrders": self.invoice_orders,
            "inventory/ProcessStockCount": self.process_count,
        }  # fmt: skip
        if resource in special:
            return Answer(201, {"d": special[resource](body)})
        entity = PLAIN.get(resource)
        made = {
            "SalesOrders": self.new_order, "SalesInvoices": self.new_invoice, "GoodsDeliveries": self.new_delivery, "StockCounts": self.new_count,
            "Accounts": self.new_account, "SalesItemPrices": self.new_price, "WebhookSubscriptions": self.new_subscription,
        }.get(entity)  # fmt: skip
        if made is None:
            raise Answer(405)
        row = made(self.read_body(entity, body))
        if self.words.created == "nothing":
            return Answer(201, None, {"Location": f"{self.url}/api/v1/{self.division}/{resource}(guid'{row[KEYS.get(entity, 'ID')]}')"})
        key = KEYS.get(entity, "ID")
        shown = self.rendered(entity, row, [key] if self.words.created == "key" else None, (LINES[entity][0],) if entity in LINES and self.words.created_lines == "results" else ())
        if self.words.created_lines == "absent" and entity in LINES:
            shown.pop(LINES[entity][0], None)
        return Answer(201, {"d": shown}, {"Location": f"{self.url}/api/v1/{self.division}/{resource}(guid'{row[key]}')"})

    def lines_of(self, entity, header):
        name, _ = LINES[entity]
        lines = header.pop(name, None)
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            raise bad("Error processing request stream. The request should be a valid top-level resource object.")
        if not lines:
            raise refused("Verplicht: Regels")
        return [self.read_body(name, line) for line in lines]

    def priced(self, line):
        item = self.needed("Items", line.get("Item"), "Ongeldige referentie: Artikel")
        if not item["IsSalesItem"]:
            raise refused("Ongeldig: Artikel")
        line.setdefault("Quantity", D(1))
        price = line.get("NetPrice", line.get("UnitPrice"))
        if price is None:
            price = line["AmountFC"] / line["Quantity"] if "AmountFC" in line else D(0)
        line["NetPrice"] = line["UnitPrice"] = price
        line.setdefault("AmountFC", (line["Quantity"] * price).quantize(CENT, decimal.ROUND_HALF_UP))
        line["ItemCode"] = item["Code"]
        code = line.get("VATCode")
        if code is not None and not any(row["Code"].strip() == code.strip() for row in self.tables["VATCodes"].values()):
            raise refused("Ongeldig: BTW-code")
        for name, entity in (("CostCenter", "Costcenters"), ("CostUnit", "Costunits")):
            if line.get(name) and not self.find(entity, Code=line[name]):
                raise refused("Ongeldig: " + name)
        return line

    def new_order(self, row):
        lines = [self.priced(line) for line in self.lines_of("SalesOrders", row)]
        customer = self.needed("Accounts", row.get("OrderedBy"), "Verplicht: Besteld door")
        if customer["Status"] != "C":
            raise refused("Ongeldig: Factuur voor (Type)")
        total = sum(line["AmountFC"] for line in lines)
        row.setdefault("OrderNumber", self.next_number("order", 40001))
        row = self.add("SalesOrders", **{"Status": D(12), "Currency": "EUR", **row, "AmountFC": total, "AmountFCExclVat": total})
        for number, line in enumerate(lines, 1):
            self.add("SalesOrderLines", **{**line, "OrderID": row["OrderID"], "OrderNumber": row["OrderNumber"], "LineNumber": D(number), "QuantityDelivered": D(0), "QuantityInvoiced": D(0)})
        return row

    def new_invoice(self, row):
        lines = self.lines_of("SalesInvoices", row)
        missing = [text for name, text in (("Journal", "Verplicht: Dagboek"), ("OrderedBy", "Verplicht: Besteld door")) if not row.get(name)]
        if missing:
            raise refused("\r\n".join(missing))
        kind = row.get("Type", D(8020))
        if kind in (D(8023), D(8024)):
            if "premium" not in self.words.editions or not row.get("Warehouse"):
                raise refused("Ongeldig: Type")
        elif row.get("Warehouse"):
            raise refused("Niet toegestaan: Magazijn")
        return self.enter_invoice({**row, "Type": kind}, lines)

    def enter_invoice(self, row, lines):
        lines = [self.priced(line) for line in lines]
        for line in lines:
            account = line.get("GLAccount") or self.tables["Items"][line["Item"]]["GLRevenue"]
            line["GLAccount"] = self.needed("GLAccounts", account, "Ongeldige referentie: Grootboekrekening")["ID"]
        self.needed("Accounts", row.get("OrderedBy"), "Ongeldige referentie: Besteld door")
        if not self.find("Journals", Code=row["Journal"].strip()):
            raise refused("Ongeldig: Dagboek")
        total = sum(line["AmountFC"] for line in lines)
        row.setdefault("OrderNumber", self.next_number("invoice order", 40001))
        given = {"Currency": "EUR", "InvoiceTo": row["OrderedBy"], **row}
        row = self.add("SalesInvoices", **{**given, "Status": D(20), "InvoiceNumber": None, "AmountFC": total, "AmountFCExclVat": total, "VATAmountFC": D(0)})
        for number, line in enumerate(lines, 1):
            self.add("SalesInvoiceLines", **{**line, "InvoiceID": row["InvoiceID"], "LineNumber": D(number)})
        return row

    def print_invoice(self, body):
        row = self.needed("SalesInvoices", Guid(body["InvoiceID"]), "Niet gevonden: Factuur")
        if row["Status"] == D(50):
            raise refused("Reeds verwerkt")
        row["Status"], row["InvoiceNumber"] = D(50), self.next_number("invoice", 26700001)
        row["InvoiceDate"] = literal_moment(body["InvoiceDate"]) if body.get("InvoiceDate") else row.get("OrderDate")
        self.changed(row)
        return {"InvoiceID": self.value(row["InvoiceID"], ""), "DocumentCreationSuccess": "Document created"}

    def new_delivery(self, row):
        lines = self.lines_of("GoodsDeliveries", row)
        if not row.get("DeliveryDate"):
            raise refused("Verplicht: Leverdatum")
        for line in lines:
            ordered = self.needed("SalesOrderLines", line.get("SalesOrderLineID"), "Ongeldige referentie: Verkooporderregel")
            if ordered["QuantityDelivered"] + line["QuantityDelivered"] > ordered["Quantity"]:
                raise refused("Ongeldig: Aantal")
        number = self.next_number("delivery", 1001)
        row = self.add("GoodsDeliveries", **{**row, "EntryNumber": number + 60000000, "DeliveryNumber": number})
        for position, line in enumerate(lines, 1):
            ordered = self.tables["SalesOrderLines"][line["SalesOrderLineID"]]
            ordered["QuantityDelivered"] += line["QuantityDelivered"]
            self.changed(ordered)
            self.add("GoodsDeliveryLines", **{**line, "EntryID": row["EntryID"], "LineNumber": D(position), "Item": ordered["Item"], "SalesOrderNumber": ordered["OrderNumber"]})
            stock = self.find("StockPositions", ItemId=ordered["Item"], WarehouseCode="1")
            if stock:
                stock["CurrentStock"] -= line["QuantityDelivered"]
                self.changed(stock)
        return row

    def invoice_orders(self, body):
        if str(body.get("Mode")) != "1":
            raise refused("Alleen asynchroon")
        if not self.find("Journals", Code=body.get("JournalCode", "70").strip()):
            raise refused("Ongeldig: Dagboek")
        process, made, errors = Guid(str(uuid.uuid4())), 0, []
        # "Stock entries entry number": without such an entry nothing is made, and nothing has failed.
        number = body.get("DeliveryNumber")
        is_known = number is None or self.find("GoodsDeliveries", EntryNumber=D(str(number)))
        for entry in body["SalesOrderIDs"] if is_known else []:
            order = self.tables["SalesOrders"].get(Guid(entry["ID"]))
            lines = []
            for line in self.all("SalesOrderLines", OrderID=Guid(entry["ID"])):
                basis = line["Quantity"] if str(body.get("InvoiceMode", 0)) == "1" else line["QuantityDelivered"]
                # Services and negative lines are never delivered: they go with the first invoice.
                if not self.tables["Items"][line["Item"]]["IsStockItem"]:
                    basis = line["Quantity"]
                due = basis - line["QuantityInvoiced"]
                if due:
                    line["QuantityInvoiced"] += due
                    kept = {name: line[name] for name in ("Item", "NetPrice", "VATCode", "CostCenter", "CostUnit", "Description") if line.get(name) is not None}
                    lines.append({**kept, "Quantity": due, "SalesOrder": order["OrderID"], "SalesOrderLine": line["ID"], "SalesOrderNumber": order["OrderNumber"]})
            if not lines:
                errors.append("Niets te factureren")
                continue
            header = {name: order[name] for name in ("OrderedBy", "YourRef", "Description", "Currency", "OrderNumber", "OrderDate") if order.get(name) is not None}
            self.enter_invoice({**header, "Type": D(8020), "Journal": body.get("JournalCode", "70")}, lines)
            made += 1
        self.tables["InvoiceSalesOrderResult"][process] = {
            "ProcessID": process, "Status": "Processed", "NumberOfCreatedInvoices": D(made), "NumberOfFailedInvoices": D(len(errors)), "Errors": "\r\n".join(errors),
        }  # fmt: skip
        return {"ID": str(uuid.uuid4()), "Mode": 1, "ProcessID": self.value(process, "ProcessID")}

    def new_count(self, row):
        lines = self.lines_of("StockCounts", row)
        self.needed("Warehouses", row.get("Warehouse"), "Verplicht: Magazijn")
        row = self.add("StockCounts", **{"Status": D(12), **row, "StockCountNumber": self.next_number("count", 1)})
        for position, line in enumerate(lines, 1):
            self.add("StockCountLines", **{**line, "StockCountID": row["StockCountID"], "LineNumber": D(position)})
        if row["Status"] == D(21):
            self.book_count(row)
        return row

    def process_count(self, body):
        row = self.needed("StockCounts", Guid(body["StockCountID"]), "Niet gevonden: Voorraadtelling")
        if row["Status"] == D(21):
            raise refused("Reeds verwerkt")
        row["Status"] = D(21)
        self.book_count(row)
        return {"StockCountID": self.value(row["StockCountID"], ""), "SuccessMessage": "Ok", "ErrorMessage": ""}

    def book_count(self, row):
        for line in self.all("StockCountLines", StockCountID=row["StockCountID"]):
            stock = self.find("StockPositions", ItemId=line["Item"], Warehouse=row["Warehouse"])
            if stock is None:
                house, item = self.tables["Warehouses"][row["Warehouse"]], self.tables["Items"][line["Item"]]
                stock = self.add("StockPositions", ItemId=item["ID"], ItemCode=item["Code"], Warehouse=house["ID"], WarehouseCode=house["Code"], CurrentStock=D(0))
            stock["CurrentStock"] = line["QuantityNew"]
            self.changed(stock)
        self.changed(row)

    def new_account(self, row):
        if not row.get("Name"):
            raise refused("Verplicht: Naam")
        if "IsSales" in row:
            raise bad("The property 'IsSales' is read-only.")
        row.setdefault("Code", str(self.next_number("account", 200001)).rjust(18))
        return self.add("Accounts", **{"Status": "A", "Blocked": False, **row})

    def new_price(self, row):
        item = self.needed("Items", row.get("Item"), "Verplicht: Artikel")
        return self.add("SalesItemPrices", **{"Currency": "EUR", "Quantity": D(1), "NumberOfItemsPerUnit": D(1), **row, "ItemCode": item["Code"]})

    def new_subscription(self, row):
        if self.find("WebhookSubscriptions", Topic=row.get("Topic")):
            raise refused("Gegeven bestaat reeds.")
        return self.add("WebhookSubscriptions", **{**row, "ClientID": self.client_id, "UserID": self.user})
