#!/bin/sh
# 60 minutes; data races, equal answers on 1 to 8 threads, and memory over PREDICTIONS and on large files
#
# The limits of memory are of a build without sanitizers: 24 MiB for 28×28 pixels however many, three
# times the decoded size and 16 MiB more for large files, 16 MiB and 100 ms for files that are refused.
set -eu
. "$(dirname "$0")/common.sh"
need clang make python3
: "${PREDICTIONS:=10000000}"
cd "$build"
{
    [ -f Makefile ] || "$root/configure" --quiet
    # shellcheck disable=SC2046 # lists
    make -s -j2 $(make -s print-plain) && make -s -j2 all
} >&2 || exit 2
export OMP_WAIT_POLICY=passive
failures=0

say "data races"
races=0
sh "$root/tests/tsan.sh" "$build/tsan" >tsan.log 2>&1 || {
    races=$(grep -c '^not ok' tsan.log || true)
    grep -A9 '^not ok' tsan.log >&2 || tail -n 3 tsan.log >&2
    failures=$((failures + 1))
}
cases=$(grep -c '^ok' tsan.log || true)

say "answers on 1 to 8 threads"
compared=0
[ -f noise.raw ] || head -c 784000 /dev/urandom >noise.raw
for model in cnn mlp nano nano:f32; do
    for threads in 1 2 3 4 5 6 7 8; do
        ./digitpad predict -q -i raw -f json -m $model --threads=$threads noise.raw >answers.$threads
        cmp answers.1 answers.$threads >&2 || failures=$((failures + 1))
        compared=$((compared + 1))
    done
done

say "memory"
python3 "$root/tests/soak/memory.py" ./digitpad "$root" "$PREDICTIONS" >memory.log || failures=$((failures + 1))
echo "tsan_cases=$cases races=$races thread_comparisons=$compared $(tail -n 1 memory.log) failures=$failures"
[ $failures -eq 0 ]
