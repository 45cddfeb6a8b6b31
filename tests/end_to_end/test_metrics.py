"""What is watched: /metrics and ping tell of every budget, and the dashboard and alerts name only what exists."""

import json
import pathlib
import re
import socket
import unittest

import harness
from shop import Shop

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
METRIC = re.compile(r"\b(ml_connector_[a-z0-9_]+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"")


def named_in_deploy():
    """(file, metric, labels) of every expression in the alert rules and the dashboard."""
    found = set()
    alerts = (DEPLOY / "alerts.yml").read_text()
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    texts = [("alerts.yml", alerts)]
    texts += [("grafana-dashboard.json", target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", [])]
    texts += [("grafana-dashboard.json", str(each.get("query", ""))) for each in dashboard.get("templating", {}).get("list", [])]
    for file, text in texts:
        for metric, labels in METRIC.findall(text):
            found.add((file, metric, tuple(sorted(LABEL.findall(labels)))))
    return found


def exported(text):
    """{metric: set of its labels} of Prometheus' text format."""
    metrics = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+(?: \d+)?", line).groups()
        metrics.setdefault(name, set()).update(re.findall(r"(\w+)=\"", labels or ""))
    return metrics


class Metrics(harness.EndToEnd):
    def test_dashboard_and_alerts_name_what_exists(self):
        shop = Shop(self, mode="invoice_only", orders=20, life_speed=100_000)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        config = shop.connector.config.read_text()
        config = config.replace("127.0.0.1:0", f"127.0.0.1:{port}").replace("127.0.0.1:8480", f"127.0.0.1:{port}")
        shop.connector.config.write_text(config)
        shop.sandbox.exact_switches(minute_limit=600, day_limit=5000)
        serve = self.serve(shop.connector)
        self.wait_until(lambda: shop.connector.postings("--state", "posted"), 60, "something is posted", alive=[serve])
        # A metric has no sample before there is something to tell: here a notice.
        shop.connector.must("webhook", "subscribe", shop.connector.name, "walmart")
        shop.sandbox.generate({"seed": 2, "count": 1, "spacing_milliseconds": 20, "walmart_fulfilled": 0, "third_party_fulfilled": 0})
        self.assertEqual(harness.http("POST", f"{address}/webhooks/walmart/{shop.connector.name}", b"{}")[0], 401)

        told = [
            r'ml_connector_budget_left_calls\{[^}]*remote="exact"[^}]*window="minute"',
            r'ml_connector_budget_left_calls\{[^}]*remote="exact"[^}]*window="day"',
            r'ml_connector_budget_left_calls\{[^}]*remote="walmart"[^}]*window="GET /v3/orders"',
            r'ml_connector_token_seconds_left\{[^}]*remote="exact"',
        ]

        def scrape():
            return harness.http("GET", address + "/metrics")[2].decode()

        def lacking(text):
            # Exact's limits stand in the store, from where they are told, with the first call after they were heard.
            return self.missing(exported(text)) + [pattern for pattern in told if not re.search(pattern, text)]

        try:
            self.wait_until(lambda: not lacking(scrape()), 60, "every metric has a sample", alive=[serve])
        except AssertionError:
            self.fail(f"named in deploy/ or above and not exported: {lacking(scrape())}")
        text = scrape()
        order = shop.connector.postings()[0]["key"].split("/")[1]
        self.assertNotIn(order, text, "metrics name no order")
        self.assertEqual(serve.stop(), 0)
        self.logged(shop, serve)

        budgets = {system: told["budget"] for system, told in self.ping(shop).items()}
        self.assertRegex(budgets["exact"], r"minute: \d+ of 600 left, day: \d+ of 5000 left")
        self.assertRegex(budgets["walmart"], r"GET /v3/orders: \d+ of 5000 left")

    def logged(self, shop, serve):
        """Each line of the log is an object, and every document can be followed from the order to the request."""
        lines = [json.loads(line) for line in serve.err_path.read_text().splitlines()]
        self.assertTrue(all({"at", "level", "event"} <= line.keys() for line in lines))
        told = {line["posting"]: line for line in lines if line["event"] == "posting.posted"}
        for row in shop.connector.postings("--state", "posted"):
            line = told[row["key"]]
            self.assertEqual(line["connection"], shop.connector.name)
            self.assertEqual(line["order"], row["key"].split("/")[1])
            self.assertRegex(line["correlation_id"], r"^[0-9a-f-]{36}$")

    def ping(self, shop):
        told = shop.connector.must("ping", shop.connector.name, "--output", "json").json()
        return {system: told[system] for system in ("walmart", "exact")}

    def missing(self, metrics):
        found = []
        for file, metric, labels in sorted(named_in_deploy()):
            # Postings of every state and cause need not be there at a time; the metric and its labels must.
            lacking = [label for label in labels if label not in metrics.get(metric, ())]
            if metric not in metrics or lacking:
                found.append((file, metric, lacking))
        return found


if __name__ == "__main__":
    unittest.main()
