"""Two connectors on one store and one pair of remotes at the same time."""

import unittest

import harness
from shop import Shop

ORDERS = 500
LIFE_SPEED = 10_000


class TwoProcesses(harness.EndToEnd):
    def side_by_side(self, profile, mode, token_seconds):
        # Tokens that live for seconds, so that both processes want to renew the same one many times.
        shop = Shop(
            self, mode=mode, orders=ORDERS, profile=profile, life_speed=LIFE_SPEED,
            exact_switches={"access_token_seconds": token_seconds, "earliest_renewal_seconds": token_seconds - 1, "token_calls_per_day": 0},
        )  # fmt: skip
        both = [self.serve(shop.connector), self.serve(shop.connector)]
        shop.wait_for_walmart(180, alive=[shop.sandbox, *both])
        # When the answer that brings a pair is lost and Exact says that its token has not expired, it is not asked again
        # for 570 seconds, as for a real token: once, or twice.
        shop.wait_until_done(1300, alive=[shop.sandbox, *both])
        for serve in both:
            self.assertEqual(serve.stop(), 0)
        shop.expect_all_explained()
        shop.expect_sound_store()
        counters = shop.expect_tokens_used_once(lost_answers=profile != "calm")
        print(f"\n{profile}, {mode}: {counters['token_pairs_issued']} token pairs, {counters['token_calls_too_early']} asked for too early")
        return counters

    def test_calm(self):
        counters = self.side_by_side("calm", "sales_order_and_invoice", 8)
        self.assertGreater(counters["token_pairs_issued"], 3)
        self.assertEqual(counters["token_calls_refused"], 0)

    def test_hostile(self):
        # The fewer renewals, the fewer lost answers, each of which takes ten minutes.
        self.side_by_side("hostile", "invoice_only", 16)


if __name__ == "__main__":
    unittest.main()
