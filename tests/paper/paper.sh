#!/bin/sh
# Pen drawings on paper, in forms, cropped, corrupted, transparent: what predict makes of them.
# By default a few of some groups: plain ones are read, and none is taken for blank. PAPER=200 draws
# 200 of every situation, and each group must reach its goals.
. "${srcdir:-.}/tests/tap.sh"
unset DIGITPAD_MODEL
drawings=${DIGITPAD_STROKES:-$srcdir/../shared/strokes}/pendigits-train.ndjson
[ -r "$drawings" ] || skip_all "set DIGITPAD_STROKES to a folder with pendigits-train.ndjson"
"$DIGITPAD" --version | grep -q libpng || skip_all "built without PNG support"
for python in python3 /usr/bin/python3 ''; do
    [ -n "$python" ] || skip_all "no python3 with numpy"
    "$python" -c 'import numpy' 2>/dev/null && break
done
export PYTHONDONTWRITEBYTECODE=1

# paper OPTION…
paper() {
    run "$python" "$srcdir/tests/paper/paper.py" --digitpad "$DIGITPAD" --strokes "$drawings" "$@"
}

if [ "${PAPER-}" ]; then
    paper --n "$PAPER" --judge
    printf '%s\n' "$out" | sed 's/^/# /'
    is "the goals are met: exit status" "$status" 0
    printf '%s\n' "$out" | awk -F: -v OFS=: '
        / goal / { print ($0 ~ / met$/ ? "ok - " : "not ok - ") $0 }' >"$tmp/goals"
    while read -r line; do
        case $line in
        ok*) pass "${line#ok - }" ;;
        *) fail "${line#not ok - }" ;;
        esac
    done <"$tmp/goals"
else
    paper --list
    situations=$(printf '%s\n' "$out" | wc -l)
    paper --n 20 --only '^(plain|alpha|tight): ' --json "$tmp/counts.json"
    is "a few of each: exit status" "$status" 0
    like "a few of each: the table" "$out" '^plain +plain paper +20 +[0-9.]+'
    like "a few of each: a group beside its goal" "$out" '^tight: mean right +[0-9.]+ +goal >= 97\.0 '
    plain=$(printf '%s\n' "$out" | awk '/^plain: mean right/ { print $4 }')
    ok "plain pages are read: $plain" awk "BEGIN { exit !($plain >= 95) }"
    for group in tight alpha plain; do
        like "$group: no picture is taken for blank" "$out" "^$group: blank +0\\.0 "
    done
    ok "all situations have names" test "$situations" -gt 50
fi
done_testing
