#!/bin/sh
# Add what a run of fuzz.sh has found to the corpus: the smallest set of inputs that reaches as
# much of the readers as all of them together, without those that are there.
#
# usage: tests/fuzz/grow.sh FOLDER [TARGET]...
# FOLDER is that of fuzz.sh. Files are named by their hash; those of more than 4 KB are left out.
set -eu
[ $# -ge 1 ] || { sed -n '2,6s/^# //p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$1"
shift
# shellcheck disable=SC2046 # a list
[ $# -gt 0 ] || set -- $(cut -d ' ' -f 1 targets)
for target; do
    corpus=$root/tests/fuzz/corpus/$target
    rm -rf "merged/$target"
    mkdir -p "merged/$target"
    cp "$corpus"/* "merged/$target"
    TARGET=$target "./fuzzer-$(sed -n "s/^$target .* //p" targets)" -set_cover_merge=1 -use_counters=0 -rss_limit_mb=1024 \
        "merged/$target" "$target" >"merged/$target.log" 2>&1
    find "merged/$target" -type f -size -4097c | while read -r file; do
        hash=$(sha1sum <"$file" | cut -c 1-12)
        cmp -s "$file" "$corpus/$(basename "$file")" || cp "$file" "$corpus/$hash"
    done
    echo "$target: $(find "$corpus" -type f | wc -l) files"
done
