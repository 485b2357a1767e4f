#!/bin/sh
# open-ended; the readers under libFuzzer, with the address and undefined-behaviour sanitizers
#
# Runs the targets of tests/fuzz/fuzz.sh in turns, one for each processor (FUZZ_JOBS) at a time:
# those with the fewest executions so far. A target that crashes waits for the next run. Inputs
# that are found, logs, crashes and `totals`, the executions of each target in all runs, stay in
# the build folder; tests/fuzz/grow.sh adds new inputs to the corpus.
set -eu
. "$(dirname "$0")/common.sh"
need clang make
"$root/tests/fuzz/fuzz.sh" "$build" 0 >&2 || exit 2
cd "$build"
jobs=${FUZZ_JOBS:-$(nproc)}
targets=$(wc -l <targets)
end=$(($(date +%s) + SOAK_SECONDS))
# At most five minutes, and so short that each target can have two.
turn=$((1 + SOAK_SECONDS * jobs / targets / 2))
[ "$turn" -le 300 ] || turn=300

# Add lines "TARGET COUNT" of standard input to the totals of all targets.
add() {
    touch totals
    awk 'FILENAME == "targets" { n[$1] = 0; next } $1 in n { n[$1] += $2 }
         END { for (name in n) printf "%s %.0f\n", name, n[name] }' targets totals - |
        sort -n -k 2 >totals.new
    mv totals.new totals
}

# The sum of the totals.
sum() {
    awk '{ n += $2 } END { printf "%.0f", n }' totals
}

rm -f ./*.log
: >crashed
touch started
add </dev/null
before=$(sum)
while [ "$(date +%s)" -lt "$end" ]; do
    cut -d ' ' -f 1 totals | grep -vxFf crashed | head -n "$jobs" >chosen
    [ -s chosen ] || break
    xargs -P "$jobs" -n 1 "$root/tests/fuzz/target.sh" "$build" "$turn" <chosen >figures || :
    cat figures >&2
    sed -n 's/: crashed.*//p' figures >>crashed
    sed -n 's/: executions / /p' figures | add
done
find . -maxdepth 1 -type f -newer started |
    grep -E -- '-(crash|oom|timeout|leak)-[0-9a-f]+$' >findings || :
corpus=$(find "$root/tests/fuzz/corpus" -type f | wc -l)
echo "executions=$(($(sum) - before)) least=$(sed '1s/ /:/;q' totals) targets=$targets" \
    "corpus=$corpus findings=$(wc -l <findings)"
while read -r file; do
    say "found: $build/${file#./}"
done <findings
[ ! -s crashed ]
