#!/usr/bin/env python3
"""Writes the dump of a store of the newest version: that of the version before, upgraded by the newest step.

A version that is released keeps its dump: once a newer step exists, this never writes it again.
"""

import pathlib
import re

root = pathlib.Path(__file__).resolve().parent.parent
step = sorted((root / "src/store/sqlite/migrations").glob("v*_*.cpp"))[-1].read_text()
version, description, sql = re.search(r'return \{(\d+), "([^"]*)", R"sql\((.*?)\)sql"\}', step, re.S).groups()
released = (root / f"tests/data/store/v{int(version) - 1}.sql").read_text()
body, end = released.rsplit("COMMIT;", 1)
record = f"INSERT INTO schema_version VALUES({version},1795000000000,'{description}');\n"
(root / f"tests/data/store/v{version}.sql").write_text(body + sql.lstrip("\n") + record + "COMMIT;" + end)
