#!/bin/sh
# Fuzz the readers with libFuzzer. Not part of `make check`, which replays the corpus.
#
# usage: tests/fuzz/fuzz.sh FOLDER SECONDS [TARGET]...
# Builds in FOLDER with clang, coverage and sanitizers, then runs each target for SECONDS, as many
# side by side as the machine has processors, or FUZZ_JOBS. New inputs are in FOLDER/TARGET, logs in
# FOLDER/TARGET.log, and crashes in FOLDER/TARGET-*. Prints the executions of each target. FUZZ_RUNS=N
# ends a target after that many. The exit status is 1 if a target crashed. SECONDS 0 only builds.
set -eu
[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
seconds=$2
jobs=${FUZZ_JOBS:-$(nproc)}
shift 2
cd "$folder"
[ -f Makefile ] || "$root/configure" --quiet --enable-sanitizers --disable-openmp CC="${CC:-clang}"
make -s Makefile >&2 # if it is out of date
# The kernels are built without coverage: it takes minutes to compile and finds nothing.
# shellcheck disable=SC2046 # lists
{
    make -s -j"$jobs" $(make -s print-plain | tail -n 1)
    make -s -j"$jobs" CC="${CC:-clang} -fsanitize=fuzzer-no-link" $(make -s print-covered | tail -n 1)
} >&2
# A program for each list of targets: libFuzzer looks at all of a program's code after each run.
: >targets
for list in models images drawings corpora texts config terminal serve hub; do
    hub=
    [ "$list" != hub ] || hub=$(make -s print-hub | tail -n 1)
    [ "$list$hub" != hub ] || continue # a build without the Hub
    # shellcheck disable=SC2046,SC2086 # lists
    clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. -I"$root" \
        -DDP_FUZZ_ONLY="dp_targets_$list" "$root/tests/fuzz/libfuzzer.c" \
        "$root/tests/fuzz/mutators.c" "$root/tests/fuzz/targets.c" "tests/fuzz/$list.o" \
        tests/fuzz/expect.o $hub -o "fuzzer-$list" \
        $(make -s print-libraries | tail -n 1)
    TARGET=list "./fuzzer-$list" | sed "s/$/ $list/" >>targets
done
# shellcheck disable=SC2046 # a list
[ $# -gt 0 ] || set -- $(cut -d ' ' -f 1 targets)
[ "$seconds" -gt 0 ] || exit 0
printf '%s\n' "$@" | xargs -P "$jobs" -n 1 "$root/tests/fuzz/target.sh" "$folder" "$seconds" || exit 1
