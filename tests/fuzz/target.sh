#!/bin/sh
# Run one target of fuzz.sh, which has built it.
#
# usage: tests/fuzz/target.sh FOLDER SECONDS TARGET
# Prints its executions, and "TARGET: crashed" if it did; the exit status is 1 then.
set -eu
[ $# -eq 3 ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$1"
seconds=$2 target=$3
# Without records of who allocated, and with a short memory of freed blocks, runs are faster. In
# memory, temporary files cost little; a target that crashes leaves its own.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=4
parent=${TMPDIR:-/dev/shm}
[ -w "$parent" ] || parent=/tmp
TMPDIR=$(mktemp -d "$parent/digitpad-fuzz.XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' HUP INT TERM

read -r longest list <<END
$(sed -n "s/^$target //p" targets)
END
mkdir -p "$target"
set -- "$target" "$root/tests/fuzz/corpus/$target"
case $target in
ndjson | samples | listen) words=strokes ;;
int8 | model) words=safetensors ;;
*) words=$target ;;
esac
words=$root/tests/fuzz/dict/$words.dict
[ ! -f "$words" ] || set -- "$@" "-dict=$words"
[ -z "${FUZZ_RUNS-}" ] || set -- "$@" "-runs=$FUZZ_RUNS"
status=0
TARGET=$target "./fuzzer-$list" "$@" "-max_len=$longest" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$target-" -verbosity=0 \
    >"$target.log" 2>&1 || status=1
sed -n "s/^stat::number_of_executed_units: */$target: executions /p" "$target.log"
[ "$status" -eq 0 ] || echo "$target: crashed; see $PWD/$target.log"
sed -n "s/^SUMMARY/$target: &/p" "$target.log"
exit "$status"
