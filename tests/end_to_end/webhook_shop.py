"""What the tests of notices share: a connector that can be told things, and Walmart's way of signing them."""

import base64
import hashlib
import hmac
import json
import socket
import time
import uuid

import books_check
import harness
from shop import Shop

WALMART_HEADERS = {"WM_SVC.NAME": "test", "Accept": "application/json"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class WebhookShop(harness.EndToEnd):
    def shop(self, *, polling="1h", webhooks="", **options):
        """A shop whose connector listens where its public address says, and polls rarely."""
        shop = Shop(self, orders=0, **options)
        shop.sandbox.walmart_switches(rate_limits=False)  # each command is a process of its own
        self.port = free_port()
        config = shop.connector.config.read_text()
        config = config.replace("127.0.0.1:0", f"127.0.0.1:{self.port}").replace("127.0.0.1:8480", f"127.0.0.1:{self.port}")
        config = config.replace('orders = "1s"', f'orders = "{polling}"')
        shop.connector.config.write_text(config + "\n[webhooks]\n" + webhooks)
        return shop

    def serving(self, shop):
        serve = self.serve(shop.connector)
        self.wait_until(lambda: self.ready(), 30, "the connector is ready", alive=[serve])
        return serve

    def ready(self):
        try:
            return harness.http("GET", self.url("/readyz"))[0] == 200
        except OSError:
            return False

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, path, body, headers=None):
        return harness.http("POST", self.url(path), body, headers or {})[0]

    def walmart(self, shop, method, path, body=None):
        """A call as another program of the seller's makes it."""
        walmart = shop.sandbox.walmart
        pair = base64.b64encode(f"{walmart['client_id']}:{walmart['client_secret']}".encode()).decode()
        headers = {**WALMART_HEADERS, "WM_QOS.CORRELATION_ID": str(uuid.uuid4())}
        _, _, answer = harness.http(
            "POST", shop.sandbox.walmart_url + "/v3/token", b"grant_type=client_credentials",
            {**headers, "Authorization": "Basic " + pair, "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        headers["WM_SEC.ACCESS_TOKEN"] = json.loads(answer)["access_token"]
        status, _, answer = harness.http(method, shop.sandbox.walmart_url + path, body, headers)
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def subscriptions(self, shop):
        """Walmart's own list, which holds the keys it was given."""
        return self.walmart(shop, "GET", "/v3/webhooks/subscriptions")["events"]

    def signer(self, shop):
        """Signs a notice as Walmart does by HMAC."""
        details = self.subscriptions(shop)[0]["authDetails"]
        self.assertEqual(details["authMethod"], "HMAC")

        def headers(body):
            digest = hmac.new(details["clientSecret"].encode(), body, hashlib.sha256).digest()
            return {"Content-Type": "application/json", details["authHeaderName"]: base64.b64encode(digest).decode()}

        return headers

    def performance_headers(self, shop, path, body, age):
        secret = self.subscriptions(shop)[0]["authDetails"]["clientSecret"]
        timestamp = str(int(time.time()) + age)
        signed = f"POST\n{path}\n{timestamp}\n{hashlib.sha256(body).hexdigest()}"
        digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
        return {"WM_SEC.TIMESTAMP": timestamp, "WM_SEC.SIGNATURE": base64.b64encode(digest).decode()}

    @classmethod
    def notice(cls, order, event=None):
        return cls.event("PO_CREATED", {"purchaseOrderId": order}, event)

    @staticmethod
    def event(kind, payload, event=None):
        source = {"eventType": kind, "eventTime": "2026-11-23T10:00:00.000Z", "eventId": event or str(uuid.uuid4())}
        return json.dumps({"source": source, "payload": payload}).encode()

    def audit(self, shop, action):
        lines = shop.connector.must("audit", shop.connector.name, "--format", "jsonl").out.splitlines()
        return [record for record in map(json.loads, lines) if record["action"] == action]

    def refusals(self, shop):
        reasons = []
        for record in self.audit(shop, "webhook.refused"):
            detail = record["detail"]
            reasons.append((json.loads(detail) if isinstance(detail, str) else detail)["reason"])
        return reasons

    def orders_known(self, shop):
        return {row["key"].split("/")[1] for row in shop.connector.postings() if row["key"].startswith("order/")}

    def generate(self, shop, count, seed=1, **more):
        """Has customers place orders that the seller ships, and waits until they stand in Walmart's books."""
        before = len(self.placed(shop, all_types=True))
        life = {"life_speed_percent": 100, "spacing_milliseconds": 20, "walmart_fulfilled": 0, "third_party_fulfilled": 0}
        shop.sandbox.generate({"seed": seed, "count": count, **life, **more})
        self.wait_until(lambda: len(self.placed(shop, all_types=True)) == before + count, 30, "all orders are placed")

    def placed(self, shop, all_types=False):
        """The orders that the settings let into the books; those that Walmart ships are left out."""
        orders = shop.sandbox.walmart_books()["orders"]
        return {order["purchaseOrderId"] for order in orders if all_types or order["shipNodeType"] == "SellerFulfilled"}

    def flow(self, shop, flow):
        rows = shop.connector.must("flow", "list", shop.connector.name, "--output", "json").json()["flows"]
        return next(row for row in rows if row["flow"] == flow)

    def notices(self, shop, open_only=False, flow="%"):
        """(event, entity) of the notices in the store, of all flows or one. The one look into a table here: what must not be there."""
        import sqlite3

        with sqlite3.connect(f"file:{shop.connector.store}?mode=ro", uri=True) as database:
            where = " AND done_at IS NULL" if open_only else ""
            return list(database.execute("SELECT event_id, entity FROM notice WHERE flow LIKE ?" + where, (flow,)))

    def documents(self, shop, kind):
        return [document for document in books_check.exact_documents(shop.sandbox.exact_books()) if document.kind == kind]
