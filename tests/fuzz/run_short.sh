#!/usr/bin/env bash
# usage: run_short.sh FOLDER_OF_TARGETS [SECONDS [NAME...]]: runs every *_fuzz in the folder (or those named) for
# SECONDS (default 10) with its corpus, and the published samples of what it reads; new inputs stay beside the targets.
# Fails when one of them fails, or has no input to begin with.
set -euo pipefail
targets=$1
seconds=${2:-10}
shift $(($# > 2 ? 2 : $#))
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
failed=0 run=0
for target in "$targets"/*_fuzz; do
  [[ -x $target ]] || continue
  name=$(basename "$target" _fuzz)
  if (($#)) && [[ " $* " != *" $name "* ]]; then continue; fi
  found=$targets/found/$name
  mkdir -p "$found"
  run=$((run + 1))
  inputs=()
  [[ -d $here/corpus/$name ]] && inputs+=("$here/corpus/$name")
  case $name in
    walmart_orders | webhook_body) inputs+=("$here/../data/walmart") ;;
  esac
  if ((${#inputs[@]} == 0)); then
    failed=1
    printf '%s: FAILED, it has no corpus\n' "$name" >&2
    continue
  fi
  if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$found/crash-" \
    "$found" "${inputs[@]}" >"$found.log" 2>&1; then
    edges=$(sed -n 's/^INFO: Loaded.*(\([0-9]*\) inline 8-bit counters).*/\1/p' "$found.log" | head -n 1)
    reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$found.log" | tail -n 1)
    printf '%s: %s; reached %s of %s edges\n' "$name" "$(grep -a '^Done' "$found.log")" "${reached:-0}" "${edges:-?}"
  else
    failed=1
    tail -n 60 "$found.log" >&2
    printf '%s: FAILED, the input is in %s\n' "$name" "$found" >&2
  fi
done
((run > 0)) || { echo "no fuzz targets in $targets" >&2; exit 1; }
exit "$failed"
