#!/bin/sh
# digitpad predict: input formats, output formats, exit statuses, pipes.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
tab=$(printf '\t')
python=
for candidate in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! "$candidate" -c 'import json, zlib' 2>/dev/null || python=$candidate
done

# ---- output formats -----------------------------------------------------------------------
run "$DIGITPAD" predict "$data/digits.ndjson"
is "drawings are predicted" "$status" 0
is "with one line each" "$(printf '%s\n' "$out" | grep -cE "^[0-9]${tab}[01]\.[0-9]{4}$")" 10
is "nothing on stderr" "$err" ""

for model in $carried; do
    for file in digits styles erased; do
        is "$model knows every drawing of $file.ndjson" \
            "$("$DIGITPAD" predict -m "$model" "$data/$file.ndjson" | cut -f 1)" \
            "$(sed 's/.*"label":\([0-9]\).*/\1/; /^{/s/.*/-/' "$data/$file.ndjson")"
    done
    is "$model knows the images" \
        "$("$DIGITPAD" predict -m "$model" "$data"/*.pgm "$data"/*.csv | cut -f 2 | tr -d '\n')" \
        "857324"
done

run "$DIGITPAD" predict -k 3 "$data/eight-28x28.pgm"
like "-k lists the likeliest" "$out" "^([0-9])${tab}([01]\.[0-9]{4})$tab\1:\2(${tab}[0-9]:[01]\.[0-9]{4}){2}$"
run "$DIGITPAD" predict "$data/eight-28x28.pgm" "$data/two-four.csv"
like "the source comes first if there are several files" "$out" "^$data/eight-28x28.pgm${tab}[0-9]$tab"
is "and every image has a line" "$(printf '%s\n' "$out" | wc -l)" 3

run "$DIGITPAD" predict -f csv "$data/two-four.csv" - <"$data/erased.ndjson"
is "csv has its header" "$(printf '%s\n' "$out" | head -n 1)" \
    "index,source,digit,confidence,rejected,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9,error"
is "csv has 16 columns" "$(printf '%s\n' "$out" | awk -F, 'NF != 16' | wc -l)" 0
is "the index runs over all files" "$(printf '%s\n' "$out" | cut -d, -f 1 | tail -n 6 | tr -d '\n')" "012345"
is "a blank has empty fields" "$(printf '%s\n' "$out" | tail -n 1)" '5,"-",,,false,,,,,,,,,,,'

run "$DIGITPAD" predict -f json "$data/two-four.csv" - <"$data/erased.ndjson"
is "json: exit status" "$status" 0
like "json echoes labels" "$out" '^\{"index":1,"source":"[^"]*two-four\.csv","id":null,"label":4,"model":"cnn","digit":[0-9],"confidence":0\.[0-9]+,"rejected":false,"probabilities":\[([0-9.e-]+,){9}[0-9.e-]+\],"top":\[(\{"digit":[0-9],"probability":[0-9.e-]+\},?){3}\],"error":null\}$'
like "json echoes ids" "$out" '^\{"index":2,"source":"-","id":"corrected 3","label":3,'
like "a blank has nulls" "$out" '"id":"nothing",.*"digit":null,"confidence":null,"rejected":false,"probabilities":null,"top":\[\],"error":null\}$'
if [ -n "$python" ]; then
    printf '%s\n' "$out" >"$tmp/json"
    "$DIGITPAD" predict -f csv "$data/two-four.csv" - <"$data/erased.ndjson" >"$tmp/csv"
    ok "json and csv agree, and probabilities add up to 1" "$python" - "$tmp/json" "$tmp/csv" <<'END'
import csv, json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
rows = list(csv.DictReader(open(sys.argv[2])))
assert len(lines) == len(rows) == 6
for a, b in zip(lines, rows):
    assert a["index"] == int(b["index"]) and a["source"] == b["source"]
    if a["digit"] is None:
        assert b["digit"] == b["p0"] == ""
        continue
    p = a["probabilities"]
    assert p == [float(b["p%d" % i]) for i in range(10)] and abs(sum(p) - 1) < 1e-5
    assert a["digit"] == int(b["digit"]) == p.index(max(p)) == a["top"][0]["digit"]
    assert a["confidence"] == float(b["confidence"]) == max(p)
    assert [t["probability"] for t in a["top"]] == sorted(p)[:-4:-1]
