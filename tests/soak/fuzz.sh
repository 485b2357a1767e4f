#!/bin/sh
# open-ended; the readers under libFuzzer, with the address and undefined-behaviour sanitizers
#
# The time is divided evenly between the targets of tests/fuzz/fuzz.sh. Inputs that are found,
# logs and crashes stay in the build folder; tests/fuzz/grow.sh adds new inputs to the corpus.
set -eu
. "$(dirname "$0")/common.sh"
need clang make
"$root/tests/fuzz/fuzz.sh" "$build" 0
targets=$(wc -l <"$build/targets")
seconds=$(((SOAK_SECONDS + targets - 1) / targets))
rm -f "$build"/*.log
status=0
"$root/tests/fuzz/fuzz.sh" "$build" "$seconds" >&2 || status=$?
executions=$(cat "$build"/*.log | awk '/number_of_executed_units/ { n += $2 } END { printf "%d", n }')
findings=$(find "$build" -maxdepth 1 -type f |
    grep -cE -- '-(crash|oom|timeout|leak)-[0-9a-f]+$' || :)
corpus=$(find "$root/tests/fuzz/corpus" -type f | wc -l)
echo "executions=$executions targets=$targets corpus=$corpus findings=$findings"
[ "$findings" -eq 0 ] || status=1
exit "$status"
