#!/bin/sh
# digitpad predict: tables and JSON as other programs write them; drawings of other programs.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
tab=$(printf '\t')
find_numpy || : # the parts that need it are skipped

# ---- images --------------------------------------------------------------------------------
"$builddir/tests/parity/pixels" <"$data/digits.ndjson" >"$tmp/pixels.raw"
wanted=$("$DIGITPAD" predict --preprocess=never -i raw "$tmp/pixels.raw")
if [ -n "$python" ]; then
    mkdir "$tmp/files"
    "$python" "$srcdir/tests/cli/tables.py" "$tmp/pixels.raw" "$tmp/files"
    for file in "$tmp"/files/*; do
        run "$DIGITPAD" predict --preprocess=never "$file"
        is "${file##*/} is read" "$status$err$out" "0$wanted"
        is "${file##*/} is read from a pipe, a byte at a time" \
            "$(dd if="$file" bs=1 2>/dev/null | "$DIGITPAD" predict --preprocess=never)" "$wanted"
    done
    for file in kaggle.csv mnist_csv.csv pandas-labelled.csv openml.csv last.csv first.csv \
        numbered.csv excel.csv mac.csv tabs.tsv savetxt-label.txt savetxt-int.csv; do
        is "$file: labels" "$("$DIGITPAD" predict -f json "$tmp/files/$file" |
            sed 's/.*"label":\([^,]*\),.*/\1/' | tr '\n' ' ')" "0 1 2 3 4 5 6 7 8 9 "
    done
    for file in pandas-index.csv pandas-bare.csv r.csv savetxt.txt savetxt-unit.csv rows.json; do
        is "$file: no labels" "$("$DIGITPAD" predict -f json "$tmp/files/$file" |
            grep -c '"id":null,"label":null')" 10
    done
    like "objects.json: ids" "$("$DIGITPAD" predict -f json "$tmp/files/objects.json")" '"index":9,.*"id":9,'
    run "$DIGITPAD" predict --label-column=none -f json "$tmp/files/kaggle.csv"
    is "--label-column=none" "$(printf '%s\n' "$out" | grep -c '"label":null')" 10
    run "$DIGITPAD" predict --label-column=785 -f json "$tmp/files/last.csv"
    like "--label-column=785" "$out" '"index":3,.*"label":3,'
    run "$DIGITPAD" predict --label-column=Class -f json "$tmp/files/openml.csv"
    like "--label-column=Class" "$out" '"index":3,.*"label":3,'
    run "$DIGITPAD" predict --label-column=truth "$tmp/files/openml.csv"
    like "--label-column=truth: one message" "$status $err" \
        "^1 digitpad predict: [^:]*openml\.csv: record 1, byte 0: line 1: no column 'truth' among the 785 of the header\$"
else
    skip "tables" "no NumPy"
fi

# ---- drawings --------------------------------------------------------------------------------
# seven FORM: a seven in this form.
seven() {
    case $1 in
    points) echo '{"strokes":[[[10,10],[90,10],[40,120]]]}' ;;
    timed) echo '{"strokes":[[[10,10,0],[90,10,9],[40,120,50]],[]]}' ;;
    flat) echo '{"strokes":[[10,10],[90,10],[40,120]]}' ;;
    objects) echo '{"strokes":[[{"x":10,"y":10},{"x":90,"y":10},{"x":40,"y":120}]]}' ;;
    pad) echo '{"strokes":[{"penColor":"black","points":[{"time":1700000000000,"x":10,"y":10,"pressure":0.5},{"time":1700000000010,"x":90,"y":10},{"time":1700000000020,"x":40,"y":120}]}]}' ;;
    simplified) echo '{"word":"seven","key_id":"5555","drawing":[[[10,90,40],[10,10,120]]]}' ;;
    raw) echo '{"word":"seven","key_id":"5555","drawing":[[[10.5,90.5,40.5],[10.5,10.5,120.5],[0,30,80]]]}' ;;
    array) printf '[\n%s,\n%s\n]\n' "$(seven points)" "$(seven objects)" ;;
    esac
}
for form in timed flat objects pad simplified raw; do
    is "a drawing: $form" "$(seven $form | "$DIGITPAD" predict)" "$(seven points | "$DIGITPAD" predict)"
