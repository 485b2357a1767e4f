#!/bin/sh
# Labelled images in tables and folders, for eval and train.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
unset DIGITPAD_MNIST DIGITPAD_MODEL
# The ten drawings of digits.ndjson as images: pixels.raw, ten.csv, and folders of PGM files.
"$builddir/tests/parity/pixels" <"$data/digits.ndjson" >"$tmp/pixels.raw"
cd "$tmp" || exit 99
mkdir digits
od -An -v -tu1 -w784 pixels.raw | tr -s ' ' ',' | sed 's/^,//' >rows
i=0
{
    printf label
    while [ $i -lt 784 ]; do
        printf ',pixel%d' $i
        i=$((i + 1))
    done
    echo
} >header
awk '{ print NR - 1 "," $0 }' rows | cat header - >ten.csv
for i in 0 1 2 3 4 5 6 7 8 9; do
    mkdir digits/$i
    {
        printf 'P5 28 28 255\n'
        tail -c +$((i * 784 + 1)) pixels.raw | head -c 784
    } >digits/$i/a.pgm
    cp digits/$i/a.pgm digits/$i/b.pgm
done
mkdir digits/7/more digits/other
mv digits/7/b.pgm digits/7/more/
echo junk >digits/3/.DS_Store

# ---- eval ----------------------------------------------------------------------------------
run "$DIGITPAD" eval -f json ten.csv
like "eval: a table" "$status$err $out" '^0 .*"correct":10,"total":10,'
like "eval: has one image of each digit" "$out" '"support":1\}\]'
run "$DIGITPAD" eval -f json - <ten.csv
like "eval: from standard input" "$status$err $out" '^0 .*"correct":10,"total":10,'
run "$DIGITPAD" eval -f json digits
like "eval: a folder" "$status$err $out" '^0 .*"correct":20,"total":20,'
awk '{ print $0 "," NR - 1 }' rows >last.csv
run "$DIGITPAD" eval -f json last.csv
like "eval: labels in the last column" "$status$err $out" '^0 .*"correct":10,"total":10,'
run "$DIGITPAD" eval -f json --label-column=785 last.csv
like "eval: --label-column" "$status$err $out" '^0 .*"correct":10,"total":10,'
run "$DIGITPAD" eval --label-column=none last.csv
fails "eval: --label-column=none leaves no labels" 5 'last\.csv: the table has no column of labels; --label-column names it'
run "$DIGITPAD" eval rows
fails "eval: a table without labels" 5 'rows: the table has no column of labels; --label-column names it'
sed 's/"label":\([0-9]\)/"label":"\1"/' "$data/digits.ndjson" >quoted.ndjson
run "$DIGITPAD" eval -f json quoted.ndjson
like "eval: labels may be strings" "$status$err $out" '^0 .*"correct":10,"total":10,'
run "$DIGITPAD" eval digits/5/a.pgm
fails "eval: an image without a label" 5 'a\.pgm: images without labels; a folder for each digit, 0 to 9, tells them'
run "$DIGITPAD" eval digits/other
fails "eval: another folder" 5 'other: a folder without folders 0 to 9, which hold the images of each digit'
mkdir -p parts/training/0 parts/testing/0
run "$DIGITPAD" eval parts
fails "eval: a folder above" 5 "parts: the folders 0 to 9 are not in it, but in its 'training'"
mkdir -p none/0
run "$DIGITPAD" eval none
fails "eval: empty folders" 5 'none: no labelled images found'
{ printf 'P5 \n'; } >digits/3/bad.pgm
run "$DIGITPAD" eval -f json digits
is "eval: a bad file in a folder is skipped" "$status" 1
is "eval: with one message" "$(printf '%s\n' "$err" | grep -c .)" 1
like "eval: that names it" "$err" '^digitpad eval: digits/3/bad\.pgm: record 1, '
like "eval: the others are measured" "$out" '"correct":20,"total":20,.*"bad":1,'
rm digits/3/bad.pgm
sed '3s/^[0-9]*/11/' ten.csv >odd.csv
run "$DIGITPAD" eval -f json odd.csv
like "eval: a label that is not a digit" "$status $err" '^1 digitpad eval: odd\.csv: record 2: a "label" from 0 to 9 is required'
for label in '""' '":"' '"1' 12 '"12"' '"-"' 7.5 null '[1]' '{"1":2}'; do
    printf '{"label":%s,"strokes":[[[0,0],[9,60]]]}\n' "$label" >label.ndjson
    run "$DIGITPAD" eval -f json label.ndjson
    like "eval: the label $label" "$status $err" '^[15] digitpad eval: label\.ndjson: .*(a "label" from 0 to 9 is required|record 1, byte)'
done

# ---- train ---------------------------------------------------------------------------------
# 240 images, so that some can be held out.
i=0
cp ten.csv many.csv
while [ $i -lt 23 ]; do
    tail -n 10 ten.csv >>many.csv
    i=$((i + 1))
done
train() {
    run "$DIGITPAD" train --arch 'flatten | dense 10' --epochs 1 --batch 20 --seed 3 \
        --progress ndjson -o out.safetensors "$@"
}
train --images many.csv --test-images digits
is "train: a table, and a folder for the test" "$status$err" 0
like "train: both are used" "$out" '"test_accuracy":[01]\.?[0-9]*,'
train --images digits
fails "train: a folder with too few images" 2 '19 images do not fill a batch of 20'
for i in 0 1 2 3 4 5 6 7 8 9; do
    k=0
    while [ $k -lt 22 ]; do
        cp digits/$i/a.pgm "digits/$i/$k.pgm"
        k=$((k + 1))
    done
done
train --images digits --test-images=ten.csv --label-column=label
is "train: a folder" "$status$err" 0
like "train: and a table for the test" "$out" '"test_accuracy":[01]\.?[0-9]*,'
train --images rows
fails "train: a table without labels" 5 'rows: the table has no column of labels'
train --images many.csv --label-column=truth
fails "train: a column that is not there" 5 "many\.csv: no labelled images found"
done_testing