END
fi

# ---- numbers ------------------------------------------------------------------------------
for model in $carried; do
    run "$DIGITPAD" predict -m "$model" --digits=auto "$data/numbers.ndjson"
    is "$model splits numbers" "$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')" \
        "407 28 1935 620 507318 44 "
    run "$DIGITPAD" predict -m "$model" --digits=auto -f csv "$data/fours.ndjson"
    is "$model keeps the two strokes of an open four together" \
        "$(printf '%s\n' "$out" | cut -d, -f 3 | tr '\n' ' ')" "number 4 42 445 204 147 51 747 94 "
    is "$model reads single digits as without --digits" \
        "$("$DIGITPAD" predict -m "$model" --digits=auto -k 2 "$data/digits.ndjson" "$data"/*.pgm)" \
        "$("$DIGITPAD" predict -m "$model" -k 2 "$data/digits.ndjson" "$data"/*.pgm)"
done
run "$DIGITPAD" predict --digits=auto -k 2 "$data/numbers.ndjson"
like "-k lists the likeliest of every digit" "$out" \
    "^407${tab}[01]\.[0-9]{4}${tab}4:[01]\.[0-9]{4}${tab}[0-9]:0\.[0-9]{4}${tab}0:[01]\.[0-9]{4}${tab}[0-9]:0\.[0-9]{4}${tab}7:"
run "$DIGITPAD" predict --digits=auto -f csv "$data/numbers.ndjson" "$data/erased.ndjson"
is "csv has its own header for numbers" "$(printf '%s\n' "$out" | head -n 1)" \
    "index,source,number,confidence,rejected,error"
is "csv has a row for each number" "$(printf '%s\n' "$out" | cut -d, -f 3 | tr '\n' ' ')" \
    "number 407 28 1935 620 507318 44 3 7 0  "
run "$DIGITPAD" predict --digits=auto --min-confidence=1 -f json "$data/numbers.ndjson"
like "json has the number, its digits and their boxes" "$out" \
    '"digit":null,"confidence":0\.[0-9]+,"rejected":true,"probabilities":null,"top":\[\],"number":"407","digits":\[\{"digit":4,"confidence":[^]]*\],"top":\[[^]]*\],"box":\[0,0,[0-9.]+,200\]\},\{"digit":0,'
run "$DIGITPAD" predict --digits=auto -f json "$data/erased.ndjson"
like "json of a single digit has the usual keys too" "$out" '"digit":3,"confidence":.*"number":"3","digits":\[\{"digit":3,'
like "json of a blank has no digits" "$out" '"digit":null,.*"number":null,"digits":\[\],"error":null'
run "$DIGITPAD" predict --digits=auto "$data/forms/boxes-176x56.pgm"
like "a number is read in the boxes of a form" "$out" "^4217${tab}0\\.[0-9]{4}\$"
run "$DIGITPAD" predict "$data/forms/boxes-176x56.pgm"
like "a number in boxes is no digit" "$out" "^\\?${tab}"
is "a number in boxes gives the hint" "$err" \
    "digitpad predict: hint: $data/forms/boxes-176x56.pgm: looks like several digits; try --digits=auto"
run "$DIGITPAD" predict -m cnn "$data/digits.ndjson" "$data/numbers.ndjson" "$data/fours.ndjson"
is "a number gives one hint a run" "$err" \
    "digitpad predict: hint: $data/numbers.ndjson: looks like several digits; try --digits=auto"
