#!/bin/sh
# Runs each file of tests/fuzz/corpus through its reader, and a sample of the truncations,
# substitutions and insertions of one byte of the files good-… and bad-…. FUZZ_MUTANTS=0 runs all
# of those of one small good file of each reader. Some allocations of each file fail, one in each run;
# FUZZ_FAULTS=0 lets every one fail.
. "${srcdir:-.}/tests/tap.sh"
corpus=$srcdir/tests/fuzz/corpus
features=$("$DIGITPAD" --version)
: "${FUZZ_MUTANTS:=400}" "${FUZZ_FAULTS:=20}"

# The largest good file of at most 600 bytes, or the smallest of all.
small() {
    find "$1" -name 'good-*' -size -601c -printf '%s %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2 |
        grep . || find "$1" -name 'good-*' -printf '%s %p\n' | sort -n | head -n 1 | cut -d ' ' -f 2
}

for folder in "$corpus"/*/; do
    target=$(basename "$folder")
    case $target in
    onnx | model) library=protobuf-c ;;
    png) library=libpng ;;
    jpeg) library=libjpeg ;;
    *) library= ;;
    esac
    if [ -n "$library" ] && ! printf '%s' "$features" | grep -q "$library"; then
        skip "$target" "built without $library"
        continue
    fi
    status=0
    set -- "$folder"*
    [ "$FUZZ_MUTANTS" -gt 0 ] || set -- "$(small "$folder")"
    "$builddir/tests/fuzz/replay" "$target" \
        "--mutants=$FUZZ_MUTANTS" "--faults=$FUZZ_FAULTS" "$@" \
        >"$tmp/tap" 2>"$tmp/err" || status=$?
    case $status$target in
    77http | 77reference | 77refs | 77keys | 77remembered)
        skip "$target" "built without the Hub or the pad"
        continue
        ;;
    esac
    while read -r line; do
        case $line in
        'ok - '*) pass "${line#ok - }" ;;
        'not ok - '*) fail "${line#not ok - }" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$tmp/tap"
    # Options tell on standard error that memory is short.
    is "$target: no input crashes the reader" "$status$(grep -v ': no memory for ' "$tmp/err")" 0
done
done_testing
