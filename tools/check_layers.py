#!/usr/bin/env python3
"""Fails (exit 1, naming file:line) when a source file includes what its layer may not.

usage: check_layers.py [ROOT]     ROOT is the repository, by default the one this file stands in
"""

import os
import re
import sys

# What each layer under src/ may include besides itself; "layer/file" allows that one header.
VALUES = ["domain/decimal.h", "domain/time.h", "domain/result.h", "domain/cause.h"]
LAYERS = {
    "domain": [],
    "json": ["domain"],
    "csv": ["json/utf8.h"],
    "ports": ["domain", "json"],
    "net": ["domain", "json", "ports"],
    "store": ["domain", "json", "ports"],
    "walmart": ["domain", "csv", "json", "ports", "store"],
    "exact": ["domain", "json", "ports", "store"],
    "engine": ["domain", "json", "ports", "store", "walmart", "exact"],
    "flows": ["domain", "csv", "json", "ports", "store", "walmart", "exact", "engine"],
    "server": ["domain", "csv", "json", "ports", "net", "store", "walmart", "exact", "engine", "flows"],
    # The simulated services know the protocols alone: nothing of the connector's planning, clients or store.
    "sandbox": VALUES + ["json", "ports"],
    "simulation": ["domain", "json", "ports", "store", "walmart", "exact", "engine", "flows", "sandbox",
                   "server/webhooks.h"],
    "app": ["domain", "csv", "json", "ports", "net", "store", "walmart", "exact", "engine", "flows", "server", "sandbox",
            "simulation"],
}

# Libraries that only these paths may see, so that one can be replaced in one place; `version` names them all.
VERSIONS = "src/app/part_versions.cpp"
LIBRARIES = [
    (re.compile(r"^simdjson"), ["src/json/", VERSIONS]),
    (re.compile(r"^curl/"), ["src/net/", VERSIONS]),
    (re.compile(r"^sqlite3\.h$"), ["src/store/sqlite/", "src/store/store_testing.h", "src/simulation/simulated_disk.cpp",
                                 VERSIONS]),
    (re.compile(r"^libpq-fe"), ["src/store/postgres/", "src/store/store_testing.h", VERSIONS]),
    (re.compile(r"^archive(_entry)?\.h$"), ["src/walmart/", "src/sandbox/walmart/settlement_archive.cpp",
                                           "src/sandbox/walmart/settlements_fixture.h", VERSIONS]),
    (re.compile(r"^toml\+\+"), ["src/app/toml_library.h", VERSIONS]),
    (re.compile(r"^CLI/"), ["src/app/command_line", VERSIONS]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
FOLDERS = ["src", "tests", "bench"]
SUFFIXES = (".h", ".cpp")


def allowed(included, names):
    """Whether `included`, a path below src/, is one of `names` or in one of their folders."""
    return any(included == name or included.startswith(name + "/") for name in names)


def resolve(root, path, quoted):
    """The path below src/ that an include means, or None when it is none of ours."""
    source = os.path.join(root, "src")
    beside = os.path.normpath(os.path.join(root, os.path.dirname(path), quoted))
    for candidate in (beside, os.path.normpath(os.path.join(source, quoted))):
        if os.path.exists(candidate) and candidate.startswith(source + os.sep):
            return os.path.relpath(candidate, source)
    if os.path.exists(beside):
        return None
    return quoted if quoted.split("/")[0] in LAYERS else None


def problem_of(root, path, line):
    """Why `line` of `path` (relative to root) may not stand there, or None."""
    match = INCLUDE.match(line)
    if not match:
        return None
    name = match.group(1) or match.group(2)
    for pattern, places in LIBRARIES:
        if pattern.match(name) and not path.startswith(tuple(places)):
            return f"<{name}> may be included in {' and '.join(places)} only"
    included = resolve(root, path, name)
    if included is None:
        return None
    if not path.startswith("src/"):
        return None
    layer = path.split("/")[1]
    if layer not in LAYERS:
        return f"{layer} is no known layer: add it to tools/check_layers.py"
    if not allowed(included, [layer] + LAYERS[layer]):
        return f'{layer} may not include "{included}"'
    return None


def files_of(root):
    for folder in FOLDERS:
        for place, folders, names in os.walk(os.path.join(root, folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith(SUFFIXES):
                    yield os.path.relpath(os.path.join(place, name), root)


def check(root):
    """All problems as "file:line: text", in the order of the files."""
    problems = []
    for path in files_of(root):
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                problem = problem_of(root, path, line)
                if problem:
                    problems.append(f"{path}:{number}: {problem}")
    return problems


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    problems = check(os.path.abspath(root))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