is "a hint is no error" "$status" 0
run "$DIGITPAD" predict -m cnn "$data/digits.ndjson" "$data/styles.ndjson" "$data"/*.pgm
is "single digits give no hint" "$err" ""
run "$DIGITPAD" predict -m cnn -q "$data/numbers.ndjson"
is "-q prints no hint" "$err" ""
run "$DIGITPAD" predict -m cnn --digits=auto "$data/numbers.ndjson"
is "numbers read as numbers give no hint" "$err" ""
run "$DIGITPAD" predict --digits=2 "$data/numbers.ndjson"
fails "another --digits" 2 "--digits: invalid value '2' \\(one of 1, auto\\)"

# ---- formats: the same ten images in each ---------------------------------------------------
"$builddir/tests/parity/pixels" <"$data/digits.ndjson" >"$tmp/pixels.raw"
od -An -v -tu1 -w784 "$tmp/pixels.raw" | tr -s ' ' | sed 's/^ //' >"$tmp/rows"
sed 's/ /,/g' "$tmp/rows" >"$tmp/pixels.csv"
sed 's/ /,/g; s/.*/[&]/' "$tmp/rows" >"$tmp/flat.ndjson"
awk '{
    printf "{\"pixels\":["
    for (i = 1; i <= 784; i++)
        printf "%s%s%s", i % 28 == 1 ? (i > 1 ? ",[" : "[") : ",", $i, i % 28 ? "" : "]"
    print "]}"
}' "$tmp/rows" >"$tmp/nested.ndjson"
awk '{ print "P2 28 28 255"; print }' "$tmp/rows" >"$tmp/text.pgm"
awk '{ printf "P3 28 28 255"; for (i = 1; i <= 784; i++) printf " %s %s %s", $i, $i, $i; print "" }' \
    "$tmp/rows" >"$tmp/text.ppm"
{
    printf '\0\0\10\3\0\0\0\12\0\0\0\34\0\0\0\34'
    cat "$tmp/pixels.raw"
} >"$tmp/pixels.idx"
gzip -c "$tmp/pixels.idx" >"$tmp/pixels.idx.gz"
gzip -c "$tmp/pixels.csv" >"$tmp/pixels.csv.gz"
i=0
while [ $i -lt 10 ]; do
    printf 'P5\n# image %d\n28 28\n255\n' $i
    tail -c +$((i * 784 + 1)) "$tmp/pixels.raw" | head -c 784
    i=$((i + 1))
done >"$tmp/bytes.pgm"
wanted=$("$DIGITPAD" predict --preprocess=never -i raw "$tmp/pixels.raw")
is "raw gives ten answers" "$(printf '%s\n' "$wanted" | wc -l)" 10
for file in pixels.csv flat.ndjson nested.ndjson text.pgm text.ppm pixels.idx pixels.idx.gz \
    pixels.csv.gz bytes.pgm; do
    is "$file gives the same" "$("$DIGITPAD" predict --preprocess=never <"$tmp/$file")" "$wanted"
done
is "a byte at a time gives the same" \
    "$(dd if="$tmp/pixels.idx.gz" bs=1 2>/dev/null | "$DIGITPAD" predict --preprocess=never)" "$wanted"
if [ -n "$python" ]; then
    "$python" - "$tmp/pixels.raw" >"$tmp/pixels.png" <<'END'
import struct, sys, zlib
raw = open(sys.argv[1], "rb").read()
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for n in range(10):
    rows = b"".join(b"\0" + raw[n * 784 + y * 28:][:28] for y in range(28))
    sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
    run "$DIGITPAD" predict --preprocess=never "$tmp/pixels.png"
    case $err in
    *"built without libpng"*) skip "pixels.png gives the same" "built without libpng" ;;
    *) is "pixels.png gives the same" "$out" "$wanted" ;;
    esac
fi
run "$DIGITPAD" predict -f json "$data/digits.ndjson"
strokes=$out
run "$DIGITPAD" predict -f json --preprocess=never -i raw "$tmp/pixels.raw"
is "strokes become exactly these pixels" \
    "$(printf '%s\n' "$out" | sed 's/.*"digit"//')" "$(printf '%s\n' "$strokes" | sed 's/.*"digit"//')"

awk 'BEGIN { for (y = 0; y < 28; y++) { s = ""; for (x = 0; x < 28; x++)
    s = s (x == 14 && y > 3 && y < 24 ? "@" : " "); print s } }' >"$tmp/one.txt"
run "$DIGITPAD" predict -i ascii "$tmp/one.txt"
like "ascii art is read" "$out" "^[0-9]$tab"

