"""What the remotes tell by themselves: notices start the fetch of just what they name; forged, replayed, oversized and
slow ones, and ten thousand at once, each leave behind what they must and nothing else."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import threading
import time
import unittest

from webhook_shop import WebhookShop


class Webhooks(WebhookShop):
    def test_notices_bring_orders_by_every_method(self):
        shop = self.shop(mode="sales_order_and_invoice", settings={"sales_order_moment": "created"})
        serve = self.serving(shop)
        name = shop.connector.name
        self.wait_until(lambda: self.flow(shop, "orders")["succeeded_at"], 30, "the first poll is over", alive=[serve])
        for round_number, method in enumerate(("HMAC", "BASIC_AUTH", "OAUTH"), 1):
            rows = shop.connector.must("webhook", "subscribe", name, "walmart", "--method", method, "--output", "json").json()
            self.assertIn("PO_CREATED", {row["event"] for row in rows["webhooks"]})
            self.assertEqual({s["authDetails"]["authMethod"] for s in self.subscriptions(shop)}, {method})
            shop.sandbox.walmart_switches(
                webhook_duplicate_per_mille=300, webhook_basic_prefix=method == "BASIC_AUTH",
                webhook_hmac_encoding="hexadecimal",
            )  # fmt: skip
            if method != "OAUTH":  # the sandbox's test call asks for no token
                shop.connector.must("webhook", "test", name)
            if method == "BASIC_AUTH":  # documented without a prefix; the sandbox sends one
                details = self.subscriptions(shop)[0]["authDetails"]
                pair = base64.b64encode(f"{details['userName']}:{details['password']}".encode()).decode()
                known = sorted(self.placed(shop))[0]
                self.assertEqual(self.post("/webhooks/walmart/" + name, self.notice(known), {details["authHeaderName"]: pair}), 200)
            self.generate(shop, 10, seed=round_number, walmart_fulfilled=200)
            wanted = self.placed(shop)
            self.assertLess(len(wanted), len(self.placed(shop, all_types=True)), "some orders are shipped by Walmart")
            self.wait_until(
                lambda: self.orders_known(shop) >= wanted, 60, f"{len(wanted)} orders came by {method}", alive=[serve]
            )
        self.wait_until(lambda: self.notices(shop, open_only=True) == [], 30, "all notices are worked off", alive=[serve])
        self.assertEqual(self.orders_known(shop), self.placed(shop), "those that Walmart ships stay out, told or not")
        self.assertEqual(self.refusals(shop), [])
        path = "/webhooks/walmart/" + name
        self.assertEqual(self.post(path + "/token", b"grant_type=client_credentials"), 401, "no credentials")
        self.assertEqual(self.post(path + "/token", b"", {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}), 401)
        self.assertEqual(self.post(path, self.notice("1"), {"Authorization": "Bearer 99999999999999.0000"}), 401)
        self.assertEqual(self.refusals(shop), ["wrong_token_credentials", "wrong_token_credentials", "wrong_signature"])
        listed = shop.connector.must("webhook", "list", name, "--output", "json").json()["webhooks"]
        self.assertTrue(all(row["ours"] for row in listed), listed)
        shop.connector.must("webhook", "remove", name, "walmart")
        self.assertEqual(self.subscriptions(shop), [])
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def test_forged_replayed_huge_and_slow(self):
        shop = self.shop(mode="invoice_only", webhooks='subscribe = true\nretry_window = "8s"\n')
        serve = self.serving(shop)
        self.wait_until(lambda: self.subscriptions(shop), 30, "serve subscribed by itself", alive=[serve])
        sign, path = self.signer(shop), f"/webhooks/walmart/{shop.connector.name}"
        body = self.notice("1")
        right = sign(body)
        (header,) = [name for name in right if name != "Content-Type"]

        self.assertEqual(self.post(path, body), 401, "unsigned")
        self.assertEqual(self.post(path, body, {header: "AAAA"}), 401, "wrong signature")
        self.assertEqual(self.post(path, body + b" ", right), 401, "changed body")
        self.assertEqual(self.post("/webhooks/walmart/nobody", body, right), 404)
        self.assertEqual(self.post("/webhooks/exact/" + shop.connector.name, body, right), 401, "not subscribed there")
        self.assertEqual(self.post(path, b"x" * 300_000, right), 413)
        self.assertEqual(self.post(path, b"[]", sign(b"[]")), 400, "signed, but no notice")
        self.assertEqual(self.notices(shop), [], "nothing of this was stored")
        self.assertEqual(self.refusals(shop), ["unsigned", "wrong_signature", "wrong_signature", "unsigned"])

        self.assertEqual(self.post(path, body, right), 200)
        self.assertEqual(self.post(path, body, right), 200, "Walmart's own retry")
        self.wait_until(lambda: self.notices(shop, open_only=True) == [], 20, "the notice is worked off", alive=[serve])
        time.sleep(8.1)
        self.assertEqual(self.post(path, body, right), 401, "replayed")
        self.assertEqual(self.refusals(shop)[-1], "replayed")
        self.assertEqual(len(self.notices(shop)), 1)

        # The signature with a timestamp, which Walmart documents beside HMAC (walmart.md 6).
        performance = self.notice("3")
        self.assertEqual(self.post(path, performance, self.performance_headers(shop, path, performance, 0)), 200)
        old = self.notice("4")
        self.assertEqual(self.post(path, old, self.performance_headers(shop, path, old, -600)), 401, "ten minutes old")
        self.assertEqual(self.refusals(shop)[-1], "expired")

        slow = [self.slow_request(path, right) for _ in range(30)]
        started = time.monotonic()
        other = self.notice("2")
        self.assertEqual(self.post(path, other, sign(other)), 200)
        self.assertLess(time.monotonic() - started, 10, "slow senders keep nobody waiting")
        for connection in slow:
            connection.close()
        # More than the server takes at all is refused before it is read.
        self.assertIn(self.huge_request(path), (413, None))
        self.assertTrue(serve.running())
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def slow_request(self, path, headers):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 1000\r\n\r\n".encode() + b"{")
        return connection

    def huge_request(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, b"x" * (8 << 20), {"Content-Type": "application/json"})
            return connection.getresponse().status
        except OSError:
            return None  # cut off while sending is a refusal, too
        finally:
            connection.close()

    def test_ten_thousand_at_once(self):
        shop = self.shop(mode="sales_order_and_invoice", settings={"sales_order_moment": "created"})
        serve = self.serving(shop)
        self.wait_until(lambda: self.flow(shop, "orders")["succeeded_at"], 30, "the first poll is over", alive=[serve])
        self.generate(shop, 40)
        orders = sorted(self.placed(shop))
        shop.connector.must("webhook", "subscribe", shop.connector.name, "walmart")
        sign, path = self.signer(shop), f"/webhooks/walmart/{shop.connector.name}"
        bodies = [self.notice(orders[number % len(orders)]) for number in range(10_000)]
        statuses, lock = {}, threading.Lock()

        def send(part):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            for body in part:
                connection.request("POST", path, body, sign(body))
                answer = connection.getresponse()
                answer.read()
                with lock:
                    statuses[answer.status] = statuses.get(answer.status, 0) + 1
            connection.close()

        threads = [threading.Thread(target=send, args=(bodies[start::16],)) for start in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, {200: 10_000})
        sent = {json.loads(body)["source"]["eventId"] for body in bodies}
        stored = {event for event, _ in self.notices(shop)}
        self.assertEqual(sent - stored, set(), "each was durable when it was acknowledged")
        self.wait_until(lambda: self.notices(shop, open_only=True) == [], 60, "all are worked off", alive=[serve])
        self.wait_until(lambda: self.orders_known(shop) == set(orders), 60, "each order came once", alive=[serve])
        self.wait_until(lambda: not shop.unexplained(shop.connector.postings()), 60, "all is posted", alive=[serve])
        made = self.documents(shop, "sales_order")
        self.assertEqual(len(made), len(orders), "each order was made once")
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def test_the_sweep_finds_what_notices_dropped(self):
        shop = self.shop(
            mode="sales_order_and_invoice", settings={"sales_order_moment": "created"}, polling="1s",
            webhooks='subscribe = true\nsweep = "8s"\nsilent_after = "45s"\n',
        )  # fmt: skip
        shop.sandbox.walmart_switches(webhook_first_retry_seconds=1)
        serve = self.serving(shop)
        self.wait_until(lambda: self.subscriptions(shop), 30, "serve subscribed by itself", alive=[serve])
        self.generate(shop, 3, seed=1)
        self.wait_until(lambda: self.orders_known(shop) == self.placed(shop), 30, "the orders came", alive=[serve])
        self.wait_until(lambda: len(self.notices(shop)) >= 3, 30, "and were told", alive=[serve])
        self.assertEqual(serve.stop(), 0)

        told = len(self.notices(shop))
        self.generate(shop, 3, seed=2)
        time.sleep(7)  # three tries: at once, after one second and after three more
        serve = self.serving(shop)
        self.wait_until(lambda: self.orders_known(shop) == self.placed(shop), 30, "the sweep found them", alive=[serve])
        self.assertEqual(len(self.notices(shop)), told, "no notice told of them")

        # While notices are heard the flow runs at each sweep only, though its schedule says every second.
        self.assertLessEqual(self.runs_within(shop, 10), 3)
        self.wait_until(lambda: self.runs_within(shop, 4) >= 3, 90, "silent notices let it run by its schedule", alive=[serve])
        self.wait_until(lambda: not shop.unexplained(shop.connector.postings()), 60, "all is posted", alive=[serve])

        # Twice, late and in the wrong order: the order is looked at again, and nothing is made twice.
        sign, path = self.signer(shop), "/webhooks/walmart/" + shop.connector.name
        order = sorted(self.placed(shop))[0]
        late = self.notice(order).replace(b"PO_CREATED", b"PO_LINE_AUTOCANCELLED").replace(b"2026-11-23", b"2026-11-24")
        for body in (late, late, self.notice(order)):
            self.assertEqual(self.post(path, body, sign(body)), 200)
        self.wait_until(lambda: self.notices(shop, open_only=True) == [], 30, "all notices are worked off", alive=[serve])
        self.assertEqual(len(self.notices(shop)), told + 2)
        self.wait_until(lambda: not shop.unexplained(shop.connector.postings()), 60, "all is posted", alive=[serve])
        self.assertEqual(len(self.documents(shop, "sales_order")), 6, "each order was made once")
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def runs_within(self, shop, seconds):
        """How many runs of the orders flow begin within so many seconds."""
        starts, deadline = set(), time.monotonic() + seconds
        while time.monotonic() < deadline:
            starts.add(self.flow(shop, "orders")["started_at"])
            time.sleep(0.2)
        return len(starts) - 1

    def test_a_topic_that_exact_does_not_know_leaves_the_others(self):
        shop = self.shop(mode="invoice_only")
        shop.sandbox.exact_switches(unknown_topics=["Items", "ItemPrices"])
        secret = shop.connector.folder / "webhook.secret"
        secret.write_text(shop.sandbox.exact["webhook_secret"] + "\n")
        serve = self.serving(shop)
        done = shop.connector.must("webhook", "subscribe", shop.connector.name, "exact", "--secret-file", secret, "--output", "json")
        status = {row["event"]: row["status"] for row in done.json()["webhooks"]}
        self.assertEqual({topic for topic, word in status.items() if word == "REFUSED"}, {"Items", "ItemPrices"}, status)
        self.assertEqual(len(status), 7, status)
        self.assertIn("The topic 'ItemPrices' is not supported.", done.err)
        self.assertEqual(serve.stop(), 0)

    def test_a_person_changes_an_invoice_in_exact(self):
        shop = self.shop(mode="invoice_only", life_speed=100_000)
        self.generate(shop, 3)
        shop.sandbox.exact_switches(webhook_delay_ms=0, webhook_twice_per_million=500_000)
        secret = shop.connector.folder / "webhook.secret"
        secret.write_text(shop.sandbox.exact["webhook_secret"] + "\n")
        serve = self.serving(shop)
        name = shop.connector.name
        shop.connector.must("webhook", "subscribe", name, "exact", "--secret-file", secret)
        for order in sorted(self.placed(shop)):
            shop.sandbox.drive_order(order, "acknowledge")
            shop.sandbox.drive_order(order, "ship")
        shop.connector.must("flow", "run", name, "orders")
        self.wait_until(lambda: len(self.posted(shop)) >= 3, 60, "the invoices are posted", alive=[serve])
        first = self.posted(shop)[0]
        invoices = {document.reference: document.id for document in self.documents(shop, "invoice")}
        self.assertTrue(all(row["cause"] in (None, "") for row in self.posted(shop)), "its own doings are no changes")
        shop.sandbox.edit_exact(action="delete_invoice", id=invoices["WM-" + first["key"].split("/")[1]])
        self.wait_until(lambda: self.posting(shop, first)["cause"] == "changed_by_person", 30, "it was noticed", alive=[serve])
        self.assertIn("deleted", self.posting(shop, first)["message"])
        self.assertEqual(self.posting(shop, first)["state"], "posted", "nothing is made again without a person's word")
        self.assertEqual(len(self.audit(shop, "posting.changed_by_person")), 1)

        # Another is changed minutes after it was made, while Exact still tells of the connector's own doings.
        second, third = self.posted(shop)[1:3]
        held = shop.sandbox.exact_books()["invoices"]
        line = next(invoice for invoice in held if invoice["your_ref"] == "WM-" + second["key"].split("/")[1])["lines"][0]
        shop.sandbox.edit_exact(action="change_invoice_line", id=line["id"], net_price="0.37")
        self.wait_until(lambda: self.posting(shop, second)["cause"] == "changed_by_person", 60, "it was noticed", alive=[serve])
        self.assertIn("amounts to", self.posting(shop, second)["message"])
        self.assertIn("price 0.37 instead of", self.posting(shop, second)["message"])
        shop.sandbox.edit_exact(action="change_invoice_line", id=line["id"], net_price=line["net_price"])
        self.wait_until(lambda: not self.posting(shop, second)["cause"], 60, "it is as it was made", alive=[serve])
        shop.sandbox.edit_exact(action="change_invoice", id=invoices["WM-" + third["key"].split("/")[1]], your_ref="MINE")
        self.wait_until(lambda: self.posting(shop, third)["cause"] == "changed_by_person", 60, "it was noticed", alive=[serve])
        self.assertIn('"MINE"', self.posting(shop, third)["message"])
        self.assertEqual(len(self.audit(shop, "posting.changed_by_person")), 3)

        path = "/webhooks/exact/" + name
        self.assertEqual(self.post(path, b""), 200, "the validation call")
        content = json.dumps({"Topic": "SalesInvoices", "Division": shop.sandbox.exact["division"], "Action": "Delete",
                              "Key": "00000000-0000-0000-0000-000000000000"}).encode()  # fmt: skip
        digest = hmac.new(shop.sandbox.exact["webhook_secret"].encode(), content, hashlib.sha256).hexdigest()
        signed = b'{"Content":%s,"HashCode":"%s"}'
        self.assertEqual(self.post(path, signed % (content, digest.upper().encode())), 200)
        self.assertEqual(self.post(path, signed % (content, digest.encode())), 200, "hexadecimal digits are the same in either case")
        self.assertEqual(self.post(path, signed % (content + b" ", digest.upper().encode())), 401)
        self.assertEqual(self.post(path, content), 401)
        self.assertEqual(self.refusals(shop), ["wrong_signature", "unsigned"])
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def test_connections_of_one_division_hear_of_it_through_one_subscription(self):
        shop = self.shop(mode="invoice_only")
        run, name, division = shop.connector.must, shop.connector.name, shop.sandbox.exact["division"]
        run("connection", "add", "second", "--market", "us")
        for key, value in (("reference_prefix", "S-"), ("document_mode", "invoice_only"), ("exact_sign_in_of", name), ("division", division)):
            run("connection", "set", "second", key, value)
        secret = shop.connector.folder / "webhook.secret"
        secret.write_text(shop.sandbox.exact["webhook_secret"] + "\n")
        serve = self.serving(shop)
        run("webhook", "subscribe", name, "exact", "--secret-file", secret)
        run("webhook", "subscribe", "second", "exact", "--secret-file", secret)
        path = "/webhooks/exact/" + name
        listed = run("webhook", "list", name, "--output", "json").json()["webhooks"]
        addresses = {row["address"] for row in listed if row["system"] == "exact"}
        self.assertEqual(len(addresses), 1, addresses)
        self.assertTrue(addresses.pop().endswith(path), "the second one left them where they were")
        content = json.dumps({"Topic": "SalesInvoices", "Division": division, "Action": "Update",
                              "Key": "00000000-0000-0000-0000-000000000000"}).encode()  # fmt: skip
        digest = hmac.new(shop.sandbox.exact["webhook_secret"].encode(), content, hashlib.sha256).hexdigest()
        body = b'{"Content":%s,"HashCode":"%s"}' % (content, digest.upper().encode())
        self.assertEqual(self.post(path, body), 200)
        self.assertEqual(self.post(path, body), 200, "Exact's own repetition")
        self.assertEqual(len(self.notices(shop, flow="documents")), 2, "one for each connection")
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def test_its_own_sales_orders_are_no_persons_doing(self):
        self.own_doings("sales_order_and_invoice", {"invoice_completion": "process_with_ship_date"})

    def test_its_own_days_are_no_persons_doing(self):
        self.own_doings("daily_summary", {})

    def test_its_own_direct_invoices_are_no_persons_doing(self):
        self.own_doings("direct_invoice", {})

    def own_doings(self, mode, settings):
        """Exact tells of all that the connector makes and changes there; none of it is taken for a person's."""
        shop = self.shop(mode=mode, settings=settings, polling="1s", life_speed=1_000, returns_every="2s")
        shop.sandbox.exact_switches(webhook_delay_ms=0, webhook_twice_per_million=200_000, webhook_jitter_ms=3_000)
        secret = shop.connector.folder / "webhook.secret"
        secret.write_text(shop.sandbox.exact["webhook_secret"] + "\n")
        serve = self.serving(shop)
        shop.connector.must("webhook", "subscribe", shop.connector.name, "exact", "--secret-file", secret)
        life = {"life_speed_percent": 1_000_000, "spacing_milliseconds": 100, "walmart_fulfilled": 0, "third_party_fulfilled": 0}
        shop.sandbox.generate({"seed": 5, "count": 60, "refunds": 150, "returns": 150, **life})
        shop.orders = 60
        shop.wait_for_walmart(120, alive=[serve])
        if mode == "daily_summary":
            self.wait_until(lambda: self.send_days(shop), 60, "the day's invoice is sent", alive=[serve])
        self.wait_until(lambda: not shop.unexplained(shop.connector.postings()), 90, "all is posted", alive=[serve])
        self.assertGreater(len(shop.connector.postings("--state", "posted")), 40)
        # Exact tells some seconds later.
        least = 1 if mode == "daily_summary" else 40
        self.wait_until(lambda: len({entity for _, entity in self.notices(shop, flow="documents")}) > least, 60,
                        "Exact tells of what was made", alive=[serve])  # fmt: skip
        # Life goes on, and so do notices: those that came until now are waited for.
        told = set(self.notices(shop, flow="documents"))
        self.wait_until(lambda: not told & set(self.notices(shop, True, "documents")), 120, "all are worked off", alive=[serve])
        changed = [row for row in shop.connector.postings() if row["cause"] == "changed_by_person"]
        self.assertEqual([(row["key"], row["message"]) for row in changed][:5], [])
        self.assertEqual(self.audit(shop, "posting.changed_by_person"), [])
        self.assertEqual(serve.stop(), 0)
        shop.expect_sound_store()

    def send_days(self, shop):
        rows = [row for row in shop.connector.postings() if row["key"].startswith("daily/") and row["state"] != "posted"]
        for row in rows:
            shop.connector.run("posting", "retry", row["key"])
        return not rows

    def posted(self, shop):
        return [row for row in shop.connector.postings("--state", "posted") if row["key"].startswith("invoice/")]

    def posting(self, shop, wanted):
        return next(row for row in shop.connector.postings() if row["key"] == wanted["key"])


if __name__ == "__main__":
    unittest.main()
