"""Two connections that use one sign-in at Exact: its tokens are asked for once, whoever needs them."""

import time
import unittest

import harness
from shop import MAPPING, Shop

SECONDS = 30
TOKEN_SECONDS = 6


class SharedSignIn(harness.EndToEnd):
    def test_one_sign_in_serves_both(self):
        shop = Shop(
            self, mode="invoice_only", orders=20, life_speed=100_000,
            exact_switches={"access_token_seconds": TOKEN_SECONDS + 1, "earliest_renewal_seconds": TOKEN_SECONDS, "token_calls_per_day": 0},
        )  # fmt: skip
        run, name = shop.connector.must, shop.connector.name
        run("connection", "add", "second", "--market", "us", "--division", shop.sandbox.exact["division"], code=2)
        run("connection", "add", "second", "--market", "us")
        run("connection", "set", "second", "reference_prefix", "S-")
        run("connection", "set", "second", "document_mode", "invoice_only")
        run("connection", "set", "second", "exact_sign_in_of", "nobody", code=2)
        run("connection", "set", "second", "exact_sign_in_of", name)
        walmart, secret = shop.sandbox.walmart, shop.connector.folder / "walmart.secret"
        division = ("connection", "set", "second", "division", shop.sandbox.exact["division"])
        run("connection", "add", "twin", "--market", "us")
        run("connection", "set", "twin", "reference_prefix", "T-")
        run("connect", "walmart", "twin", "--client-id", walmart["client_id"], "--client-secret-file", secret)
        self.assertIn("posted twice", run("connection", "set", "twin", *division[3:], code=2).err)
        run("connection", "remove", "twin")
        run(*division)
        shown = run("connection", "show", "second", "--output", "json").json()
        self.assertEqual(shown["credentials"], {"walmart": False, "exact": True, "exact_sign_in": True})
        run("connection", "remove", name, "--force", code=2)
        run("connection", "set", name, "exact_sign_in_of", "second", code=2)
        secret = shop.connector.folder / "exact.secret"
        refused = run("connect", "exact", "second", "--client-id", "other", "--client-secret-file", secret, code=2)
        self.assertIn(f"connect {name}", refused.err)
        mapping = shop.connector.folder / "second.csv"
        mapping.write_text(MAPPING)
        run("mapping", "import", "second", mapping)

        before = shop.sandbox.exact_books()["counters"]["token_pairs_issued"]
        began = time.monotonic()
        serve = self.serve(shop.connector)
        while time.monotonic() - began < SECONDS:
            run("mapping", "check", "second", "--output", "json")
            time.sleep(0.5)
        passed = time.monotonic() - began
        self.assertEqual(serve.stop(), 0)
        counters = shop.sandbox.exact_books()["counters"]
        issued = counters["token_pairs_issued"] - before
        self.assertGreaterEqual(issued, 3)
        self.assertLessEqual(issued, passed / TOKEN_SECONDS + 2, "both together ask for no more than one would")
        self.assertEqual((counters["old_refresh_tokens_used"], counters["refresh_tokens_used_again"]), (0, 0))

        # A mistyped secret does not end a sign-in that works: it is used once somebody has signed in with it.
        wrong = shop.connector.folder / "wrong.secret"
        wrong.write_text("mistyped")
        run("connect", "exact", name, "--client-id", shop.sandbox.exact["client_id"], "--client-secret-file", wrong)
        time.sleep(TOKEN_SECONDS + 2)
        run("mapping", "check", name)
        run("connect", "exact", name, "--code", "nonsense", code=3)
        run("mapping", "check", name)
        run("connect", "exact", name, "--client-id", shop.sandbox.exact["client_id"], "--client-secret-file", secret)

        # A new sign-in of either is one of both.
        code = shop.connector.authorization_code(run("connect", "exact", "second"))
        run("connect", "exact", "second", "--code", code)
        run("mapping", "check", name)
        run("connection", "set", "second", "exact_sign_in_of", "")
        run("mapping", "check", "second", code=3)

        # Signed in by itself as the same user, doctor says what that leads to.
        sign_in = ("connect", "exact", "second", "--client-id", shop.sandbox.exact["client_id"], "--client-secret-file", secret)
        run(*sign_in, "--code", shop.connector.authorization_code(run(*sign_in)))
        notes = [row for row in run("doctor", "--output", "json").json()["checks"] if row["check"].startswith("sign-in of ")]
        self.assertEqual([(row["check"], row["result"]) for row in notes], [(f"sign-in of {name}", "note")])
        self.assertIn(f"connection set {name} exact_sign_in_of second", notes[0]["detail"])
        run("connection", "set", "second", "exact_sign_in_of", name)
        self.assertNotIn("sign-in of", run("doctor").out)
        run("connection", "set", "second", "exact_sign_in_of", "")
        run("connection", "remove", name, "--force")


if __name__ == "__main__":
    unittest.main()