done
is "an array of drawings" "$(seven array | "$DIGITPAD" predict | cut -f 1 | tr -d '\n')" 77
like "a drawing of Quick, Draw! has its id" "$(seven raw | "$DIGITPAD" predict -f json)" \
    '"id":"5555","label":"seven",.*"digit":7'

# ---- streams ---------------------------------------------------------------------------------
# answers FIRST SECOND: write FIRST, wait for its answer, then write SECOND. Prints what was
# answered before SECOND.
answers() {
    rm -f "$tmp/pipe" "$tmp/answers"
    mkfifo "$tmp/pipe"
    "$DIGITPAD" predict <"$tmp/pipe" >"$tmp/answers" 2>/dev/null &
    exec 3>"$tmp/pipe"
    printf '%s' "$1" >&3
    i=0
    while [ ! -s "$tmp/answers" ] && [ $i -lt 100 ]; do
        sleep 0.1
        i=$((i + 1))
    done
    cut -f 1 "$tmp/answers" | tr -d '\n'
    printf '%s' "$2" >&3
    exec 3>&-
    wait
}
one=$(seven points)
is "a JSON text is answered before its line ends" "$(answers "$one" "$one")" 7
is "both are answered in the end" "$(cut -f 1 "$tmp/answers" | tr -d '\n')" 77
is "an element of an array is answered before the next" "$(answers "[$one" ",$one]")" 7
row=$(od -An -v -tu1 -w784 "$tmp/pixels.raw" | head -n 1 | tr -s ' ' ',' | sed 's/^,//')
is "a line of a table is answered before the next" "$(answers "7,$row
" "5,$row")" 0
is "so is a line that ends in CR LF" "$(answers "7,$row$(printf '\r\nx')" "")" 0

yes "$one" | "$DIGITPAD" predict | head -n 3 | cut -f 1 >"$tmp/head"
is "a reader may stop early" "$(tr -d '\n' <"$tmp/head")" 777
# An array is read in constant memory; sanitizers need too much of it to limit it.
limit='ulimit -v 400000'
sh -c "$limit; exec '$DIGITPAD' --version" >/dev/null 2>&1 || limit=:
run sh -c "{ echo '['; yes '$one,' | head -n 200000; echo '$one]'; } | ($limit; '$DIGITPAD' predict -m mlp -t 1) | wc -l"
is "an array of any length is read" "$(echo "$out" | tr -d ' ')$err" 200001

# ---- damage -----------------------------------------------------------------------------------
{
    seven points
    echo '{"strokes":[[[10,10],[90'
    echo "oops"
    seven points
} >"$tmp/bad.ndjson"
run "$DIGITPAD" predict "$tmp/bad.ndjson"
is "damaged lines cost themselves alone" "$status $(printf '%s\n' "$out" | cut -f 1 | tr -d '\n')" "1 7!7"
{ printf '{\n  "strokes": [\n    [\n'; } >"$tmp/cut.json"
run "$DIGITPAD" predict "$tmp/cut.json"
like "an unfinished text is one error" "$status $err" "^1 [^:]*: [^:]*cut\.json: record 1, byte 22: not valid JSON: '?\]'? expected near end of file\$"
printf '5 153:0.5 154:1\n3 120:1\n' >"$tmp/libsvm.txt"
run "$DIGITPAD" predict "$tmp/libsvm.txt"
like "LIBSVM files have one message" "$status $err" "^1 [^:]*: [^:]*libsvm\.txt: record 1, byte 0: line 1: LIBSVM format; write all 784 values .*load_svmlight_file\(FILE, n_features=784\)\$"
like "and one line of output" "$out" "^!$tab-\$"
done_testing
