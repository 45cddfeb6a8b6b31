"""The demo leaves nothing behind, also when whoever reads its output has seen enough."""

import os
import signal
import subprocess
import tempfile
import unittest

import harness


class Demo(harness.EndToEnd):
    def demo(self, folder):
        return subprocess.Popen(
            [harness.BINARY, "demo", "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**harness.clean_environment(), "TMPDIR": folder}, start_new_session=True,
        )  # fmt: skip

    def ended(self, demo, folder):
        try:
            self.assertEqual(demo.wait(timeout=60), 0)
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)
                demo.wait(timeout=30)
        self.assertEqual(os.listdir(folder), [])

    def test_a_reader_that_leaves_ends_it(self):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            demo = self.demo(folder)
            self.assertIn(b"console", demo.stdout.readline())
            self.assertEqual(len(os.listdir(folder)), 1, "its store stands there")
            demo.stdout.close()
            self.ended(demo, folder)

    def test_it_ends_by_a_signal(self):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            demo = self.demo(folder)
            with demo.stdout:
                self.assertIn(b"console", demo.stdout.readline())
                demo.send_signal(signal.SIGTERM)
                self.ended(demo, folder)


if __name__ == "__main__":
    unittest.main(verbosity=2)
