"""What persons ask of flows: pause, resume, run, backfill and one-off runs beside `serve`."""

import os
import pty
import re
import subprocess
import time
import unittest

import harness
from shop import Shop


class Flows(harness.EndToEnd):
    def flow(self, shop, name):
        rows = shop.connector.must("flow", "list", shop.connector.name, "--output", "json").json()["flows"]
        return next(row for row in rows if row["flow"] == name)

    def test_a_paused_flow_rests_and_others_do_not(self):
        shop = Shop(self, mode="invoice_only", orders=0)
        name = shop.connector.name
        shop.connector.must("flow", "pause", name, "orders")
        shop.connector.must("connection", "pause", name)
        serve = self.serve(shop.connector)
        time.sleep(4)
        self.assertIsNone(self.flow(shop, "returns")["started_at"], "nothing of a paused connection runs")
        for asked in (("flow", "run", name, "returns"), ("flow", "backfill", name, "orders", "--from", "2026-11-01"),
                      ("price", "set", name, "WM-0001", "3", "--beyond-guards")):  # fmt: skip
            self.assertIn(f"connection resume {name}", shop.connector.must(*asked, code=2).err)
        shop.connector.must("connection", "resume", name)
        self.wait_until(lambda: self.flow(shop, "returns")["succeeded_at"], 30, "returns are polled", alive=[serve])
        self.assertTrue(self.flow(shop, "orders")["paused"])
        self.assertIsNone(self.flow(shop, "orders")["started_at"])
        self.assertIsNone(self.flow(shop, "orders")["due_at"])
        shop.connector.must("flow", "run", name, "orders", code=2)
        shop.connector.must("flow", "resume", name, "orders")
        self.wait_until(lambda: self.flow(shop, "orders")["succeeded_at"], 30, "orders are polled", alive=[serve])
        actions = [record["action"] for record in map(harness.json.loads, shop.connector.must(
            "audit", name, "--format", "jsonl").out.splitlines())]  # fmt: skip
        self.assertEqual(actions.count("flow.pause"), 1)
        self.assertEqual(actions.count("flow.resume"), 1)
        self.assertEqual(serve.stop(), 0)

    def test_a_one_off_run_goes_through_the_same_door_as_serve(self):
        shop = Shop(self, mode="invoice_only", orders=0)
        shop.connector.set(prices_to_exact="true")
        before = self.flow(shop, "prices")
        self.assertIsNone(before["started_at"])
        shop.connector.must("sync", shop.connector.name, "prices")
        after = self.flow(shop, "prices")
        self.assertIsNotNone(after["started_at"], "the run is known, so serve does not begin the same at once")
        self.assertIsNotNone(after["succeeded_at"])

    def test_a_backfill_that_is_refused_leaves_no_wish(self):
        # serve would run it over and over.
        shop = Shop(self, mode="invoice_only", orders=0)
        name = shop.connector.name
        for options in ([], ["--background"]):
            refused = shop.connector.must("flow", "backfill", name, "inventory", "--from", "2026-11-01", *options, code=2)
            self.assertIn("cannot take in the past", refused.err)
        shop.connector.must("flow", "pause", name, "orders")
        refused = shop.connector.must("flow", "backfill", name, "orders", "--from", "2026-11-01", code=2)
        self.assertIn("paused", refused.err)
        self.assertNotIn("stopping", refused.err)
        self.assertEqual([self.flow(shop, flow)["backfill"] for flow in ("inventory", "orders")], [None, None])

    def test_commands_in_a_row_do_not_wait_for_each_other(self):
        # Each holds its calls' places at Exact for two minutes, unless it leaves them when it ends.
        shop = Shop(self, mode="invoice_only", orders=0)
        today = time.strftime("%Y-%m-%d")
        for _ in range(12):
            shop.connector.must("reconcile", shop.connector.name, "--from", today, "--to", today, timeout=30)

    def test_ping_tells_what_is_left_when_nothing_is(self):
        shop = Shop(self, mode="invoice_only", orders=60, life_speed=1)
        shop.sandbox.exact_switches(day_limit=30, minute_limit=60)
        shop.connector.run("sync", shop.connector.name, "orders")
        told = shop.connector.must("ping", shop.connector.name, code=4).out
        self.assertIn("day: 0 of 30 left", told)
        self.assertIn("reachable: not asked", told)
        self.assertIn("Exact allows no call before", told)

    def test_a_backfill_takes_in_the_past_once(self):
        shop = Shop(self, mode="invoice_only", orders=60, life_speed=1)
        name = shop.connector.name

        def day(days):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * 86_400))

        # The connector begins today: only what changed within the last hour is read.
        done = shop.connector.run("sync", name, "orders", "--since", day(1 / 24), "--output", "json")
        self.assertIn(done.code, (0, 1), done.err)
        few = len(shop.connector.postings())
        backfill = shop.connector.must("flow", "backfill", name, "orders", "--from", day(16), "--output", "json").json()
        self.assertTrue(backfill["finished"], backfill)
        self.assertGreater(len(shop.connector.postings()), few + 20)
        shown = self.on_a_terminal(shop, "flow", "backfill", name, "orders", "--from", day(16))
        bars = re.findall(r"days taken in \[([#.]{30})\] (\d+)/17  \S+", shown)
        self.assertGreater(len(bars), 1, shown)
        self.assertEqual([int(done) for _, done in bars], sorted(int(done) for _, done in bars))
        self.assertEqual(bars[-1], ("#" * 30, "17"), "the part of today counts as a day")
        self.assertEqual(shown[shown.rindex("17/17"):].count("\x1b[K"), 1, "the bar goes when all is taken in")
        again = shop.connector.run("flow", "backfill", name, "orders", "--from", day(16))
        self.assertEqual(again.code, 0, again.err)
        self.assertNotIn("days taken in", again.err, "no bar where nobody looks")
        again = shop.connector.must("flow", "backfill", name, "orders", "--from", day(16), "--output", "json").json()
        self.assertTrue(again["finished"], again)
        self.assertTrue(self.flow(shop, "orders")["backfill"]["finished"])
        serve = self.serve(shop.connector)
        shop.wait_until_done(90, alive=[serve])
        self.assertEqual(serve.stop(), 0)
        shop.expect_all_explained()
        shop.expect_sound_store()


    def on_a_terminal(self, shop, *arguments):
        """What a command draws on stderr when that is a terminal."""
        seen, terminal = pty.openpty()
        command = [harness.BINARY, *arguments, "--config", str(shop.connector.config)]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=terminal,
                                 cwd=shop.connector.folder, env=harness.clean_environment())  # fmt: skip
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(seen, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(seen)
        self.assertEqual(child.wait(timeout=60), 0, shown)
        return shown.decode()


if __name__ == "__main__":
    unittest.main()
