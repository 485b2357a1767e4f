#!/bin/sh
# digitpad show: pictures before and after preprocessing, and errors.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
run "$DIGITPAD" show --charset=ascii "$data/three-dark-56x56.pgm"
is "an image is shown" "$status" 0
is "a title, and twice a caption and 14 lines" "$(printf '%s\n' "$out" | wc -l)" 31
is "the title is its size and its polarity" "$(printf '%s\n' "$out" | head -n 1)" \
    "56x56  dark on light"
is "the captions name the steps" "$(printf '%s\n' "$out" | sed -n '2p; 17p')" \
"as it came                   | darker or lighter than paper
taken for writing            | for the network"
is "four pictures of 28 columns" \
    "$(printf '%s\n' "$out" | sed '1d; 2d; 17d' | awk 'length != 59 || substr($0, 29, 3) != " | "' | wc -l)" 0
is "before, it is dark on light" "$(printf '%s\n' "$out" | sed -n '3s/^\(....\).*/\1/p')" "%%%%"
is "after, it is light on dark" "$(printf '%s\n' "$out" | cut -c 32- | sed -n '18s/^\(....\).*/\1/p')" "    "
is "--charset=ascii prints only ASCII" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show --charset=utf8 --color=never "$data/styles.ndjson"
is "ten drawings are shown" "$status $(printf '%s\n' "$out" | wc -l)" "0 160"
like "with id and label" "$out" '^2 strokes  id "slashed 0"  label 0$'
like "as half blocks" "$out" "█.*▀.* \| .*▄"
run "$DIGITPAD" show --charset=utf8 --color=always "$data/eight-28x28.pgm"
like "in greys" "$out" "$(printf '\033')\[38;5;255;48;5;"
# A page of 60x60 pixels with a strip along its edge, and a 1 in a box.
awk 'BEGIN {
    print "P2 60 60 255"
    for (y = 0; y < 60; y++)
        for (x = 0; x < 60; x++) {
            inside = x > 14 && x < 51 && y > 14 && y < 51
            box = inside && (x == 15 || x == 50 || y == 15 || y == 50)
            one = x > 29 && x < 34 && y > 20 && y < 45
            print (x < 5 ? 90 : one ? 20 : box ? 60 : 230)
        }
}' >"$tmp/form.pgm"
run "$DIGITPAD" show --charset=ascii "$tmp/form.pgm"
is "a box is there at first" \
    "$(printf '%s\n' "$out" | sed -n 6p | cut -c 32- | tr -d ' \n' | wc -c)" 17
is "but is not taken for writing" \
    "$(printf '%s\n' "$out" | sed -n 21p | cut -c 1-28 | tr -d ' \n' | wc -c)" 0
is "the 1 alone is" "$(printf '%s\n' "$out" | sed -n '18,31p' | cut -c 1-28 | tr -d ' \n' | wc -c)" 12
run "$DIGITPAD" show --charset=ascii -m mlp --invert=no "$data/three-dark-56x56.pgm"
like "--invert forces the polarity, whatever -m chooses" "$out" '^56x56  light on dark$'
run "$DIGITPAD" show --charset=ascii --preprocess=never "$data/two-four.csv"
is "images that are left alone have no steps" "$(printf '%s\n' "$out" | wc -l)" 32
run "$DIGITPAD" show --charset=ascii --preprocess=always "$data/two-four.csv"
is "but they have with --preprocess=always" "$(printf '%s\n' "$out" | wc -l)" 62
run "$DIGITPAD" show --preprocess=never "$data/three-dark-56x56.pgm"
fails "--preprocess=never needs 28x28" 1 "56x56; without preprocessing it must be 28x28"
run "$DIGITPAD" show -m "$tmp/none.onnx" "$data/eight-28x28.pgm"
fails "-m names a missing model" 3 "none.onnx"
run "$DIGITPAD" show --charset=ascii - <"$data/erased.ndjson"
like "a blank drawing is labelled blank" "$out" '^2 strokes  id "nothing"  blank$'
run env LC_ALL=C "$DIGITPAD" show "$data/eight-28x28.pgm"
is "the C locale gets ASCII" "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c)" 0

run "$DIGITPAD" show "$tmp/none.pgm"
is "a missing file" "$status" 5
like "is named" "$err" "show: $tmp/none.pgm: No such file"
printf '[1,2]\n{"strokes":[[[1,2],[3,4]]]}\n' >"$tmp/bad.ndjson"
run "$DIGITPAD" show "$tmp/bad.ndjson"
is "a bad record is reported and the rest is shown" "$status $(printf '%s\n' "$out" | wc -l)" "1 16"
like "with its place" "$err" "bad.ndjson: record 1, byte 0: 2 pixels"
head -c 784 /dev/zero | tr '\0' x >"$tmp/raw"
run "$DIGITPAD" show --input=raw "$tmp/raw"
is "--input: a format that is not detected" "$status $(printf '%s\n' "$out" | wc -l)" "0 16"
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
misuse "invert: invalid value '2' " --invert=2
misuse "preprocess: invalid value 'no' " --preprocess=no
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
