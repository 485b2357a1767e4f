#!/bin/sh
# open-ended; the readers under libFuzzer, with the address and undefined-behaviour sanitizers
#
# The time is divided evenly between the targets of tests/fuzz/fuzz.sh. Inputs that are found,
# logs and crashes stay in the build folder; tests/fuzz/grow.sh adds new inputs to the corpus.
set -eu
. "$(dirname "$0")/common.sh"
need clang make
"$root/tests/fuzz/fuzz.sh" "$build" 0 >&2 || exit 2
targets=$(wc -l <"$build/targets")
seconds=$(((SOAK_SECONDS + targets - 1) / targets))
rm -f "$build"/*.log
touch "$build/started"
status=0
"$root/tests/fuzz/fuzz.sh" "$build" "$seconds" >&2 || status=$?
find "$build" -maxdepth 1 -type f -newer "$build/started" |
    grep -E -- '-(crash|oom|timeout|leak)-[0-9a-f]+$' >"$build/findings" || :
executions=$(cat "$build"/*.log | awk '/number_of_executed_units/ { n += $2 } END { printf "%d", n }')
corpus=$(find "$root/tests/fuzz/corpus" -type f | wc -l)
findings=$(wc -l <"$build/findings")
echo "executions=$executions targets=$targets corpus=$corpus findings=$findings"
while read -r file; do
    say "found: $file"
done <"$build/findings"
exit "$status"