for kernel in reference portable avx2 avx512 avx512vnni neon; do
    run "$DIGITPAD" predict --kernel=$kernel -f json "$data/styles.ndjson"
    [ "$status" -eq 2 ] && continue # not on this processor
    [ $kernel = reference ] && reference=$(printf '%s\n' "$out" | sed 's/.*"digit":\(.\).*/\1/')
    is "kernel $kernel gives the same digits" \
        "$(printf '%s\n' "$out" | sed 's/.*"digit":\(.\).*/\1/')" "$reference"
done
run "$DIGITPAD" predict -f json -t 1 "$data/styles.ndjson"
alone=$out
run "$DIGITPAD" predict -f json -t 4 "$data/styles.ndjson"
is "any number of threads gives the same bits" "$out" "$alone"

mnist=$(find "${DIGITPAD_MNIST:-$srcdir/../shared/mnist}" -name 't10k-images-idx3-ubyte*' 2>/dev/null | head -n 1)
if [ -n "$mnist" ]; then
    "$DIGITPAD" predict -m mlp "$mnist" >"$tmp/auto"
    "$DIGITPAD" predict -m mlp --preprocess=never "$mnist" >"$tmp/never"
    is "all MNIST test images are answered" "$(wc -l <"$tmp/auto" | tr -d ' ')" 10000
    ok "preprocessing does not change any of them" cmp -s "$tmp/auto" "$tmp/never"
else
    skip "preprocessing does not change MNIST images" "no MNIST"
fi

# ---- transposed images, as in the files of EMNIST -------------------------------------------
awk '{
    for (x = 1; x <= 28; x++)
        for (y = 0; y < 28; y++)
            printf "%s%s", $(y * 28 + x), x == 28 && y == 27 ? "\n" : ","
}' "$tmp/rows" >"$tmp/transposed.csv"
is "--transpose turns images" \
    "$("$DIGITPAD" predict --preprocess=never --transpose "$tmp/transposed.csv")" "$wanted"
for i in 1 2 3 4 5 6; do cat "$tmp/transposed.csv"; done >"$tmp/many.csv"
run "$DIGITPAD" predict "$tmp/many.csv"
like "a hint says that images look transposed" "$err" \
    "^digitpad predict: hint: the images look transposed, as those of EMNIST; --transpose turns them$"
run "$DIGITPAD" predict --transpose "$tmp/many.csv"
is "but not if they are turned" "$err" ""

# ---- bad input -------------------------------------------------------------------------------
run "$DIGITPAD" predict "$data/eight-28x28.pgm" "$tmp/none.pgm"
is "a missing file among several is a bad input" "$status" 1
like "it is reported" "$err" "predict: $tmp/none.pgm: No such file or directory"
like "it has a line of output" "$out" "^$tmp/none.pgm$tab!$tab-$"
run "$DIGITPAD" predict "$tmp/none.pgm"
is "no readable input" "$status" 5
like "and it is named" "$err" 'predict: .*/none\.pgm: No such file'
run "$DIGITPAD" predict "$tmp"
is "a directory is not readable" "$status" 5
like "and the message says that it is a directory" "$err" "is a directory"
run "$DIGITPAD" predict </dev/null
is "an empty input has no answer" "$status" 1
like "and the message says so" "$err" "predict: -: no images found"
{
    cat "$data/eight-28x28.pgm"
    printf 'garbage'
} >"$tmp/more.pgm"
run "$DIGITPAD" predict "$tmp/more.pgm"
is "bytes after an image: exit status" "$status" 0
like "and a warning" "$err" "predict: warning: $tmp/more.pgm: bytes after the last image are ignored, from byte [0-9]*$"
run "$DIGITPAD" predict <&-
is "a closed standard input" "$status" 5
like "and it is named" "$err" 'predict: -: .*Bad file descriptor'

