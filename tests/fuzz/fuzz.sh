#!/bin/sh
# Fuzz the readers with libFuzzer. Not part of `make check`, which replays the corpus.
#
# usage: tests/fuzz/fuzz.sh FOLDER SECONDS [TARGET]...
# Builds in FOLDER with clang, coverage and sanitizers, then runs each target for SECONDS, one
# after the other. New inputs are in FOLDER/TARGET, logs in FOLDER/TARGET.log, and crashes in
# FOLDER/TARGET-*. Prints the executions of each target. FUZZ_RUNS=N ends a target after that many.
# The exit status is 1 if there was a crash. SECONDS 0 only builds.
set -eu
[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
seconds=$2
shift 2
cd "$folder"
[ -f Makefile ] || "$root/configure" --quiet --enable-sanitizers --disable-openmp CC="${CC:-clang}"
make -s Makefile >&2 # if it is out of date
# The kernels are built without coverage: it takes minutes to compile and finds nothing.
# shellcheck disable=SC2046 # lists
{
    make -s -j2 $(make -s print-plain | tail -n 1)
    make -s -j2 CC="${CC:-clang} -fsanitize=fuzzer-no-link" $(make -s print-covered | tail -n 1)
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
# Without records of who allocated, and with a short memory of freed blocks, runs are faster. In
# memory, temporary files cost little; a target that crashes leaves its own.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=4
parent=${TMPDIR:-/dev/shm}
[ -w "$parent" ] || parent=/tmp
TMPDIR=$(mktemp -d "$parent/digitpad-fuzz.XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' HUP INT TERM
status=0
for target; do
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
    longest=$(sed -n "s/^$target \([0-9]*\) .*/\1/p" targets)
    TARGET=$target "./fuzzer-$(sed -n "s/^$target .* //p" targets)" "$@" "-max_len=$longest" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$target-" -verbosity=0 >"$target.log" 2>&1 || status=1
    sed -n "s/^stat::number_of_executed_units: */$target: executions /p" "$target.log"
    grep -h 'SUMMARY' "$target.log" || :
done
exit "$status"
