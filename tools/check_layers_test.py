#!/usr/bin/env python3
"""Shows that check_layers.py finds violations: each case is a small tree of its own."""

import os
import subprocess
import sys
import tempfile
import unittest

CHECKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_layers.py")


def run(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, CHECKER, root], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class CheckLayersTest(unittest.TestCase):
    def refused(self, files, place):
        code, output = run(files)
        self.assertEqual(code, 1, output)
        self.assertIn(place, output)

    def accepted(self, files):
        self.assertEqual(run(files), (0, ""))

    def test_lower_layers_may_be_included(self):
        self.accepted({"src/domain/order.h": "", "src/flows/orders.cpp": '#include "domain/order.h"\n#include <vector>\n'})

    def test_a_lower_layer_must_not_include_a_higher_one(self):
        self.refused({"src/engine/worker.h": "", "src/domain/order.h": '#pragma once\n#include "engine/worker.h"\n'},
                     "src/domain/order.h:2:")

    def test_layers_side_by_side_must_not_include_each_other(self):
        self.refused({"src/exact/client.h": "", "src/walmart/client.cpp": '#include "exact/client.h"\n'},
                     "src/walmart/client.cpp:1:")

    def test_a_relative_path_is_no_way_around(self):
        self.refused({"src/app/config.h": "", "src/json/value.h": '#include "../app/config.h"\n'}, "src/json/value.h:1:")

    def test_a_header_that_does_not_exist_yet_counts_too(self):
        self.refused({"src/json/value.h": '#  include "app/gone.h"\n'}, "src/json/value.h:1:")

    def test_clients_reach_the_network_through_ports_alone(self):
        self.refused({"src/net/loop.h": "", "src/flows/orders.cpp": '#include "net/loop.h"\n'}, "src/flows/orders.cpp:1:")

    def test_the_sandbox_sees_values_but_no_planning(self):
        self.accepted({"src/domain/decimal.h": "", "src/sandbox/a.h": '#include "domain/decimal.h"\n'})
        self.refused({"src/domain/planning.h": "", "src/sandbox/a.h": '#include "domain/planning.h"\n'}, "src/sandbox/a.h:1:")

    def test_a_library_stays_in_its_place(self):
        self.accepted({"src/net/curl_transport.cpp": "#include <curl/curl.h>\n"})
        self.refused({"src/walmart/client.cpp": "#include <curl/curl.h>\n"}, "src/walmart/client.cpp:1:")

    def test_a_new_folder_must_be_given_a_place(self):
        self.refused({"src/domain/order.h": "", "src/new/a.cpp": '#include "domain/order.h"\n'}, "src/new/a.cpp:1:")


if __name__ == "__main__":
    unittest.main()
