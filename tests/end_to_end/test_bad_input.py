"""Wrong files, configs and arguments are refused whole with everything wrong named; secrets never show anywhere."""

import base64
import json
import pathlib
import re
import stat
import subprocess
import unittest
import urllib.parse

import harness
from shop import MAPPING, Shop


class BadInput(harness.EndToEnd):
    def test_a_mapping_of_1000_rows_with_3_wrong_ones(self):
        sandbox = self.sandbox()
        connector = self.connector(sandbox)
        connector.must("connection", "add", "shop", "--division", sandbox.exact["division"])
        connector.import_mapping(MAPPING)
        before = connector.must("mapping", "export", "shop").out
        rows = [f"SKU-{number:04},WM-{number % 50 + 1:04},8000,,,0,1" for number in range(1, 1001)]
        # Row numbers as a spreadsheet shows them: the header is row 1.
        rows[99 - 2] = "SKU-0500,WM-0001,8000,,,0,1"  # the same SKU as in row 501
        rows[400 - 2] = ",WM-0001,8000,,,0,1"  # no SKU
        rows[901 - 2] = 'SKU-0900,WM-0001,8000,,,0,1,and more,"'  # too many cells
        header = "sku,exact_item,gl_account,cost_center,cost_unit,vat_code,warehouse\n"
        done = connector.import_mapping(header + "\n".join(rows) + "\n", code=2)
        self.assertEqual(done.out.strip(), "")
        named = [int(number) for number in re.findall(r"^.*?: row (\d+)", done.err, re.MULTILINE)]
        self.assertEqual(named, [400, 501, 901], done.err)
        self.assertEqual(connector.must("mapping", "export", "shop").out, before, "refused, but something was taken in")

        rows[99 - 2], rows[400 - 2], rows[901 - 2] = "A,B,,,,,", "C,D,,,,,", "E,F,,,,,"
        connector.import_mapping(header + "\n".join(rows) + "\n")
        self.assertEqual(len(connector.must("mapping", "export", "shop").out.splitlines()), 1001)

    def test_unknown_keys_of_the_config(self):
        connector = self.connector(self.sandbox())
        text = connector.config.read_text().splitlines()
        where = text.index("[http]") + 1
        text.insert(where, "  conect_timeout = \"5s\"")
        text += ["[wallmart]", "base_url = \"http://127.0.0.1:1\""]
        connector.config.write_text("\n".join(text) + "\n")
        done = connector.must("connection", "list", code=2)
        self.assertEqual(done.out, "")
        self.assertIn(f"ml-connector.toml:{where + 1}:3", done.err)
        self.assertIn("conect_timeout", done.err)
        self.assertIn("connect_timeout", done.err.replace("conect_timeout", ""), "the key that was meant is not suggested")
        self.assertRegex(done.err, rf"ml-connector\.toml:{len(text) - 1}:\d+.*wallmart")
        connector.config.write_text("[store\nurl = 1\n")
        self.assertRegex(connector.must("connection", "list", code=2).err, r"ml-connector\.toml:1:\d+")
        for broken in ("[#", "\u00e9 = 1", "\x00", "[http]\nrequest_timeout = \"soon\"", "[server]\nlisten = \"nowhere\""):
            connector.config.write_text(broken + "\n")
            connector.must("connection", "list", code=2)

    def test_bad_usage(self):
        connector = self.connector(self.sandbox())
        for arguments in (
            ["no-such-command"],
            ["connection", "add", "a b"],
            ["connection", "show", "nobody"],
            ["postings", "nobody"],
            ["sync", "nobody", "orders"],
            ["connection", "add"],
            ["mapping", "import", "nobody", connector.folder / "missing.csv"],
            ["posting", "skip", "invoice/1/1", "--reason", ""],
        ):
            done = connector.must(*arguments, code=2)
            self.assertEqual(done.out, "", arguments)
            self.assertTrue(done.err.strip(), arguments)
        connector.config.unlink()
        connector.must("connection", "list", "--config", connector.config, code=2)

    def test_results_that_cannot_be_written_fail_the_command(self):
        connector = self.connector(self.sandbox())
        connector.must("connection", "add", "shop")
        connector.import_mapping(MAPPING)
        for command in ("mapping export shop", "audit shop", "postings shop", "version", "--help"):
            line = f'"{harness.BINARY}" --config "{connector.config}" {command}'
            for target in (">/dev/full", ">&-"):
                done = subprocess.run(["bash", "-c", f"{line} {target}"], env=harness.clean_environment(), capture_output=True, text=True)
                self.assertEqual(done.returncode, 2, f"{command} {target}")
                self.assertIn("standard output", done.stderr)
            # A reader that has seen enough is no failure.
            piped = subprocess.run(["bash", "-c", f"{line} | head -c 1"], env=harness.clean_environment(), capture_output=True, text=True)
            self.assertEqual(piped.stderr, "")

    def test_init_overwrites_nothing_and_keeps_the_key_to_its_owner(self):
        connector = self.connector(self.sandbox())
        self.assertEqual(stat.S_IMODE((connector.folder / "master.key").stat().st_mode), 0o600)
        key, config = (connector.folder / "master.key").read_bytes(), connector.config.read_bytes()
        self.assertNotEqual(connector.run("init").code, 0)
        self.assertEqual(((connector.folder / "master.key").read_bytes(), connector.config.read_bytes()), (key, config))

    def test_a_store_that_is_none(self):
        connector = self.connector(self.sandbox())
        connector.must("connection", "list")
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(str(connector.store) + suffix).unlink(missing_ok=True)
        connector.store.write_bytes(b"this is no database" * 1000)
        connector.must("connection", "list", code=5)

    def test_refused_credentials(self):
        sandbox = self.sandbox()
        connector = self.connector(sandbox)
        connector.must("connection", "add", "shop", "--division", sandbox.exact["division"])
        wrong = connector.folder / "wrong.secret"
        wrong.write_text("not the secret\n")
        connector.must("connect", "walmart", "shop", "--client-id", sandbox.walmart["client_id"], "--client-secret-file", wrong, code=3)
        connector.must("connect", "exact", "shop", "--client-id", sandbox.exact["client_id"], "--client-secret-file", wrong)
        connector.must("connect", "exact", "shop", "--code", "no-such-code", code=3)
        self.assertNotIn(connector.run("ping", "shop").code, (0, 70))

    def test_unreachable_remotes(self):
        sandbox = self.sandbox()
        connector = self.connector(sandbox)
        connector.connect()
        sandbox.kill()
        connector.must("ping", "shop", code=4)
        connector.must("sync", "shop", "orders", code=4)

    def test_secrets_and_customers_show_nowhere(self):
        shop = Shop(self, mode="sales_order_and_invoice", orders=80, life_speed=100_000, profile="flaky")
        shop.wait_for_walmart(60, alive=[shop.sandbox])
        serve = self.serve(shop.connector)
        shop.wait_for_equal_books(120, alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)
        connector = shop.connector
        for command in (("audit", "shop"), ("audit", "shop", "--format", "csv"), ("audit", "shop", "--format", "jsonl"),
                        ("connection", "show", "shop"), ("connection", "list"), ("postings", "shop", "--limit", 0),
                        ("postings", "shop", "--output", "json", "--limit", 0), ("doctor",), ("mapping", "export", "shop")):  # fmt: skip
            connector.run(*command)
        for row in connector.postings()[:10]:
            connector.run("posting", "show", row["key"], "--output", "json")

        secrets = {
            "Walmart's client secret": shop.sandbox.walmart["client_secret"],
            "Exact's client secret": shop.sandbox.exact["client_secret"],
            "Exact's tokens": "stampNL001.",
            "Walmart's tokens": "eyJraWQiOiI",
            "the basic authorization": base64.b64encode(
                f"{shop.sandbox.walmart['client_id']}:{shop.sandbox.walmart['client_secret']}".encode()
            ).decode()[:-4],
            "the master key": (connector.folder / "master.key").read_text().strip(),
        }
        for text in self.customers(shop.sandbox):
            secrets[f"a customer's {text!r}"] = text
        self.assertGreater(len(secrets), 60)
        self.assertTrue(self.places("SQLite format 3", connector.folder.glob("ml-connector.db")), "the search finds nothing at all")
        kept = [path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith("sandbox")]
        kept = [path for path in kept if path.suffix not in (".secret", ".key")]
        self.assertTrue(any(path.name == "ml-connector.db" for path in kept))
        for what, secret in secrets.items():
            self.assertEqual(self.places(secret, kept), [], f"{what} stands in clear")
            quoted = urllib.parse.quote(secret)
            if quoted != secret:
                self.assertEqual(self.places(quoted, kept), [], f"{what} stands in clear, percent-encoded")

    def places(self, text, paths):
        found = []
        for path in paths:
            content = path.read_bytes()
            if text.encode() in content or text.encode("utf-16-le") in content or json.dumps(text)[1:-1].encode() in content:
                found.append(str(path))
        return found

    def customers(self, sandbox):
        """Names, streets, telephones and addresses of all orders, asked from Walmart as any client would."""
        basic = base64.b64encode(f"{sandbox.walmart['client_id']}:{sandbox.walmart['client_secret']}".encode()).decode()
        common = {"WM_QOS.CORRELATION_ID": "7d3c1f6e-4f7c-4c3c-9c39-0d6f6f4f0c11", "WM_SVC.NAME": "Walmart Marketplace", "Accept": "application/json"}

        def ask(method, path, body=None, **headers):
            for _ in range(60):  # the remotes are flaky
                try:
                    status, _, answer = harness.http(method, sandbox.walmart_url + path, body, {**common, **headers}, timeout=5)
                    if status == 200:
                        return json.loads(answer)
                except (OSError, ValueError, harness.urllib.error.URLError):
                    pass
            self.fail(f"{method} {path} never succeeded")

        form = {"Authorization": "Basic " + basic, "Content-Type": "application/x-www-form-urlencoded"}
        token = ask("POST", "/v3/token", b"grant_type=client_credentials", **form)["access_token"]
        page = ask("GET", "/v3/orders?limit=200&createdStartDate=2026-01-01", **{"WM_SEC.ACCESS_TOKEN": token})
        texts = set()
        for order in page["list"]["elements"]["order"]:
            address = order["shippingInfo"]["postalAddress"]
            texts |= {address["name"], address["address1"], order["customerEmailId"]}
            if order["shippingInfo"].get("phone", "0000000000") != "0000000000":
                texts.add(order["shippingInfo"]["phone"])
        return texts - {"nocxemail@walmartone.com"}


if __name__ == "__main__":
    unittest.main()
