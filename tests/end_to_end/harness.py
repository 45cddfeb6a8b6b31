"""Starts the sandbox and the connector as separate processes and talks to them as a person does: by command line,
configuration and HTTP. Nothing here looks into the connector's sources or tables."""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

BINARY = os.environ.get("ML_CONNECTOR", "")
# The URL of a database to make stores in, as tests/postgres/server.py gives it; none: stores are files of SQLite's.
POSTGRES = os.environ.get("ML_CONNECTOR_TEST_POSTGRES", "")
SEED = int(os.environ.get("ML_CONNECTOR_SEED", "20261123"))

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_unredirected = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def clean_environment():
    """The environment for children: no proxies and no settings of the caller's own connector."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("ML_CONNECTOR")
    }


def http(method, url, body=None, headers=None, timeout=60):
    """(status, headers, bytes) of one request on loopback; any status is an answer."""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if data is not None and not request.has_header("Content-type"):
        request.add_header("Content-Type", "application/json")
    try:
        with _unredirected.open(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read()


def get_json(url, timeout=60):
    status, _, body = http("GET", url, timeout=timeout)
    if status != 200:
        raise AssertionError(f"GET {url}: {status} {body[:500]!r}")
    return json.loads(body, parse_float=str)


def post_json(url, body):
    status, _, answer = http("POST", url, body)
    if status not in (200, 201, 204):
        raise AssertionError(f"POST {url}: {status} {answer[:500]!r}")
    return json.loads(answer, parse_float=str) if answer else None


def tail(path, lines=40):
    try:
        text = pathlib.Path(path).read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def postgres_query(url, statement):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"psql: {statement}: {done.stderr}")
    return done.stdout


class Process:
    """A child in a process group of its own, its output in files; ended by that group alone."""

    def __init__(self, arguments, folder, name):
        self.name = name
        self.out_path = folder / f"{name}.out"
        self.err_path = folder / f"{name}.err"
        with open(self.out_path, "ab") as out, open(self.err_path, "ab") as err:
            self.child = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=folder,
                env=clean_environment(),
                start_new_session=True,
            )

    def running(self):
        return self.child.poll() is None

    def first_line(self, timeout=30):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            text = self.out_path.read_bytes()
            if b"\n" in text:
                return text.split(b"\n", 1)[0].decode()
            if not self.running():
                break
            time.sleep(0.02)
        raise AssertionError(f"{self.name} printed no line; exit {self.child.poll()}\n{tail(self.err_path)}")

    def kill(self):
        """SIGKILL: no chance to clean up."""
        if self.running():
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(timeout=30)

    def stop(self, timeout=20):
        """SIGTERM and the exit code; kills what does not end in time and says so."""
        if self.running():
            os.killpg(self.child.pid, signal.SIGTERM)
        try:
            return self.child.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {timeout} s after SIGTERM")


class Run:
    """A finished command."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out, self.err = arguments, code, out, err

    def json(self):
        try:
            return json.loads(self.out, parse_float=str)
        except ValueError as error:
            raise AssertionError(f"{' '.join(self.arguments)}: stdout is no JSON ({error}): {self.out[:2000]!r}\n{self.err[-2000:]}")


class Sandbox(Process):
    """The two simulated services. `exact_switches` hold from the start; `options` are further command line options."""

    def __init__(self, folder, name="sandbox", *, orders=0, profile="calm", seed=SEED, life_speed=100, exact_switches=None, **options):
        arguments = [
            BINARY, "sandbox", "--walmart-port", 0, "--exact-port", 0, "--seed", seed, "--orders", orders,
            "--profile", profile, "--exact-minute-limit", 0, "--exact-day-limit", 0, "--life-speed", life_speed,
        ]
        for option, value in options.items():
            arguments += ["--" + option.replace("_", "-"), value]
        for switch, value in (exact_switches or {}).items():
            arguments += ["--exact-switch", f"{switch}={json.dumps(value)}"]
        super().__init__(arguments, folder, name)
        self.info = json.loads(self.first_line())
        self.walmart, self.exact = self.info["walmart"], self.info["exact"]
        self.walmart_url = self.walmart["base_url"].rstrip("/")
        self.exact_url = self.exact["base_url"].rstrip("/")

    def walmart_books(self):
        return get_json(self.walmart_url + "/sandbox/walmart/books", timeout=120)

    def exact_books(self):
        return get_json(self.exact_url + "/sandbox/exact/books", timeout=120)

    def walmart_switches(self, **changes):
        post_json(self.walmart_url + "/sandbox/walmart/switches", changes)

    def exact_switches(self, **changes):
        post_json(self.exact_url + "/sandbox/exact/switches", changes)

    def generate(self, generator):
        return post_json(self.walmart_url + "/sandbox/walmart/orders", {"generate": generator})

    def drive_order(self, order, action, **more):
        return post_json(self.walmart_url + "/sandbox/walmart/orders", {"purchaseOrderId": order, "action": action, **more})

    def drive_return(self, returned, action, **more):
        return post_json(self.walmart_url + "/sandbox/walmart/orders", {"returnOrderId": returned, "action": action, **more})

    def edit_exact(self, **edit):
        return post_json(self.exact_url + "/sandbox/exact/edit", edit)


