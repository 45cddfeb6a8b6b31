#!/usr/bin/env bash
# usage: without_look_up.sh SCRATCH_FOLDER: breaks a copy of the program on purpose and expects test_crash.py to notice.
set -euo pipefail
scratch=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$scratch"
git -C "$root" ls-files -z --cached --others --exclude-standard | (cd "$root" && xargs -0 cp --parents -t "$scratch")
patch -d "$scratch" -p1 <"$here/without_look_up.patch"
cmake -S "$scratch" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -g1" \
  -DCONNECTOR_TESTS=OFF -DCONNECTOR_BENCH=OFF >"$scratch/configure.log"
cmake --build "$scratch/build" --target ml-connector
program=$(find "$scratch/build" -type f -name ml-connector -perm -u+x | head -1)
if ML_CONNECTOR=$program python3 -B "$here/test_crash.py" Crash.test_invoices; then
  echo "without the look-up the crash test passes: it proves nothing" >&2
  exit 1
fi
echo "without the look-up the crash test fails, as it must"
