#!/bin/sh
# 3 minutes; 100,000 random shapes for every kernel, in buffers between pages that nobody may touch
#
# KERNEL_SHAPES is another number of shapes. The tests run as built for users: sanitizers would
# move the buffers.
set -eu
. "$(dirname "$0")/common.sh"
need make
: "${KERNEL_SHAPES:=100000}"
export KERNEL_SHAPES

{ build "$build"; } >&2 || exit 2
findings=0
for test in kernels convolutions int8; do
    program=tests/unit/engine/kernels/check_$test
    make -C "$build" -s "$program" >&2 || exit 2
    say "check_$test, $KERNEL_SHAPES shapes"
    if ! "$build/$program" >"$build/$test.log" 2>&1; then
        findings=$((findings + 1))
        say "check_$test failed; its log is $build/$test.log"
        grep '^not ok' "$build/$test.log" >&2 || :
    fi
done
tables=$("$build/digitpad" doctor -f json | sed -n 's/.*"kernels":\[\([^]]*\)\].*/\1/p' | tr -d '"')
printf 'shapes=%d tables=%s findings=%d\n' "$KERNEL_SHAPES" "$tables" "$findings"
[ "$findings" -eq 0 ]
