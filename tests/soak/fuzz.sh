#!/bin/sh
# open-ended; the readers under libFuzzer, with the address and undefined-behaviour sanitizers
#
# The time is divided evenly between the targets of tests/fuzz/fuzz.sh. Inputs that are found and
# logs stay in the build folder.
set -eu
. "$(dirname "$0")/common.sh"
need clang make
targets=$("$root/tests/fuzz/fuzz.sh" --list)
seconds=$((SOAK_SECONDS / $(echo "$targets" | wc -l)))
[ "$seconds" -gt 0 ] || seconds=1
status=0
"$root/tests/fuzz/fuzz.sh" "$build" "$seconds" >&2 || status=$?
[ "$status" -le 1 ] || exit 2
(
    cd "$build"
    sed -n 's/^stat::number_of_executed_units: *//p' ./*.log |
        awk -v targets="$(echo "$targets" | wc -l)" \
            -v corpus="$(find "$root/tests/fuzz/corpus" -type f | wc -l)" \
            -v findings="$(find . -maxdepth 1 -name '*-crash-*' -o -maxdepth 1 -name '*-oom-*' \
                -o -maxdepth 1 -name '*-timeout-*' -o -maxdepth 1 -name '*-leak-*' | wc -l)" \
            '{ sum += $1 } END { printf "executions=%d targets=%d corpus=%d findings=%d\n", sum, targets, corpus, findings }'
)
exit "$status"