{
    head -n 1 "$tmp/pixels.csv"
    head -n 2 "$tmp/pixels.csv" | tail -n 1 | cut -d, -f 2-
    head -n 3 "$tmp/pixels.csv" | tail -n 1 | sed 's/^[0-9]*/seven/'
    tail -n 1 "$tmp/pixels.csv"
} >"$tmp/bad.csv"
run "$DIGITPAD" predict "$tmp/bad.csv"
is "bad lines do not end a CSV file" "$status" 1
is "they have lines of output" "$(printf '%s\n' "$out" | sed "s/[0-9]$tab.*/+/" | tr -d '\n')" "+!$tab-!$tab-+"
like "783 values" "$err" "bad.csv: record 2, byte [0-9]+: line 2 has 783 values"
like "text among numbers" "$err" "record 3, byte [0-9]+: line 3, column 1: 'seven' is not a number"
run "$DIGITPAD" predict --fail-fast "$tmp/bad.csv"
is "--fail-fast stops" "$status $(printf '%s\n' "$out" | wc -l)" "1 2"
run "$DIGITPAD" predict -f json "$tmp/bad.csv"
like "json has the error" "$out" '"digit":null,.*"error":"record 2, byte [0-9]+: line 2 has 783 values'

head -c 4000 "$tmp/pixels.idx" >"$tmp/cut.idx"
run "$DIGITPAD" predict "$tmp/cut.idx"
is "a truncated file is answered up to its end" "$status $(printf '%s\n' "$out" | wc -l)" "1 6"
like "and the message has the position" "$err" "cut.idx: record 6, byte 4000: the file ends inside image 6 of 10"
printf '\0\0\15\3\0\0\0\1' >"$tmp/magic.idx"
run "$DIGITPAD" predict "$tmp/magic.idx"
like "a wrong magic" "$status $err" "^1 .*it does not begin with 00 00 08 03"
printf 'P5 5000 5000 255\n' >"$tmp/large.pgm"
run "$DIGITPAD" predict "$tmp/large.pgm"
like "an oversized image" "$status $err" "^1 .*the image is 5000x5000; the limit is 4096x4096"
printf 'RIFF....WEBPVP8 ' >"$tmp/photo.webp"
run "$DIGITPAD" predict "$tmp/photo.webp"
like "a WebP image causes a hint" "$status $err" \
    "^1 .*a WebP image; convert it with ImageMagick: convert FILE -auto-orient .*\| digitpad predict$"
run "$DIGITPAD" predict --preprocess=never "$data/three-dark-56x56.pgm"
like "--preprocess=never needs 28x28" "$status $err" "^1 .*the image is 56x56"

# ---- blank, rejected --------------------------------------------------------------------------
blank='{"strokes":[]}'
is "a blank has no digit" "$(echo "$blank" | "$DIGITPAD" predict)" "-$tab-"
ok "a blank is not a failure" sh -c "echo '$blank' | '$DIGITPAD' predict >/dev/null"
is "--strict makes it one" "$(echo "$blank" | "$DIGITPAD" predict --strict >/dev/null; echo $?)" 1
run "$DIGITPAD" predict --min-confidence=1 -f json "$data/styles.ndjson"
like "--min-confidence rejects" "$status $out" '^0 .*"digit":[0-9].*"rejected":true'

run "$DIGITPAD" predict --min-confidence=1 -k 1 "$data/two-four.csv" "$data/erased.ndjson"
is "text shows a rejected digit as ?, and the best guess with -k 1" \
    "$(printf '%s\n' "$out" | cut -f 2,4 | sed 's/:.*//' | tr '\t\n' '  ')" "? 2 ? 4 ? 3 ? 7 ? 0 - "
is "which is not a failure" "$status" 0
run "$DIGITPAD" predict --min-confidence=1 -k 1 --digits=auto "$data/numbers.ndjson"
is "a number with a rejected digit is ? as well" \
    "$(printf '%s\n' "$out" | cut -f 1,3- | sed -n '2s/:[0-9.]*//gp')" "?${tab}2${tab}8"
run "$DIGITPAD" predict --min-confidence=1 --strict "$data/two-four.csv"
is "--strict makes a rejected digit a failure" "$status" 1
run "$DIGITPAD" predict --strict "$data/two-four.csv"
is "but not a digit that is read" "$status" 0

# A dark three on light, and a light eight on dark. What surrounds a digit is not read as that digit.
for how in auto:38 'yes:3[^8]' 'no:[^3]8'; do
    run "$DIGITPAD" predict --invert="${how%:*}" "$data/three-dark-56x56.pgm" "$data/eight-28x28.pgm"
    like "--invert=${how%:*} reads ${how#*:}" "$(printf '%s\n' "$out" | cut -f 2 | tr -d '\n')" "^${how#*:}$"