CONFIG = """
[store]
url = "{store}"
[vault]
master_key_file = "master.key"
[server]
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8480"
[walmart]
base_url = "{walmart}"
[exact]
base_url = "{exact}"
[http]
allow_plain_loopback = true
connect_timeout = "1s"
request_timeout = "{request_timeout}"
[retry]
initial = "200ms"
factor = 2.0
max = "2s"
give_up_after = "72h"
[schedule]
orders = "{orders}"
returns = "{returns}"
inventory = "1h"
prices = "1h"
settlements = "6h"
"""


class Connector:
    """One installation: a folder with config, key and store, and the commands run in it."""

    def __init__(self, folder, sandbox, *, request_timeout="1s", orders="1s", returns="1h", name="shop"):
        self.folder, self.sandbox, self.name = folder, sandbox, name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "ml-connector.toml"
        self.store = folder / "ml-connector.db"
        self.transcript = folder / "commands.log"
        self.serves = 0
        made = self.run("init")
        if made.code != 0 or not (folder / "master.key").exists():
            raise AssertionError(f"init: exit {made.code}\n{made.out}\n{made.err}")
        self.config.write_text(
            CONFIG.format(store=self.new_store(), walmart=sandbox.walmart_url, exact=sandbox.exact_url, request_timeout=request_timeout, orders=orders, returns=returns)
        )

    def new_store(self):
        """The address of this installation's store: a file, or a database of its own."""
        if not POSTGRES:
            return "sqlite:ml-connector.db"
        database = "".join(letter if letter.isalnum() else "_" for letter in str(self.folder)).lower()[-60:]
        postgres_query(POSTGRES, f'CREATE DATABASE "{database}"')
        address = urllib.parse.urlsplit(POSTGRES)
        return urllib.parse.urlunsplit(address._replace(path="/" + database))

    def run(self, *arguments, timeout=300, input=None, environment=None):
        """Runs one command and returns it, whatever its exit code."""
        command = [BINARY, *[str(a) for a in arguments]]
        if "--config" not in command and arguments and arguments[0] not in ("init", "version", "sandbox"):
            command += ["--config", str(self.config)]
        child = subprocess.Popen(
            command, cwd=self.folder, env={**clean_environment(), **(environment or {})}, start_new_session=True,
            stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        try:
            out, err = child.communicate(input=input.encode() if input is not None else None, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
            err += f"\n(killed after {timeout} s)".encode()
        finished = Run(command[1:], child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
        with open(self.transcript, "a") as log:
            # The authorization code is the one secret that design.md has on the command line.
            shown = ["CODE" if before == "--code" else word for before, word in zip(["", *finished.arguments], finished.arguments)]
            log.write(f"$ {' '.join(shown)}\n{finished.out}{finished.err}[exit {finished.code}]\n")
        return finished

    def must(self, *arguments, code=0, **options):
        """Runs one command that must end with this exit code."""
        done = self.run(*arguments, **options)
        if done.code != code:
            raise AssertionError(f"{' '.join(done.arguments)}: exit {done.code}, not {code}\n{done.out[-3000:]}\n{done.err[-3000:]}")
        return done

    def connect(self, **settings):
        """Adds the connection, signs in at both systems as a person would, and pings them."""
        exact, walmart = self.sandbox.exact, self.sandbox.walmart
        self.must("connection", "add", self.name, "--market", "us", "--division", exact["division"])
        if settings:
            self.set(**settings)
        walmart_secret = self.folder / "walmart.secret"
        walmart_secret.write_text(walmart["client_secret"] + "\n")
        self.retried("connect", "walmart", self.name, "--client-id", walmart["client_id"], "--client-secret-file", walmart_secret)
        self.sign_in_at_exact()
        self.retried("ping", self.name)

    def sign_in_at_exact(self):
        """As a person does, in the browser."""
        exact, secret = self.sandbox.exact, self.folder / "exact.secret"
        secret.write_text(exact["client_secret"] + "\n")
        sign_in = ("connect", "exact", self.name, "--client-id", exact["client_id"], "--client-secret-file", secret)
        deadline = time.monotonic() + 60
        while True:
            # A code can be used once, and hostile profiles lose the answer: then a person asks for another.
            done = self.run(*sign_in, "--code", self.authorization_code(self.must(*sign_in)))
            if done.code == 0:
                break
            if done.code != 4 and done.code != 3 or time.monotonic() > deadline:
                raise AssertionError(f"connect exact --code: exit {done.code}\n{done.out}\n{done.err}")

    def set(self, **settings):
        for key, value in settings.items():
            self.must("connection", "set", self.name, key, value)

    def retried(self, *arguments, code=0, seconds=60):
        """A command against remotes that may fail for a while (exit 4), as a person would repeat it."""
        deadline = time.monotonic() + seconds
        while True:
            done = self.run(*arguments)
            if done.code == code:
                return done
            if done.code != 4 or time.monotonic() > deadline:
                raise AssertionError(f"{' '.join(done.arguments)}: exit {done.code}\n{done.out}\n{done.err}")
            time.sleep(0.2)

    def authorization_code(self, printed):
        """Opens the printed address as the person's browser does and reads the code from the redirection."""
        words = (printed.out + " " + printed.err).replace('"', " ").split()
        address = next((word for word in words if "/api/oauth2/auth" in word), None)
        if address is None:
            raise AssertionError(f"connect exact printed no address: {printed.out} {printed.err}")
        for _ in range(50):
            try:
                status, headers, _ = http("GET", address, timeout=5)
            except OSError:
                continue
            if status == 302:
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
                return query["code"][0]
        raise AssertionError(f"{address} gave no code")

    def import_mapping(self, text, code=0):
        path = self.folder / "mapping.csv"
        path.write_text(text)
        return self.must("mapping", "import", self.name, path, code=code)

    def serve(self):
        """Starts the connector; each start has logs of its own."""
        self.serves += 1
        return Process([BINARY, "serve", "--config", self.config], self.folder, f"serve-{self.serves}")

    def postings(self, *options):
        """All postings that the options ask for."""
        return self.must("postings", self.name, "--limit", 0, "--output", "json", *options).json()["postings"]

    def audit_verified(self):
        return self.must("audit", "verify", "--output", "json")

    def store_is_whole(self):
        """SQLite's own check of the file; PostgreSQL has checksums of its pages instead."""
        if POSTGRES:
            return True
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as database:
            return [row[0] for row in database.execute("PRAGMA integrity_check")] == ["ok"]


class EndToEnd(unittest.TestCase):
    """A test with a folder of its own; on failure the folder is kept and the ends of all logs are printed."""

    def setUp(self):
        if not BINARY or not os.access(BINARY, os.X_OK):
            self.skipTest("ML_CONNECTOR does not name the program")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"ml-connector-{self._testMethodName}-"))
        self.processes = []
        self.addCleanup(self._finish)
        self.chance = random.Random(SEED)

    def sandbox(self, **options):
        process = Sandbox.__new__(Sandbox)
        self.processes.append(process)
        name = options.pop("name", "sandbox")
        process.__init__(self.folder, name, **options)
        return process

    def connector(self, sandbox, folder="connector", **options):
        return Connector(self.folder / folder, sandbox, **options)

    def serve(self, connector):
        process = connector.serve()
        self.processes.append(process)
        return process

    def wait_until(self, condition, seconds, what, every=0.25, alive=()):
        deadline = time.monotonic() + seconds
        while True:
            if condition():
                return
            for process in alive:
                if not process.running():
                    self.fail(f"{process.name} ended with {process.child.returncode} while waiting until {what}")
            if time.monotonic() > deadline:
                self.fail(f"not within {seconds} s: {what}")
            time.sleep(every)

    def _failed(self):
        outcome = self._outcome
        if hasattr(outcome, "errors"):  # Python up to 3.10
            return any(error for _, error in outcome.errors)
        result = outcome.result
        return any(test is self for test, _ in result.errors + result.failures)

    def _finish(self):
        for process in self.processes:
            if getattr(process, "child", None) is not None:
                process.kill()
        if not self._failed():
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        print(f"\n--- {self.id()} failed; its folder is kept: {self.folder}", file=sys.stderr)
        logs = sorted(self.folder.rglob("*.err"), key=lambda path: path.stat().st_mtime)[-6:]
        for path in logs + sorted(self.folder.rglob("commands.log")):
            text = tail(path, 30)
            if text:
                print(f"--- {path}\n{text}", file=sys.stderr)
