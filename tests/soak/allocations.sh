#!/bin/sh
# 40 minutes; each allocation of 60 command lines fails once, by itself and under gcc's sanitizers
#
# FAULTS is the most allocations of a command line that fail, 1,000 by default, spread evenly, or `all`,
# which takes hours; with sanitizers a tenth of them.
set -eu
. "$(dirname "$0")/common.sh"
need gcc make python3
: "${FAULTS:=1000}"
sample=$FAULTS
[ "$sample" = all ] && sample=1000

{ build "$build/plain" CC=gcc &&
    build "$build/sanitized" CC=gcc --enable-sanitizers; } >&2 || exit 2

# fail_in NAME FAULTS: set $figures and add to $findings.
fail_in() {
    say "$1, FAULTS=$2"
    FAULTS=$2 srcdir=$root builddir=$build/$1 DIGITPAD=$build/$1/digitpad CC=gcc \
        LSAN_OPTIONS="suppressions=$root/tests/lsan.supp:print_suppressions=0" \
        python3 "$root/tests/faults/allocations.py" >"$build/$1.log" 2>&1 || :
    figures=$(sed -n 's/^# \(faults=.*\)/\1/p' "$build/$1.log")
    [ -n "$figures" ] || exit 2
    findings=$((findings + $(grep -c '^not ok' "$build/$1.log" || :)))
    grep -A 3 '^not ok' "$build/$1.log" >&2 || :
}

findings=0
fail_in plain "$FAULTS"
plain=$figures
fail_in sanitized $((sample / 10))
printf '%s sanitized_%s findings=%d\n' "$plain" "${figures%% *}" "$findings"
[ "$findings" -eq 0 ]
