#!/bin/sh
# Sheets of generated samples (tests/synth/sheet.c), and a table of how the network MODEL, `cnn` by
# default, reads each style: STYLES=N samples of it, 20 by default; right and rejected in per cent.
. "${srcdir:-.}/tests/tap.sh"

sheet=$builddir/tests/synth/sheet
n=${STYLES:-20}
drawings=$tmp/drawings.ndjson
for name in pendigits-train unipen-train; do
    file=${DIGITPAD_STROKES:-$srcdir/../shared/strokes}/$name.ndjson
    if [ -r "$file" ]; then cat "$file"; fi
done >"$drawings"

# draw ARGUMENT…: a sheet of skeletons, or of collected drawings if they are here.
draw() {
    if [ -s "$drawings" ]; then "$sheet" "$@" "$drawings"; else "$sheet" "$@"; fi
}

# per_cent COUNT
per_cent() {
    awk -v count="$1" -v n="$n" 'BEGIN { printf "%.1f", 100 * count / n }'
}

# row SUBJECT: its line of the table.
row() {
    draw -j "$1" "$n" >"$tmp/samples" || return 1
    "$DIGITPAD" predict -q -k 1 -m "${MODEL:-cnn}" "$tmp/samples" >"$tmp/answers"
    right=$(sed 's/^{"label":\([0-9]\),.*/\1/' "$tmp/samples" | paste - "$tmp/answers" |
        awk -F '\t' '{ split($4, guess, ":"); right += $1 == guess[1] } END { print right + 0 }')
    printf '%-10s %5s %% right, %5s %% rejected\n' "$1" "$(per_cent "$right")" \
        "$(per_cent "$(grep -c '^?' "$tmp/answers")")"
    [ "$(wc -l <"$tmp/answers")" = "$n" ]
}

run "$sheet" list
is "the sheet lists what it can show" "$status" 0
for subject in $out; do
    if ! row "$subject" >"$tmp/row"; then echo "$subject" >>"$tmp/failed"; fi
    sed 's/^/# /' "$tmp/row"
done
is "predict reads $n samples of each" "$(cat "$tmp/failed" 2>/dev/null)" ""

if draw slash 25 >"$tmp/slash.png" 2>"$tmp/why"; then
    draw slash 25 >"$tmp/again.png"
    ok "a sheet is the same each time" cmp "$tmp/slash.png" "$tmp/again.png"
    is "it is a PNG" "$(head -c 4 "$tmp/slash.png" | tail -c 3)" PNG
elif grep -q 'without libpng' "$tmp/why"; then
    skip "a sheet" "libpng is missing"
else
    fail "a sheet" "$(cat "$tmp/why")"
fi

run "$sheet" moustache
fails "an unknown style" 2 "sheet: WHAT is missing or unknown; see 'sheet list'"
run "$sheet" slash 0
fails "an empty sheet" 2 'sheet: N must be 1 to 1000'
run "$sheet" slash 1 "$tmp/none"
fails "a file that does not exist" 5 'none: No such file'
echo '{"label":1,"strokes":[[[0,0],[0,9]]]}' >"$tmp/one.ndjson"
run "$sheet" slash 1 "$tmp/one.ndjson"
fails "drawings without the digit of the style" 1 'no drawing suits; give a file that has some'

done_testing
