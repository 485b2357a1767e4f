#!/bin/sh
# Fuzz the readers with libFuzzer. Not part of `make check`, which replays the corpus.
#
# usage: tests/fuzz/fuzz.sh FOLDER SECONDS [TARGET]...
# Builds in FOLDER with clang, coverage and sanitizers, then runs each target for SECONDS, one
# after the other. New inputs are in FOLDER/TARGET, and crashes in FOLDER/TARGET-*. The exit
# status is 1 if there was a crash.
set -eu
[ $# -ge 2 ] || { sed -n '2,7s/^# //p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
seconds=$2
shift 2
[ $# -gt 0 ] || set -- safetensors onnx json pnm png jpeg npy npz auto idx csv ndjson writers terminal
cd "$folder"
[ -f Makefile ] || "$root/configure" --quiet --enable-sanitizers --disable-openmp CC=clang
make -s Makefile >&2 # if it is out of date
# The kernels are built without coverage: it takes minutes to compile and finds nothing.
# shellcheck disable=SC2046 # lists
{
    make -s -j2 $(make -s print-plain | tail -n 1)
    make -s -j2 CC='clang -fsanitize=fuzzer-no-link' $(make -s print-covered | tail -n 1)
}
# shellcheck disable=SC2046 # a list
clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. -I"$root" \
    "$root/tests/fuzz/libfuzzer.c" tests/fuzz/targets.o -o fuzzer \
    $(make -s print-libraries | tail -n 1)
status=0
for target; do
    mkdir -p "$target"
    TARGET=$target ./fuzzer "$target" "$root/tests/fuzz/corpus/$target" -max_len=4096 \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$target-" -verbosity=0 >"$target.log" 2>&1 || status=1
    sed -n "s/^stat::number_of_executed_units: */$target: executions /p" "$target.log"
    grep -h 'SUMMARY' "$target.log" || :
done
exit "$status"
