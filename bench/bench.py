#!/usr/bin/env python3
"""Measures the order pipeline end to end: the real program over loopback HTTP with a durable SQLite store, beside the
wire floor of the same run; then webhooks, budgets and the other sections. Prints a table, or with --json one JSON object.
Sections that are not asked for are absent."""

import argparse
import base64
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "end_to_end"))
sys.path.insert(0, str(ROOT / "tests" / "postgres"))


def measured(command, cwd):
    """Runs a command; (wall seconds, CPU seconds, peak resident MiB, stdout)."""
    with tempfile.TemporaryFile() as out:
        started = time.monotonic()
        child = subprocess.Popen([str(part) for part in command], cwd=cwd, stdout=out, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        out.seek(0)
        text = out.read().decode()
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command}: exit {os.waitstatus_to_exitcode(status)}\n{text[-2000:]}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def usage(process):
    """(processor seconds, resident MiB) of a running process."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(pathlib.Path(f"/proc/{process}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Bench:
    def __init__(self, build, folder):
        self.binary = build / "ml-connector"
        self.floor = build / "bench" / "connector_wire_floor"
        self.fill = build / "bench" / "connector_fill_store"
        self.webhook_load = build / "bench" / "connector_webhook_load"
        self.copy = build / "bench" / "connector_copy_connection"
        self.backlog = build / "bench" / "connector_budget_backlog"
        self.folder = folder
        os.environ["ML_CONNECTOR"] = str(self.binary)
        import harness
        import shop

        harness.BINARY = str(self.binary)
        self.harness, self.shop = harness, shop

    def sandbox(self, name, orders, **options):
        # All orders were placed in the past at real-time speed: most of them have shipped.
        return self.harness.Sandbox(self.folder, f"sandbox-{name}", orders=orders, life_speed=1, **options)

    def connector(self, name, sandbox, mode, **schedule):
        connector = self.harness.Connector(self.folder / name, sandbox, request_timeout="30s", **schedule)
        connector.connect(document_mode=mode)
        connector.import_mapping(self.shop.MAPPING)
        return connector

    def sync(self, connector):
        wall, cpu, rss, text = measured(
            [self.binary, "--config", connector.config, "--output", "json", "sync", connector.name, "orders"], connector.folder
        )
        return wall, cpu, rss, json.loads(text)

    def a_real_body(self, connector):
        """An invoice body of the run with its reference replaced by a mark, and the texts of its order and posting."""
        with sqlite3.connect(f"file:{connector.store}?mode=ro", uri=True) as database:
            def texts(table, column):
                return [row[0] for row in database.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 2 LIMIT 200")]
            bodies = sorted((b if isinstance(b, str) else b.decode() for b in texts("posting_body", "body")), key=len)
            documents = sorted((b if isinstance(b, str) else b.decode() for b in texts("posting_document", "document")), key=len)
            facts = sorted((b if isinstance(b, str) else b.decode() for b in texts("purchase_order", "facts")), key=len)
        body = json.loads(bodies[len(bodies) // 2], parse_float=float)
        body["YourRef"] = "@REFERENCE@"
        return json.dumps(body), documents[len(documents) // 2], facts[len(facts) // 2]

    def exact_token(self, sandbox):
        """A token of its own for the floor: another sign-in of the same app."""
        exact = sandbox.exact
        query = f"?client_id={exact['client_id']}&redirect_uri=http://127.0.0.1/&response_type=code&state=x"
        _, headers, _ = self.harness.http("GET", sandbox.exact_url + "/api/oauth2/auth" + query)
        code = self.harness.urllib.parse.parse_qs(self.harness.urllib.parse.urlsplit(headers["Location"]).query)["code"][0]
        form = self.harness.urllib.parse.urlencode(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1/",
             "client_id": exact["client_id"], "client_secret": exact["client_secret"]}
        ).encode()
        status, _, body = self.harness.http(
            "POST", sandbox.exact_url + "/api/oauth2/token", form, {"Content-Type": "application/x-www-form-urlencoded"}
        )
        if status != 200:
            raise SystemExit(f"the floor's sign-in failed: {status} {body!r}")
        return json.loads(body)["access_token"]

    def wire_floor(self, sandbox, body, posts):
        walmart = sandbox.walmart
        basic = base64.b64encode(f"{walmart['client_id']}:{walmart['client_secret']}".encode()).decode()
        body_file = self.folder / "body.json"
        body_file.write_text(body)
        _, _, _, text = measured(
            [self.floor, "--walmart", sandbox.walmart_url, "--walmart-basic", basic, "--exact", sandbox.exact_url, "--exact-token",
             self.exact_token(sandbox), "--division", sandbox.exact["division"], "--body", body_file, "--posts", posts],
            self.folder,
        )  # fmt: skip
        return json.loads(text)

    def pipeline(self, orders):
        sandbox = self.sandbox("pipeline", orders)
        try:
            connector = self.connector("pipeline", sandbox, "invoice_only")
            wall, cpu, rss, result = self.sync(connector)
            posted = result["posted"] + result["adopted"]
            body, document, facts = self.a_real_body(connector)
            floors = [self.wire_floor(sandbox, body, posted) for _ in range(2)]
            floor = min(f["seconds"] for f in floors)
            calls = {"invoice_only": round(result["exact_calls"] / posted, 4)}
            beyond = {"invoice_only": round((result["exact_calls"] - posted) / posted, 4)}
        finally:
            sandbox.stop()
        for mode in ("direct_invoice", "sales_order_and_invoice", "daily_summary"):
            calls[mode], beyond[mode] = self.calls_per_order(mode, min(orders, 2000))
        return {
            "orders": result["orders_read"],
            "documents": posted,
            "orders_per_second": round(posted / wall, 1),
            "wire_floor_orders_per_second": round(posted / floor, 1),
            "ratio": round(floor / wall, 3),
            "cpu_us_per_order": round(cpu / posted * 1e6, 1),
            "rss_mib": round(rss, 1),
            "exact_calls_per_order": calls,
            "exact_calls_beyond_documents": beyond,
        }, document, facts, body

    def postgres(self, orders):
        """The pipeline on a durable PostgreSQL server of its own, reached by a socket of the same machine."""
        import server

        with server.Server(durable=True) as database:
            sandbox = self.sandbox("postgres", orders)
            self.harness.POSTGRES = database.url
            try:
                connector = self.connector("postgres", sandbox, "invoice_only")
                wall, cpu, rss, result = self.sync(connector)
                posted = result["posted"] + result["adopted"]
                commits = int(database.sql("SELECT sum(xact_commit) FROM pg_stat_database"))
                return {"documents": posted, "orders_per_second": round(posted / wall, 1), "rss_mib": round(rss, 1),
                        "cpu_us_per_order": round(cpu / posted * 1e6, 1), "transactions": commits}
            finally:
                self.harness.POSTGRES = ""
                sandbox.stop()

    def calls_per_order(self, mode, orders):
        """Calls per order, and those beyond the one that creates each document."""
        sandbox = self.sandbox(mode, orders)
        try:
            connector = self.connector(mode, sandbox, mode)
            _, _, _, result = self.sync(connector)
            kinds = [row["key"].split("/")[0] for row in connector.postings("--state", "posted")]
            # As above by documents where one is made by one call: a credit memo is one more, not overhead of an invoice.
            documents = len(kinds) if mode == "direct_invoice" else kinds.count("invoice")
            # An order of a day's invoice is posted with it: what creates that is the day's one call.
            created = kinds.count("daily") + kinds.count("credit") if mode == "daily_summary" else len(kinds)
            calls = result["exact_calls"]
            return round(calls / max(1, documents), 4), round((calls - created) / max(1, documents), 4)
        finally:
            sandbox.stop()

    def texts(self, facts, document, body):
        files = []
        for name, text in (("facts", facts), ("document", document), ("posted", body)):
            path = self.folder / f"{name}.txt"
            path.write_text(text)
            files.append(path)
        return files

    def console(self, size, document, facts, body):
        """Milliseconds of what each page of the console asks for, with so many orders in the store."""
        sandbox = self.sandbox("console", 500)
        serve = None
        try:
            connector = self.connector("console", sandbox, "invoice_only", orders="1h")
            self.sync(connector)
            measured([self.fill, connector.store, 1, size, *self.texts(facts, document, body), "trail"], self.folder)
            serve = self.harness.Process(
                [self.binary, "serve", "--config", connector.config, "--output", "json"], connector.folder, "serve"
            )
            serve.first_line()
            link = json.loads(serve.out_path.read_text())["console"]
            pages = ConsolePages(self.harness, link, connector.name)
            # What is searched and summed by is made in the background: an index that is not whole would flatter.
            started = time.monotonic()
            while not self.indexed(connector.store):
                if time.monotonic() - started > 3600:
                    raise SystemExit("the console's index was not whole within an hour")
                time.sleep(2)
            return {"orders": size, "indexing_seconds": round(time.monotonic() - started), "milliseconds": pages.measure()}
        finally:
            if serve:
                serve.kill()
            sandbox.stop()
            shutil.rmtree(self.folder / "console", ignore_errors=True)

    def indexed(self, store):
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
            marks = dict(database.execute("SELECT name, value FROM watermark WHERE connection=0"))
            orders, = database.execute("SELECT max(id) FROM purchase_order").fetchone()
            records, = database.execute("SELECT max(sequence) FROM audit").fetchone()
        # The sign-in of this bench adds records all the time; a few are no matter.
        return int(marks.get("console/orders", 0)) >= orders and int(marks.get("console/audit", 0)) >= records - 100

    def webhooks(self, notices, connections):
        """Notices that a real `serve` proves, stores durably and acknowledges, sent by a process of its own on the same
        cores. The notices name orders that Walmart does not know, so little follows from them."""
        sandbox = self.sandbox("webhooks", 0)
        serve = None
        try:
            connector = self.connector("webhooks", sandbox, "invoice_only")
            config = connector.config.read_text().replace('orders = "1s"', 'orders = "1h"')
            connector.config.write_text(config)
            connector.must("webhook", "subscribe", connector.name, "walmart")
            details = self.subscription(sandbox)["authDetails"]
            serve = connector.serve()
            address = self.listening(serve)
            os.environ["WEBHOOK_SECRET"] = details["clientSecret"]
            command = [self.webhook_load, "--url", f"{address}/webhooks/walmart/{connector.name}", "--header",
                       details["authHeaderName"], "--connections", connections, "--notices"]
            measured([*command, 200], self.folder)
            _, _, _, text = measured([*command, notices], self.folder)
            result = json.loads(text)
        finally:
            os.environ.pop("WEBHOOK_SECRET", None)
            if serve is not None:
                serve.stop()
            sandbox.stop()
        return {"acks_per_second": round(result["notices"] / result["seconds"], 1), "p99_ms": round(result["p99_ms"], 1),
                "notices": result["notices"], "connections": connections}  # fmt: skip

    def listening(self, serve):
        """The address that `serve` says in its log that it listens on."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for line in serve.err_path.read_text().splitlines() + serve.out_path.read_text().splitlines():
                if '"event":"started"' in line:
                    return json.loads(line)["listen"]
            time.sleep(0.05)
        raise SystemExit("serve did not start")

    def subscription(self, sandbox):
        """One of Walmart's own list, with the key that it was given."""
        walmart = sandbox.walmart
        pair = base64.b64encode(f"{walmart['client_id']}:{walmart['client_secret']}".encode()).decode()
        headers = {"WM_SVC.NAME": "bench", "Accept": "application/json", "WM_QOS.CORRELATION_ID": "bench"}
        _, _, body = self.harness.http(
            "POST", sandbox.walmart_url + "/v3/token", b"grant_type=client_credentials",
            {**headers, "Authorization": "Basic " + pair, "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        token = json.loads(body)["access_token"]
        _, _, body = self.harness.http(
            "GET", sandbox.walmart_url + "/v3/webhooks/subscriptions", None, {**headers, "WM_SEC.ACCESS_TOKEN": token}
        )
        return json.loads(body)["events"][0]

    def many_connections(self, count):
        """`serve` with so many connections whose orders are asked for every two minutes, and none come: how long until
        each flow of each has run, then the processor and memory that it takes over two such periods."""
        # Each copy has a division of its own, as sellers have, in all of which the sandbox shows the books of the first.
        sandbox = self.sandbox(f"connections-{count}", 0, walmart_switch="rate_limits=false", exact_switch="every_division=true")
        serve = None
        try:
            connector = self.connector(f"connections-{count}", sandbox, "invoice_only", orders="2m", returns="10m")
            self.sync(connector)  # reads Exact's lists, too
            measured([self.copy, connector.store, connector.folder / "master.key", connector.name, count - 1], self.folder)
            started = time.monotonic()
            serve = connector.serve()
            while serve.err_path.read_text().count('"connection.started"') < count:
                if time.monotonic() - started > 600:
                    raise SystemExit("not all connections were started within ten minutes")
                time.sleep(0.5)
            while self.unrun_flows(connector.store, count) > 0:
                if time.monotonic() - started > 900:
                    raise SystemExit("not all flows ran within a quarter of an hour")
                time.sleep(0.5)
            seconds = time.monotonic() - started
            before, _ = usage(serve.child.pid)
            time.sleep(240)
            after, rss = usage(serve.child.pid)
            return {"count": count, "rss_mib": round(rss, 1), "start_seconds": round(seconds, 1),
                    "cpu_percent": round((after - before) / 240 * 100, 2)}
        finally:
            if serve is not None:
                serve.kill()
            sandbox.stop()
            shutil.rmtree(self.folder / f"connections-{count}", ignore_errors=True)

    def unrun_flows(self, store, count):
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
            done, = database.execute("SELECT count(*) FROM flow WHERE succeeded_at IS NOT NULL").fetchone()
        return 5 * count - done

    def budget(self, orders):
        """A backlog on simulated time under 60 calls a minute and 5,000 a day, by one to three processes on one store; and
        without the limit of the day, which hides minutes that are not used up."""
        rows = []
        for processes in (1, 2, 3):
            _, _, _, text = measured([self.backlog, "--orders", orders, "--processes", processes], self.folder)
            row = json.loads(text)
            _, _, _, text = measured(
                [self.backlog, "--orders", min(orders, 3000), "--processes", processes, "--per-day", 10**6], self.folder
            )
            row["utilisation_of_minutes"] = json.loads(text)["utilisation"]
            row["responses_429"] += json.loads(text)["responses_429"]
            rows.append(row)
        return {
            "backlog_orders": orders,
            "utilisation": min(row["utilisation"] for row in rows),
            "utilisation_of_minutes": min(row["utilisation_of_minutes"] for row in rows),
            "responses_429": sum(row["responses_429"] for row in rows),
            "processes": rows,
        }

    def history(self, size, orders, document, facts, body):
        sandbox = self.sandbox(f"history-{size}", orders)
        try:
            connector = self.connector(f"history-{size}", sandbox, "invoice_only")
            measured([self.fill, connector.store, 1, size, *self.texts(facts, document, body)], self.folder)
            wall, _, rss, result = self.sync(connector)
            posted = result["posted"] + result["adopted"]
            return {"orders": size, "us_per_order": round(wall / posted * 1e6, 1), "rss_mib": round(rss, 1)}
        finally:
            sandbox.stop()
            shutil.rmtree(self.folder / f"history-{size}", ignore_errors=True)


class ConsolePages:
    """Signed in as a person is, and asks for what the pages ask for."""

    def __init__(self, harness, link, connection):
        self.harness = harness
        self.base, token = link.split("/invitation#")
        status, headers, body = harness.http(
            "POST", self.base + "/api/v1/invitation/accept", {"token": token, "password": "correct horse battery staple"}
        )
        if status != 200:
            raise SystemExit(f"the console's sign-in failed: {status} {body!r}")
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.at = "/connections/" + connection

    def get(self, path):
        started = time.monotonic()
        status, _, body = self.harness.http("GET", self.base + "/api/v1" + path, headers={"Cookie": self.cookie})
        seconds = time.monotonic() - started
        if status != 200:
            raise SystemExit(f"{path}: {status} {body[:300]!r}")
        return seconds, json.loads(body)

    def addresses(self):
        at = self.at
        _, first = self.get(f"{at}/orders?limit=50")
        order = first["orders"][0]
        _, old = self.get(f"{at}/orders?limit=50&sort=order_time")
        oldest = old["orders"][0]
        time_of, number = old["next"].split(".")
        # A page in the midst of all.
        deep = f"{int(time_of) + 86_400_000 * 5}.{number}"
        day = time.strftime("%Y-%m-%d", time.gmtime(int(time_of) // 1000 + 86_400 * 5))
        return {
            "overview": "/overview",
            "orders": f"{at}/orders?limit=50",
            "orders, oldest first": f"{at}/orders?limit=50&sort=order_time",
            "orders, deep page": f"{at}/orders?limit=50&after={deep}",
            "orders, by number": f"{at}/orders?limit=50&search={oldest['purchase_order']}",
            "orders, by beginning": f"{at}/orders?limit=50&search={oldest['purchase_order'][:3]}",
            "orders, by SKU of all": f"{at}/orders?limit=50&search={oldest['skus'][0]}",
            "orders, by amount of all": f"{at}/orders?limit=50&search=100.00",
            "orders, not found": f"{at}/orders?limit=50&search=nothing",
            "orders, waiting for a person": f"{at}/orders?limit=50&state=failed",
            "orders, on the way": f"{at}/orders?limit=50&state=waiting",
            "orders, skipped": f"{at}/orders?limit=50&state=skipped",
            "orders, of a period": f"{at}/orders?limit=50&from={day}T00:00:00Z&until={day}T23:59:59Z",
            "orders, before go-live": f"{at}/orders?limit=50&state=before_go_live",
            "order": f"{at}/orders/{order['purchase_order']}",
            "to do": f"{at}/todo",
            "mappings": f"{at}/mapping",
            "mappings, check": f"{at}/mapping/check",
            "mappings, changes": f"/audit?connection={at.rsplit('/', 1)[1]}&action=mapping.&limit=50",
            "inventory": f"{at}/inventory",
            "inventory, stock": f"{at}/inventory/stock?limit=50",
            "prices": f"{at}/prices",
            "prices, SKUs": f"{at}/prices/skus?limit=50",
            "audit": "/audit?limit=50",
            "audit, by order": f"/audit?limit=50&order={oldest['purchase_order']}",
            "audit, by person": "/audit?limit=50&actor=admin",
            "audit, by unknown person": "/audit?limit=50&actor=nobody",
            "audit, users": "/audit?limit=50&action=user.",
            "settings": at,
            "users": "/users",
        }

    def measure(self, times=7):
        """The median of each."""
        result = {}
        for name, path in self.addresses().items():
            seconds = sorted(self.get(path)[0] for _ in range(times))
            result[name] = round(seconds[len(seconds) // 2] * 1000, 1)
        return result


def table(result):
    lines = []
    for section in ("pipeline", "postgres", "webhooks", "budget"):
        if section not in result:
            continue
        lines.append(section)
        for name, value in result[section].items():
            if isinstance(value, dict):
                lines += [f"  {name + ' ' + key:<46} {inner:>12}" for key, inner in value.items()]
            elif isinstance(value, list):
                for row in value:
                    lines.append("  " + ", ".join(f"{key} {inner}" for key, inner in row.items()))
            else:
                lines.append(f"  {name:<46} {value:>12}")
    if "history" in result:
        lines.append("history")
        lines.append(f"  {'orders in the store':>20} {'us per order':>14} {'resident MiB':>14}")
        lines += [f"  {row['orders']:>20,} {row['us_per_order']:>14} {row['rss_mib']:>14}" for row in result["history"]]
    if "connections" in result:
        lines.append("connections, orders asked for every two minutes")
        lines.append(f"  {'connections':>20} {'resident MiB':>14} {'start s':>14} {'CPU %':>14}")
        lines += [f"  {row['count']:>20,} {row['rss_mib']:>14} {row['start_seconds']:>14} {row['cpu_percent']:>14}" for row in result["connections"]]
    if "console" in result:
        lines.append(f"console, milliseconds at {result['console']['orders']:,} orders")
        lines += [f"  {name:<46} {value:>12}" for name, value in result["console"]["milliseconds"].items()]
    if "simulate" in result:
        lines.append("simulate")
        lines += [f"  {name:<46} {value!s:>12}" for name, value in result["simulate"].items()]
    return "\n".join(lines)


def simulated(build, seeds):
    """Connection-days a minute on one core: 100 orders a day, all faults, seven days and the day in which all is mended."""
    command = [build / "ml-connector", "--output", "json", "simulate", "--seed", 1, "--seeds", seeds, "--days", 7,
               "--orders", 700, "--faults", "all"]
    wall, cpu, _, text = measured(command, ROOT)
    report = json.loads(text)
    return {"connection_days_per_minute": round(report["connection_days"] / wall * 60, 1), "seeds": report["seeds"],
            "passed": report["passed"], "cpu_seconds": round(cpu, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--orders", type=int, default=10_000, help="orders of the pipeline section, at most 10,000; 0 for none")
    parser.add_argument("--postgres", type=int, default=5_000, help="orders of the PostgreSQL section; 0 for none")
    parser.add_argument("--history", default="10000,100000,1000000", help="sizes of the history section; empty for none")
    parser.add_argument("--console", type=int, default=1_000_000, help="orders of the console section; 0 for none")
    parser.add_argument("--webhooks", type=int, default=20_000, help="notices of the webhooks section; 0 for none")
    parser.add_argument("--senders", type=int, default=32, help="HTTP connections of the webhooks section")
    parser.add_argument("--connections", default="1,10000", help="sizes of the connections section; empty for none")
    parser.add_argument("--budget", type=int, default=20_000, help="orders of the budget section; 0 for none")
    parser.add_argument("--simulate", type=int, default=20, help="seeds of the simulate section; 0 for none")
    arguments = parser.parse_args()
    if arguments.orders > 10_000:
        # The wire floor reads one list, and Walmart pages through no more than this of it.
        parser.error("--orders: at most 10000")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ml-connector-bench-"))
    try:
        bench = Bench(arguments.build, folder)
        result = {}
        if arguments.orders:
            result["pipeline"], document, facts, body = bench.pipeline(arguments.orders)
        sizes = [int(size) for size in arguments.history.split(",") if size]
        if sizes and arguments.orders:
            orders = min(arguments.orders, 10_000)
            result["history"] = [bench.history(size, orders, document, facts, body) for size in sizes]
        if arguments.postgres:
            result["postgres"] = bench.postgres(arguments.postgres)
        if arguments.console and arguments.orders:
            result["console"] = bench.console(arguments.console, document, facts, body)
        if arguments.webhooks:
            result["webhooks"] = bench.webhooks(arguments.webhooks, arguments.senders)
        counts = [int(count) for count in arguments.connections.split(",") if count]
        if counts:
            result["connections"] = [bench.many_connections(count) for count in counts]
        if arguments.budget:
            result["budget"] = bench.budget(arguments.budget)
        if arguments.simulate:
            result["simulate"] = simulated(arguments.build, arguments.simulate)
        print(json.dumps(result) if arguments.json else table(result))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