done

# ---- usage ------------------------------------------------------------------------------------
run "$DIGITPAD" predict --help
like "help" "$status $out" '^0 usage: digitpad predict'
# misuse PATTERN OPTION [ARGUMENT]
misuse() {
    pattern=$1
    shift
    run "$DIGITPAD" predict "$@" "$data/eight-28x28.pgm"
    fails "$* is wrong usage" 2 "digitpad predict: .*$pattern"
}
misuse "unknown format 'webp'" -i webp
misuse "format: invalid value 'xml' \\(one of text, json, csv\\)" -f xml
misuse "top: '0' is not a whole number from 1 to 10" -k 0
misuse "top: '11' is not a whole number from 1 to 10" -k 11
misuse "threads: '0' is not a whole number from 1" -t 0
misuse "kernel: 'mmx' is unknown" --kernel=mmx
misuse "norm: invalid value 'l2' \\(one of unit, mnist" --norm=l2
misuse "preprocess: invalid value 'maybe' " --preprocess=maybe
misuse "invert: invalid value '2' " --invert=2
misuse "min-confidence: '2' is not" --min-confidence=2
misuse "'?--nonsense" --nonsense
run "$DIGITPAD" predict -m "$tmp/none.safetensors" "$data/eight-28x28.pgm"
fails "a missing model" 3 'none\.safetensors: .*No such file'
if command -v script >/dev/null && script --version 2>/dev/null | grep -q util-linux; then
    script -qec "$DIGITPAD predict" /dev/null </dev/null >"$tmp/typed" 2>&1
    is "standard input may not be a terminal" $? 2
    like "the usage is shown" "$(cat "$tmp/typed")" "usage: digitpad predict"
else
    skip "standard input may not be a terminal" "no script(1)"
fi

# ---- long forms of short options, and third-party files -----------------------------------------
run "$DIGITPAD" predict --model=mlp --input=csv --format=json --top=2 --threads=1 "$data/two-four.csv"
is "--input: both images" "$status $(printf '%s\n' "$out" | wc -l)" "0 2"
like "--model, --format, --top" "$out" \
    '"model":"mlp","digit":2,.*"top":\[\{"digit":2,[^{]*\},\{"digit":[0-9],[^{]*\}\],'
run "$DIGITPAD" predict --input=png "$data/two-four.csv"
like "--input: another format is not tried" "$status $err" '^1 .*two-four\.csv: .*PNG'
run "$DIGITPAD" predict --threads=0 "$data/two-four.csv"
fails "--threads: at least 1" 2 "threads: '0' is not a whole number from 1"
forget "$srcdir/weights/shipped/mlp.safetensors" "$tmp/foreign"
run "$DIGITPAD" predict -m "$tmp/foreign" "$data/digits.ndjson"
like "the layers of a third-party file are inferred, with one warning" "$status $err" \
    "^0 digitpad predict: warning: the file records neither its layers nor its input scale; assuming --arch='[^']*' --norm=unit, with relu and maxpool as most networks have them \\('digitpad eval --arch=auto --norm=auto' finds the best on labelled images\\)\$"
run "$DIGITPAD" predict -q -m "$tmp/foreign" "$data/digits.ndjson"
is "--quiet: without a warning" "$status $err" "0 "
run "$DIGITPAD" predict -m "$tmp/foreign" --arch="$chain" --norm=unit "$data/digits.ndjson"
is "--arch and --norm supply both" "$out" \
    "$("$DIGITPAD" predict -m "$srcdir/weights/shipped/mlp.safetensors" "$data/digits.ndjson")"
run "$DIGITPAD" predict -m "$tmp/foreign" --arch="$chain" --norm=raw "$data/digits.ndjson"
ok "another --norm gives other answers" test "$out" != \
    "$("$DIGITPAD" predict -m "$srcdir/weights/shipped/mlp.safetensors" "$data/digits.ndjson")"

# ---- many inputs ------------------------------------------------------------------------------
# Several batches with bad lines and blanks among the inputs.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    cat "$data/digits.ndjson" "$data/erased.ndjson"
    echo "{\"pixels\":$i}"
