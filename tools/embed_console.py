#!/usr/bin/env python3
"""Writes the files of a folder, each compressed with gzip, into one C++ source. Fails when they are too large.

usage: embed_console.py FOLDER SOURCE
"""

import gzip
import os
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# What a browser on a slow line loads at most, compressed.
LARGEST = 300 * 1024


def files_of(folder):
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            full = os.path.join(path, name)
            yield "/" + os.path.relpath(full, folder).replace(os.sep, "/"), full


def literal(data):
    """A C++ string literal of any bytes, in lines; octal escapes of three digits cannot run into what follows."""
    lines = []
    for start in range(0, len(data), 4096):
        text = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in data[start : start + 4096])
        lines.append(f'"{text}"')
    return "\n".join(lines) or '""'


def main(folder, source):
    assets, total = [], 0
    for path, full in files_of(folder):
        with open(full, "rb") as file:
            packed = gzip.compress(file.read(), 9, mtime=0)
        total += len(packed)
        kind = CONTENT_TYPES.get(os.path.splitext(path)[1], "application/octet-stream")
        assets.append(f'    {{"{path}", "{kind}", std::string_view({literal(packed)}, {len(packed)})}}')
    if not assets:
        sys.exit(f"{folder}: no files to embed")
    if total > LARGEST:
        sys.exit(f"the console has {total} bytes compressed, more than {LARGEST}")
    text = (
        '#include <span>\n\n#include "server/console_assets.h"\n\n'
        "namespace {\n\nconstexpr connector::server::ConsoleAsset files[] = {\n" + ",\n".join(assets) + "};\n\n}  // namespace\n\n"
        "extern const std::span<const connector::server::ConsoleAsset> built_console;\n"
        "const std::span<const connector::server::ConsoleAsset> built_console(files);\n"
    )
    with open(source, "w") as file:
        file.write(text)
    print(f"console: {len(assets)} files, {total} bytes compressed", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
