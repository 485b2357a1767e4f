#!/bin/sh
# digitpad show from outside.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
run "$DIGITPAD" show --charset=ascii "$data/three-dark-56x56.pgm"
is "an image is shown" "$status" 0
is "a title and 14 lines" "$(printf '%s\n' "$out" | wc -l)" 15
is "its size is the title" "$(printf '%s\n' "$out" | head -n 1)" "56x56"
is "two pictures of 28 columns" \
    "$(printf '%s\n' "$out" | sed 1d | awk 'length != 59 || substr($0, 29, 3) != " | "' | wc -l)" 0
is "before it was dark on light" "$(printf '%s\n' "$out" | sed -n '2s/^\(....\).*/\1/p')" "%%%%"
is "after it is light on dark" "$(printf '%s\n' "$out" | cut -c 32- | sed -n '2s/^\(....\).*/\1/p')" "    "
is "ascii is ascii" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show --charset=utf8 --color=never "$data/styles.ndjson"
is "ten drawings are shown" "$status $(printf '%s\n' "$out" | wc -l)" "0 150"
like "with id and label" "$out" '^2 strokes  id "slashed 0"  label 0$'
like "in half blocks" "$out" "█.*▀.* \| .*▄"
run "$DIGITPAD" show --charset=utf8 --color=always "$data/eight-28x28.pgm"
like "in greys" "$out" "$(printf '\033')\[38;5;255;48;5;"
run "$DIGITPAD" show --charset=ascii - <"$data/erased.ndjson"
like "a blank is called so" "$out" '^2 strokes  id "nothing"  blank$'
run env LC_ALL=C "$DIGITPAD" show "$data/eight-28x28.pgm"
is "the C locale gets ascii" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show "$tmp/none.pgm"
is "a missing file" "$status" 5
like "is named" "$err" "show: $tmp/none.pgm: No such file"
printf '[1,2]\n{"strokes":[[[1,2],[3,4]]]}\n' >"$tmp/bad.ndjson"
run "$DIGITPAD" show "$tmp/bad.ndjson"
is "a bad record is named and the rest shown" "$status $(printf '%s\n' "$out" | wc -l)" "1 15"
like "with its place" "$err" "bad.ndjson: record 1, byte 0: 2 pixels"
for options in '-i jpeg' '--charset=latin' '--color=red' "$data/eight-28x28.pgm"; do
    # shellcheck disable=SC2086 # an option and its argument
    run "$DIGITPAD" show $options "$data/eight-28x28.pgm"
    is "${options##*/} is wrong usage" "$status $out" "2 "
done
run "$DIGITPAD" show --help
like "help" "$status $out" '^0 usage: digitpad show'
if [ -w /dev/full ]; then
    "$DIGITPAD" show "$data/eight-28x28.pgm" >/dev/full 2>/dev/null
    is "a full disk" $? 5
fi
done_testing