done >"$tmp/many.ndjson"
for options in "-f csv" "-f json" "-k 2" "-f json --fail-fast"; do
    # shellcheck disable=SC2086 # an option and its argument
    "$DIGITPAD" predict -m mlp $options -t 1 "$tmp/many.ndjson" "$data"/*.pgm >"$tmp/one" 2>"$tmp/err1"
    # shellcheck disable=SC2086
    "$DIGITPAD" predict -m mlp $options -t 3 "$tmp/many.ndjson" "$data"/*.pgm >"$tmp/three" 2>"$tmp/err3"
    is "three threads give the same answers as one ($options)" "$(cksum <"$tmp/three")" "$(cksum <"$tmp/one")"
    is "and the same messages" "$(cat "$tmp/err3")" "$(cat "$tmp/err1")"
done
is "each input has an answer" "$(wc -l <"$tmp/one" | tr -d ' ')" \
    "$(sed '/"pixels":1}/q' "$tmp/many.ndjson" | wc -l | tr -d ' ')"

# ---- pipes ------------------------------------------------------------------------------------
if [ -w /dev/full ]; then
    for form in text json csv; do
        "$DIGITPAD" predict -f $form "$data/digits.ndjson" >/dev/full 2>"$tmp/err"
        is "a full disk ($form)" $? 5
        like "is named" "$(cat "$tmp/err")" "standard output: No space left"
    done
fi
"$DIGITPAD" predict "$data/digits.ndjson" >&- 2>/dev/null
is "a closed standard output" $? 5
# The reader closes the pipe before the program starts. With `trap ''`, the parent ignores the signal.
for disposition in - ''; do
    rm -f "$tmp/closed"
    (
        # shellcheck disable=SC2064 # now is right
        trap "$disposition" PIPE
        {
            until [ -e "$tmp/closed" ]; do sleep 0.01; done
            "$DIGITPAD" predict -f json "$data/digits.ndjson" 2>"$tmp/err"
            echo $? >"$tmp/status"
        } | {
            exec <&-
            : >"$tmp/closed"
        }
    )
    is "a reader that closed the pipe ends it by SIGPIPE ('$disposition')" "$(cat "$tmp/status")" 141
    is "without a message" "$(cat "$tmp/err")" ""
done

# An interactive writer: each answer must come before the next line is sent, even if half of the
# next line has arrived.
mkfifo "$tmp/in" "$tmp/out"
timeout 20 "$DIGITPAD" predict <"$tmp/in" >"$tmp/out" &
typist=$!
exec 3>"$tmp/in" 4<"$tmp/out"
line=$(head -n 1 "$data/digits.ndjson")
printf '%s\n' "$line" >&3
read -r answer <&4
like "a line is answered at once" "$answer" "^[0-9]$tab"
printf '%s\n%s' "$line" "${line%???}" >&3
read -r answer <&4
like "also if half a line follows" "$answer" "^[0-9]$tab"
printf '%s\n' "${line#"${line%???}"}" >&3
read -r answer <&4
like "the completed line is answered" "$answer" "^[0-9]$tab"
exec 3>&- 4<&-
wait $typist
is "the end of the input ends the program" $? 0

# ---- names and ids from outside ------------------------------------------------------------------
esc=$(printf '\033')
name="$tmp/e${esc}[2J\"x.pgm"
cp "$data/eight-28x28.pgm" "$name"
for form in text json csv; do
    run "$DIGITPAD" predict -f $form "$name" "$tmp/no${esc}[2J.pgm"
    case "$out$err" in
    *"$esc"*) fail "no escape sequence gets through ($form)" ;;
    *) pass "no escape sequence gets through ($form)" ;;
    esac
done
run "$DIGITPAD" predict -f csv "$name"
like "a quote in a name is doubled in csv" "$out" '\[2J""x\.pgm",'
bad_utf8=$(printf '%s/\377.pgm' "$tmp")
if cp "$data/eight-28x28.pgm" "$bad_utf8" 2>/dev/null; then
    run "$DIGITPAD" predict -f json "$bad_utf8"
    like "bytes that are not UTF-8 are replaced in json" "$out" '/\\uFFFD\.pgm"'
fi
done_testing
