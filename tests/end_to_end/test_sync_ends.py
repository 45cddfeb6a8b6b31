"""A run of `sync` that cannot go on ends soon, and says by its exit code and on stderr what is in the way."""

import time
import unittest

import harness
from shop import Shop

ORDERS = 10


class SyncEnds(harness.EndToEnd):
    def shop(self, **switches):
        """Orders that are acknowledged and not yet in the books; the reference data has just been read."""
        shop = Shop(self, mode="sales_order_and_invoice", orders=0, exact_switches=switches)
        shop.connector.must("sync", shop.connector.name, "orders")
        shop.sandbox.generate({
            "seed": harness.SEED, "count": ORDERS, "currencies": {"USD": 1}, "life_speed_percent": 500_000,
            "spacing_milliseconds": 20,
        })  # fmt: skip
        preview = ("sync", shop.connector.name, "orders", "--dry-run", "--output", "json")
        self.wait_until(lambda: int(shop.connector.run(*preview).json()["documents"]) > 0, 60, "an order is acknowledged")
        return shop

    def sync(self, shop, code, **options):
        done = shop.connector.must("sync", shop.connector.name, "orders", "--output", "json", code=code, timeout=60, **options)
        self.assertGreater(done.json()["waiting"], 0)
        return done

    def test_a_refused_sign_in_is_exit_code_3(self):
        # Access tokens that are soon old: only where one may be renewed is it known that the sign-in is over.
        shop = self.shop(access_token_seconds=3, earliest_renewal_seconds=1)
        time.sleep(3)
        # Another Exact knows nothing of these tokens.
        other = self.sandbox(name="other")
        elsewhere = {"ML_CONNECTOR__EXACT__BASE_URL": other.exact_url}
        done = self.sync(shop, 3, environment=elsewhere)
        self.assertIn("sign in to Exact again", done.err)
        self.sync(shop, 3, environment=elsewhere)

    def test_spent_calls_are_exit_code_4(self):
        shop = self.shop()
        shop.sandbox.exact_switches(day_limit=1)
        done = self.sync(shop, 4)
        self.assertRegex(done.err, "budget_spent|rate_limited")


if __name__ == "__main__":
    unittest.main()
