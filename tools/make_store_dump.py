#!/usr/bin/env python3
"""Writes tests/data/store/v2.sql: the released store of version 1, upgraded by the step in v002_*.cpp.

Version 2 is not released yet; run this after changing its step. Once released, its dump is never written again.
"""

import pathlib
import re

root = pathlib.Path(__file__).resolve().parent.parent
step = next((root / "src/store/sqlite/migrations").glob("v002_*.cpp")).read_text()
description, sql = re.search(r'return \{2, "([^"]*)", R"sql\((.*?)\)sql"\}', step, re.S).groups()
released = (root / "tests/data/store/v1.sql").read_text()
body, end = released.rsplit("COMMIT;", 1)
record = f"INSERT INTO schema_version VALUES(2,1795000000000,'{description}');\n"
(root / "tests/data/store/v2.sql").write_text(body + sql.lstrip("\n") + record + "COMMIT;" + end)
