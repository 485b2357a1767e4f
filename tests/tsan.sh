#!/bin/sh
# Look for data races with clang's thread sanitizer. scripts/check runs this, `make check` does not.
#
# usage: tests/tsan.sh FOLDER
# Builds in FOLDER with clang and libomp, then runs what uses several threads. libarcher, which
# comes with libomp, tells the sanitizer how OpenMP synchronises. tests/race has a data race: the
# sanitizer must find it. The exit status is 1 if it does not, or finds another one.
set -eu
[ $# -eq 1 ] || { sed -n '2,7s/^# //p' "$0"; exit 2; }
srcdir=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
builddir=$(cd "$1" && pwd)
cd "$builddir"
[ -f Makefile ] || "$srcdir/configure" --quiet CC=clang CFLAGS='-g1 -O1 -fsanitize=thread' \
    LDFLAGS=-fsanitize=thread --without-tui --without-onnx --without-png --without-jpeg --without-hub
unit_tests='core/check_team infer/check_sharing train/check_distill train/check_recalibrate train/check_train'
# shellcheck disable=SC2046,SC2086 # lists
make -s -j2 digitpad tests/race tests/library/threads $(printf 'tests/unit/engine/%s ' $unit_tests) >&2
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
make_bars
export OMP_TOOL_LIBRARIES=libarcher.so
export TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66'
LD_LIBRARY_PATH=$(dirname "$(clang -print-file-name=libarcher.so)")
export LD_LIBRARY_PATH

# clean NAME COMMAND…: the command succeeds, without a report of the sanitizer.
clean() {
    name=$1
    shift
    run "$@"
    is "$name" "$status $err" "0 "
}

run tests/race
fails "the sanitizer finds the race" 66 'data race'
for test in $unit_tests; do
    clean "$test" "tests/unit/engine/$test"
done
clean "eight threads with libdigitpad" tests/library/threads
# Ten images make enough pages.
printf '\0\0\10\3\0\0\0\12\0\0\0\34\0\0\0\34' | cat - "$tmp/ten.images" >"$tmp/ten.idx"
printf '\0\0\10\1\0\0\0\12' | cat - "$tmp/ten.labels" >"$tmp/ten.tags"
# Enough images for several batches. To the networks, bars look transposed: --quiet.
images="$tmp/images.idx $tmp/images.idx $tmp/images.idx $tmp/images.idx"
for threads in 2 3 8; do
    # shellcheck disable=SC2086 # a list
    clean "predict on $threads threads" "$DIGITPAD" predict --quiet --threads=$threads $images
    clean "eval on $threads threads" "$DIGITPAD" eval --threads=$threads --model=mlp \
        "$tmp/images.idx" "$tmp/labels.idx"
    clean "eval of pages on $threads threads" "$DIGITPAD" eval --threads=$threads \
        --model=mlp --sweep=paper "$tmp/ten.idx" "$tmp/ten.tags"
    clean "train on $threads threads" "$DIGITPAD" train --threads=$threads --epochs=2 \
        --arch='conv 4 3 | bn | relu | maxpool 2 | flatten | dense 40 | relu | dense 10' \
        --images="$tmp/images.idx" --labels="$tmp/labels.idx" --batch=40 --teacher=mlp \
        --progress=none --output="$tmp/trained.safetensors"
done
done_testing
