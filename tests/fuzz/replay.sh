#!/bin/sh
# Runs each file of tests/fuzz/corpus through its reader, and a sample of its truncations and
# substitutions of one byte. FUZZ_MUTANTS=0 runs all of them.
. "${srcdir:-.}/tests/tap.sh"
corpus=$srcdir/tests/fuzz/corpus
features=$("$DIGITPAD" --version)
: "${FUZZ_MUTANTS:=400}"

for folder in "$corpus"/*/; do
    target=$(basename "$folder")
    case $target in
    onnx) library=protobuf-c ;;
    png) library=libpng ;;
    jpeg) library=libjpeg ;;
    *) library= ;;
    esac
    if [ -n "$library" ] && ! printf '%s' "$features" | grep -q "$library"; then
        skip "$target" "built without $library"
        continue
    fi
    status=0
    "$builddir/tests/fuzz/replay" "$target" "--mutants=$FUZZ_MUTANTS" "$folder"* \
        >"$tmp/tap" 2>"$tmp/err" || status=$?
    while read -r line; do
        case $line in
        'ok - '*) pass "${line#ok - }" ;;
        'not ok - '*) fail "${line#not ok - }" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$tmp/tap"
    is "$target: no input crashes the reader" "$status$(cat "$tmp/err")" 0
done
done_testing
