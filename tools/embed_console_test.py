#!/usr/bin/env python3
"""Shows that embed_console.py refuses a console that is too large, and embeds one that is not."""

import os
import subprocess
import sys
import tempfile
import unittest

EMBED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "embed_console.py")


def embed(files):
    """(exit code, stderr, source text or None)"""
    with tempfile.TemporaryDirectory() as folder:
        web, source = os.path.join(folder, "web"), os.path.join(folder, "files.cpp")
        for path, data in files.items():
            full = os.path.join(web, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as file:
                file.write(data)
        done = subprocess.run([sys.executable, "-B", EMBED, web, source], capture_output=True, text=True, check=False)
        if not os.path.exists(source):
            return done.returncode, done.stderr, None
        with open(source, encoding="utf-8") as file:
            return done.returncode, done.stderr, file.read()


class EmbedConsoleTest(unittest.TestCase):
    def test_files_are_embedded_with_their_types(self):
        code, said, source = embed({"index.html": b"<!doctype html>", "assets/a.js": b"let a;" * 1000})
        self.assertEqual(code, 0, said)
        self.assertIn('{"/index.html", "text/html; charset=utf-8"', source)
        self.assertIn('{"/assets/a.js", "text/javascript; charset=utf-8"', source)
        self.assertIn("2 files", said)

    def test_more_than_the_limit_fails_and_leaves_nothing(self):
        # Chance does not compress: this is what 300 KiB on the line are.
        code, said, source = embed({"index.html": b"x", "assets/a.js": os.urandom(150 * 1024), "assets/b.js": os.urandom(151 * 1024)})
        self.assertNotEqual(code, 0)
        self.assertIn("more than 307200", said)
        self.assertIsNone(source)

    def test_what_compresses_well_may_be_larger(self):
        code, said, _ = embed({"index.html": b"x", "assets/a.js": b"let text = 'again and again';\n" * 40_000})
        self.assertEqual(code, 0, said)

    def test_nothing_to_embed_fails(self):
        code, _, source = embed({})
        self.assertNotEqual(code, 0)
        self.assertIsNone(source)


if __name__ == "__main__":
    unittest.main()
