#!/bin/sh
# digitpad show: pictures before and after preprocessing, and errors.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
run "$DIGITPAD" show --charset=ascii "$data/three-dark-56x56.pgm"
is "an image is shown" "$status" 0
is "a title and 14 lines" "$(printf '%s\n' "$out" | wc -l)" 15
is "the title is its size" "$(printf '%s\n' "$out" | head -n 1)" "56x56"
is "two pictures of 28 columns" \
    "$(printf '%s\n' "$out" | sed 1d | awk 'length != 59 || substr($0, 29, 3) != " | "' | wc -l)" 0
is "before, it is dark on light" "$(printf '%s\n' "$out" | sed -n '2s/^\(....\).*/\1/p')" "%%%%"
is "after, it is light on dark" "$(printf '%s\n' "$out" | cut -c 32- | sed -n '2s/^\(....\).*/\1/p')" "    "
is "--charset=ascii prints only ASCII" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show --charset=utf8 --color=never "$data/styles.ndjson"
is "ten drawings are shown" "$status $(printf '%s\n' "$out" | wc -l)" "0 150"
like "with id and label" "$out" '^2 strokes  id "slashed 0"  label 0$'
like "as half blocks" "$out" "█.*▀.* \| .*▄"
run "$DIGITPAD" show --charset=utf8 --color=always "$data/eight-28x28.pgm"
like "in greys" "$out" "$(printf '\033')\[38;5;255;48;5;"
run "$DIGITPAD" show --charset=ascii - <"$data/erased.ndjson"
like "a blank drawing is labelled blank" "$out" '^2 strokes  id "nothing"  blank$'
run env LC_ALL=C "$DIGITPAD" show "$data/eight-28x28.pgm"
is "the C locale gets ASCII" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show "$tmp/none.pgm"
is "a missing file" "$status" 5
like "is named" "$err" "show: $tmp/none.pgm: No such file"
printf '[1,2]\n{"strokes":[[[1,2],[3,4]]]}\n' >"$tmp/bad.ndjson"
run "$DIGITPAD" show "$tmp/bad.ndjson"
is "a bad record is reported and the rest is shown" "$status $(printf '%s\n' "$out" | wc -l)" "1 15"
like "with its place" "$err" "bad.ndjson: record 1, byte 0: 2 pixels"
head -c 784 /dev/zero | tr '\0' x >"$tmp/raw"
run "$DIGITPAD" show --input=raw "$tmp/raw"
is "--input: a format that is not detected" "$status $(printf '%s\n' "$out" | wc -l)" "0 15"
run "$DIGITPAD" show "$tmp/raw"
like "is not tried without the option" "$status $out" '^1 $'

# misuse PATTERN ARGUMENT…
misuse() {
    pattern=$1
    shift
    run "$DIGITPAD" show "$@" "$data/eight-28x28.pgm"
    fails "wrong usage: $pattern" 2 "digitpad show: .*$pattern"
}
{
    cat "$srcdir/tests/data/eight-28x28.pgm"
    printf 'garbage'
} >"$tmp/more.pgm"
run "$DIGITPAD" show "$tmp/more.pgm"
like "bytes after an image cause a warning" "$status $err" '^0 .*bytes after the last image are ignored'
misuse "unknown format 'webp'" -i webp
misuse "charset: invalid value 'latin' \\(one of auto, utf8, ascii\\)" --charset=latin
misuse "color: invalid value 'red' \\(one of auto, always, never\\)" --color=red
misuse 'only one FILE is allowed' "$data/eight-28x28.pgm"
run "$DIGITPAD" show --help
like "help" "$status $out" '^0 usage: digitpad show'
if [ -w /dev/full ]; then
    "$DIGITPAD" show "$data/eight-28x28.pgm" >/dev/full 2>/dev/null
    is "a full disk" $? 5
fi
done_testing
