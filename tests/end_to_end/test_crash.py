"""serve is killed with SIGKILL at random moments while hostile remotes lose, cut off, repeat and reorder answers."""

import collections
import json
import os
import time
import unittest

import harness
from shop import Shop

KILLS = int(os.environ.get("ML_CONNECTOR_KILLS", "100"))
ORDERS = 500
LIFE_SPEED = 2_500  # so that orders go on living while the killing lasts


class Crash(harness.EndToEnd):
    def crash(self, mode, tax, kills):
        shop = Shop(self, mode=mode, tax=tax, orders=ORDERS, profile="hostile", life_speed=LIFE_SPEED)
        started = time.monotonic()
        for _ in range(kills):
            serve = self.serve(shop.connector)
            # Mostly in the midst of work, sometimes while it still starts.
            time.sleep(self.chance.uniform(0.05, 0.4) if self.chance.random() < 0.15 else self.chance.uniform(0.4, 2.0))
            self.assertTrue(serve.running(), f"{serve.name} ended by itself with {serve.child.returncode}")
            serve.kill()
            self.processes.remove(serve)
        killing = time.monotonic() - started
        duplicates = [text for text in shop.differences() if "live documents" in text]
        self.assertEqual(duplicates, [], "documents that exist twice")

        serve = self.serve(shop.connector)
        shop.wait_for_walmart(240, alive=[shop.sandbox, serve])
        shop.wait_until_done(400, alive=[shop.sandbox, serve])
        self.assertEqual(serve.stop(), 0)
        rows = shop.expect_all_explained()
        shop.expect_sound_store()
        counters = shop.expect_tokens_used_once(lost_answers=True)

        audit = shop.connector.must("audit", shop.connector.name, "--format", "jsonl").out
        actions = collections.Counter(json.loads(line)["action"] for line in audit.splitlines() if line)
        print(
            f"\n{mode}: {kills} kills in {killing:.0f} s, {time.monotonic() - started:.0f} s in all; {len(rows)} postings; "
            f"adopted after a look-up {actions['posting.adopted']}, sent again after one {actions['posting.sending_again']}, "
            f"unclear {actions['posting.unclear']}; token pairs {counters['token_pairs_issued']}"
        )
        # The test means something only if the doubtful cases did occur.
        self.assertGreater(actions["posting.adopted"], 0)
        self.assertGreater(actions["posting.sending_again"], 0)

    def test_invoices(self):
        self.crash("invoice_only", "exclude", KILLS)

    def test_sales_orders(self):
        self.crash("sales_order_and_invoice", "clearing_account", max(1, KILLS // 2))


if __name__ == "__main__":
    unittest.main()
