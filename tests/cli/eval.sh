#!/bin/sh
# digitpad eval: the figures of a small network on images of bars, and bad requests.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
unset DIGITPAD_MODEL DIGITPAD_MNIST NO_COLOR
LC_ALL=C
export LC_ALL
make_bars
"$DIGITPAD" train --arch 'flatten | dense 16 | relu | dense 10' --images "$tmp/images.idx" \
    --labels "$tmp/labels.idx" --epochs 20 --batch 20 --lr 0.01 --average 0.9 --augment 0 \
    --progress none -o "$tmp/bars.safetensors" || fail "training"
# Labels of which every tenth is wrong: each 3 is labelled 5.
printf '\0\0\10\1\0\0\0\360' >"$tmp/wrong.idx"
tail -c 240 "$tmp/labels.idx" | tr '\3' '\5' >>"$tmp/wrong.idx"

# evaluate LABELS OPTION…
evaluate() {
    labels=$1
    shift
    run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$@" "$tmp/images.idx" "$labels"
}

evaluate "$tmp/labels.idx"
is "text: exit status" "$status" 0
like "text: all correct" "$out" '^bars.*: 240 of 240 correct, 100\.00 % \(95 % interval 98\.42 to 100\.00 %\)'
like "text: classes" "$out" '^ +3 +100\.00 % +100\.00 % +100\.00 % +24$'
like "text: confusion" "$out" '^ 1 +0 +24 +0 +0'
ok "text: no error is shown" test -z "$(printf '%s\n' "$out" | grep surest)"
is "text: stderr is empty" "$err" ""

make_columns
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/columns.idx" "$tmp/labels.idx"
like "transposed: a hint" "$err" \
    '^digitpad eval: hint: the images look transposed, as those of EMNIST; --transpose turns them$'
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" --transpose "$tmp/columns.idx" "$tmp/labels.idx"
like "transposed: --transpose turns them" "$out" '^bars.*: 240 of 240 correct'
is "transposed: without a hint" "$err" ""

evaluate "$tmp/wrong.idx" --hardest 3 --charset ascii
like "wrong labels: accuracy" "$out" ': 216 of 240 correct, 90\.00 %'
like "wrong labels: recall of 5" "$out" '^ +5 +100\.00 % +50\.00 % +66\.67 % +48$'
like "wrong labels: precision of 3" "$out" '^ +3 +0\.00 % +0\.00 % +0\.00 % +0$'
like "wrong labels: the errors" "$out" '^the surest errors, of 24$'
is "wrong labels: --hardest limits their number" \
    "$(printf '%s\n' "$out" | grep -o 'read as 3' | wc -l | tr -d ' ')" 3
ok "ascii: bytes are ASCII" test -z "$(printf '%s' "$out" | tr -d '\n[:print:]')"
like "ascii: ink" "$out" '^[@#%*+=.: -]{28}  [@#%*+=.: -]{28}$'
# Of the 237 most trusted answers, between 21 and 24 are among the 24 wrong ones.
like "wrong labels: errors among the most trusted answers" "$out" \
    '^2[1-4] errors among the 99 % of the answers that are trusted most$'
evaluate "$tmp/wrong.idx" --hardest 1 --charset utf8
like "utf8: half blocks" "$out" '▀'
evaluate "$tmp/wrong.idx" --color always
like "--color always colours" "$out" "$(printf '\033')\\[38;5;"
evaluate "$tmp/wrong.idx" --color auto
ok "no colour without a terminal" test -z "$(printf '%s' "$out" | grep "$(printf '\033')")"

forget "$tmp/bars.safetensors" "$tmp/foreign"
run "$DIGITPAD" eval --model="$tmp/foreign" --norm=unit "$tmp/images.idx" "$tmp/labels.idx"
like "the layers of a third-party file are inferred" "$status $out" '^0 .*: 240 of 240 correct'
like "which a warning says" "$err" \
    "^digitpad eval: warning: the file does not record its layers; assuming --arch='$chain', with relu as"
run "$DIGITPAD" eval --model="$tmp/foreign" --arch="$chain" --norm=unit --format=json \
    "$tmp/images.idx" "$tmp/labels.idx"
like "--arch and --norm supply both" "$status $out" '^0 .*"correct":240,"total":240,'
evaluate "$tmp/wrong.idx" -f json --hardest 2
if python=$(command -v python3); then
    is "json: figures" "$(printf '%s' "$out" | "$python" -c '
import json, sys
r = json.load(sys.stdin)
five = r["per_class"][5]
print(r["accuracy"], r["correct"], r["total"], r["confusion"][5][3], r["confusion"][3],
      len(r["confusion"]), five["digit"], five["precision"], five["recall"],
      five["support"], r["interval"][0] < 0.9 < r["interval"][1], 0 <= r["ece"] <= 1,
      r["images_per_s"] > 0)
for h in r["hardest"]:
    print(h["index"] % 10, h["label"], h["digit"], 0 < h["confidence"] <= 1)')" \
        "0.9 216 240 24 [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] 10 5 1.0 0.5 48 True True True
3 5 3 True
3 5 3 True"
else
    skip "json: figures" "no python3"
fi
evaluate "$tmp/wrong.idx" -f json -t 1
one=${out%,\"images_per_s*}
evaluate "$tmp/wrong.idx" -f json --threads=4
is "4 threads: the same answers as 1" "${out%,\"images_per_s*}" "$one"
evaluate "$tmp/wrong.idx" -f json --kernel portable
like "a kernel can be named" "$out" '"correct":216,'

# ---- the input scale
evaluate "$tmp/labels.idx" --norm=auto
like "--norm=auto takes the scale that the file states" "$out" "^input scale unit, as recorded for the model\$"
evaluate "$tmp/labels.idx" --norm=raw -f json
like "--norm overrides it" "$out" '^\{"norm":"raw","norm_from":"option",'
chainless="-m $tmp/foreign --arch"
# shellcheck disable=SC2086 # an option and its argument
run "$DIGITPAD" eval $chainless "$chain" "$tmp/images.idx" "$tmp/labels.idx"
like "a scale that is not stated is assumed" "$out" '^input scale [a-z]+, assumed; --norm=auto searches'
# shellcheck disable=SC2086
run "$DIGITPAD" eval -v $chainless "$chain" --norm=auto "$tmp/images.idx" "$tmp/labels.idx"
like "or searched for" "$out" '^input scale [a-z]+, the most accurate one$'
best=$(printf '%s\n' "$err" | sed -n 's/.*: \([0-9]*\) of 240 correct.*/\1/p' | sort -n | tail -n 1)
like "which is the most accurate one" "$out" "^foreign: $best of 240 correct"
is "--verbose has the figures of all" "$(printf '%s\n' "$err" | grep -c 'input scale [a-z]*: [0-9]* of 240 correct, cross-entropy')" 4

# ---- the layers
evaluate "$tmp/labels.idx" --arch=auto
is "--arch=auto takes the layers that the file states" "$(printf '%s\n' "$out" | grep -c layers)$err" 0
run "$DIGITPAD" eval -m "$tmp/foreign" --arch=auto --norm=auto "$tmp/images.idx" "$tmp/labels.idx"
like "or searches for them" "$status $out" "^layers --arch='$chain', the most accurate ones\$"
like "and says how to keep them" "$err" \
    "hint: to write a file that records both: digitpad convert --arch='$chain' --norm=[a-z]+ .*foreign OUT.safetensors"
# Pooling of another kind and another function read the bars as well; the search prints what it tried.
"$DIGITPAD" train --arch 'conv 4 3 | gelu | maxpool 2 | flatten | dense 10' \
    --images "$tmp/images.idx" --labels "$tmp/labels.idx" --epochs 2 --batch 20 --lr 0.01 --average 0.9 \
    --augment 0 --progress none -o "$tmp/pooled.safetensors" || fail "training"
forget "$tmp/pooled.safetensors" "$tmp/pooled"
run "$DIGITPAD" eval -v -f json -m "$tmp/pooled" --arch=auto "$tmp/images.idx" "$tmp/labels.idx"
like "JSON has the layers" "$out" '^\{"norm":"unit","norm_from":"assumed","arch":"conv 4 3 \| .* \| flatten \| dense 10","arch_from":"best",'
like "--verbose has the chains that were tried" "$err" \
    '^digitpad eval: conv 4 3 \| relu \| avgpool 2 \| flatten \| dense 10, input scale unit: [0-9]+ of 240 correct, cross-entropy [0-9.]+$'
like "and their number" "$err" '^digitpad eval: [0-9]+ combinations of layers and input scale were tried$'

# ---- changed images
evaluate "$tmp/labels.idx" --sweep
like "sweep: a table of each change" "$out" '^ *rotation, deg +-20 +-15 .* 20$'
is "sweep: all of them" "$(printf '%s\n' "$out" | grep -cE '^ *(shift_x|shift_y|rotation|size|pen), ')" 5
like "sweep: changes of level" "$out" '^ *impulse_noise, % +0 +3 +6 '
is "sweep: all of those" "$(printf '%s\n' "$out" | grep -cE \
    '^ *(brightness|contrast|shot_noise|impulse_noise|fog|motion_blur|glass_blur|spatter|dotted_line), ')" 9
is "sweep: no bar without a terminal" "$err" ""
evaluate "$tmp/wrong.idx" --sweep -f json
if [ "$python" ]; then
    is "sweep: json" "$(printf '%s' "$out" | "$python" -c '
import json, sys
r = json.load(sys.stdin)
for axis in r["sweep"]:
    points = {p["value"]: p["accuracy"] for p in axis["points"]}
    same = points[1 if axis["axis"] in ("size", "contrast") else 0]
    print(axis["axis"], axis["unit"], len(points), axis["normalized"] or same == r["accuracy"])
print(min(p["accuracy"] for a in r["sweep"] for p in a["points"]) < r["accuracy"])')" \
        "shift_x px 7 True
shift_y px 7 True
rotation deg 9 True
size x 7 True
pen px 7 True
brightness + 6 True
contrast x 6 True
shot_noise sd 6 True
impulse_noise % 6 True
fog x 6 True
motion_blur px 5 True
glass_blur px 6 True
spatter % 5 True
dotted_line lines 5 True
True"
else
    skip "sweep: json" "no python3"
fi
pages=$(printf '%s' "$out" | sed 's/.*"sweep"/"sweep"/; s/,"bad".*//')
evaluate "$tmp/wrong.idx" --sweep=yes -f json -t 3
is "sweep: the same on 3 threads" "$(printf '%s' "$out" | sed 's/.*"sweep"/"sweep"/; s/,"bad".*//')" "$pages"
evaluate "$tmp/wrong.idx" --sweep=no -f json
ok "sweep: none with --sweep=no" test -z "$(printf '%s' "$out" | grep '"sweep"')"
evaluate "$tmp/wrong.idx" --sweep=paper
like "paper: the number of pictures" "$out" 'of 240 pictures each$'
like "paper: the columns" "$out" '^ +right +blank +rejected +wrong +wrong and not rejected$'
like "paper: a situation" "$out" '^ *form_box( +[0-9]+\.[0-9]){5}$'
ok "paper: no other sweep" test -z "$(printf '%s\n' "$out" | grep 'rotation, deg')"
evaluate "$tmp/wrong.idx" --sweep=paper -f json
if [ "$python" ]; then
    is "paper: json" "$(printf '%s' "$out" | "$python" -c '
import json, sys
rows = json.load(sys.stdin)["paper"]
print(len(rows), rows[0]["situation"], {r["total"] for r in rows})
print(all(r["right"] + r["wrong"] + r["blank"] == r["total"] for r in rows),
      all(r["wrong_unrejected"] <= r["wrong"] for r in rows))')" \
        "22 plain {240}
True True"
else
    skip "paper: json" "no python3"
fi
pages=$(printf '%s' "$out" | sed 's/.*"paper"/"paper"/; s/,"bad".*//')
evaluate "$tmp/wrong.idx" --sweep=paper -f json -t 3
is "paper: the same on 3 threads" "$(printf '%s' "$out" | sed 's/.*"paper"/"paper"/; s/,"bad".*//')" "$pages"
evaluate "$tmp/labels.idx" --sweep=sand
fails "an unknown sweep" 2 "sweep: invalid value 'sand' \(one of no, yes, paper\)"

# ---- rejection
evaluate "$tmp/labels.idx" -f json
like "a network without a threshold rejects nothing" "$out" '"rejection":null'
"$DIGITPAD" train --arch 'flatten | dense 16 | relu | dense 10' --images "$tmp/images.idx" \
    --labels "$tmp/labels.idx" --epochs 20 --batch 20 --lr 0.01 --average 0.9 --augment 0 \
    --outliers 1 --progress none -o "$tmp/outliers.safetensors" || fail "training"
run "$DIGITPAD" eval -m "$tmp/outliers.safetensors" "$tmp/images.idx" "$tmp/labels.idx"
like "rejection: shares" "$out" '^not a digit: rejected of these digits [0-9.]+ %, of generated drawings [0-9.]+ %$'
like "rejection: by kind" "$out" '^ +scribble +[0-9.]+ % +walk '
run "$DIGITPAD" eval -m "$tmp/outliers.safetensors" -f json "$tmp/images.idx" "$tmp/labels.idx"
like "rejection: json" "$out" '"rejection":\{"digits":\{"rejected":[0-9]+,"total":240\},"outliers":\{"rejected":[0-9]+,"total":3200\},"kinds":\[\{"kind":"scribble",'

# ---- drawings that are not digits
for class in Greek/alpha Greek/beta Runes/ur; do
    printf '{"class":"%s","strokes":[[[0,0],[60,60]],[[60,5],[0,60]]]}\n' $class
done >"$tmp/other.ndjson"
printf '{"class":"Runes/is","lookalike":true,"strokes":[[[0,0],[0,60]]]}\n' >>"$tmp/other.ndjson"
others() {
    run "$DIGITPAD" eval -m "$tmp/outliers.safetensors" --outliers "$tmp/other.ndjson" "$@" \
        "$tmp/images.idx" "$tmp/labels.idx"
}
others
like "outliers: all" "$out" '^not a digit: rejected of 3 other drawings [0-9.]+ %$'
like "outliers: by group" "$out" '^ +Greek +[0-9.]+ % of 2$'
ok "outliers: look-alikes are left out" test -n "$(printf '%s\n' "$out" | grep 'Runes .* of 1$')"
is "outliers: exit status" "$status$err" 0
others -f json
like "outliers: json" "$out" \
    '"outliers":\[\{"group":"Greek","rejected":[0-2],"total":2\},\{"group":"Runes","rejected":[01],"total":1\}\]'
like "json: errors among the most trusted answers" "$out" '"selective":\{"errors":[0-9]+,"total":237\}'
others --report "$tmp/other.html"
is "outliers: in the report" "$(grep -c '<tr class="group"' "$tmp/other.html")" 2
printf '{"class":"3","strokes":[[[0,0],[0,60]]]}\n' >>"$tmp/other.ndjson"
printf '{"class":"Greek/point","strokes":[[[0,0]]]}\n' >>"$tmp/other.ndjson"
others
is "bad outliers: exit status" "$status" 1
like "bad outliers: a digit" "$err" 'other\.ndjson: record 5: "class" is a digit'
like "bad outliers: too little ink" "$err" 'other\.ndjson: record 6: too little ink'
like "bad outliers: the others are counted" "$out" '^ +Greek +[0-9.]+ % of 2$'
evaluate "$tmp/labels.idx" --outliers "$tmp/other.ndjson"
fails "outliers: a network that rejects nothing" 3 \
    'bars\.safetensors: rejects nothing, as it was trained without outliers'
printf '{"class":"%d.","strokes":[[[0,0],[60,60]],[[60,5],[0,60]]]}\n' $(seq 0 256) >"$tmp/many.ndjson"
others --outliers "$tmp/many.ndjson"
fails "outliers: of too many groups" 5 'many\.ndjson: more than 256 groups'
others --outliers "$tmp/none.ndjson"
fails "outliers that are missing" 5 'none\.ndjson: No such file'

# ---- a report
cp "$tmp/bars.safetensors" "$tmp/a<b>&.safetensors"
printf '%s\n' 'epoch,loss,train_accuracy,validation_accuracy,learning_rate,seconds' \
    '1,1.5,0.5,0.6,0.01,3' '2,0.7,0.8,0.9,0.01,3' >"$tmp/log.csv"
run "$DIGITPAD" eval -m "$tmp/a<b>&.safetensors" --sweep --report "$tmp/plain.html" \
    "$tmp/images.idx" "$tmp/wrong.idx"
is "report: exit status" "$status" 0
like "report: stdout is as without it" "$out" '216 of 240 correct'
evaluate "$tmp/wrong.idx" --report "$tmp/report.html" --log "$tmp/log.csv" --hardest 5
report=$(cat "$tmp/report.html")
like "report: accuracy" "$report" '90\.00&nbsp;%'
is "report: pictures of the errors" "$(printf '%s\n' "$report" | grep -o '<svg class="digit"' | wc -l | tr -d ' ')" 5
is "report: curves" "$(printf '%s\n' "$report" | grep -o '<svg class="curves"' | wc -l | tr -d ' ')" 2
like "report: confusion" "$report" '>24</text>'
ok "report: it is self-contained" test -z "$(grep -oE '(src|href|url)[=(]|<script|http' "$tmp/report.html" "$tmp/plain.html")"
like "report: names are escaped" "$(cat "$tmp/plain.html")" '<h1>a&lt;b&gt;&amp;'
is "report: a chart of each sweep" "$(grep -c '<svg class="sweep"' "$tmp/plain.html")" 14
is "report: a curve in each" "$(grep -c '<polyline class="main"' "$tmp/plain.html")" 14
evaluate "$tmp/wrong.idx" --sweep=paper --report "$tmp/paper.html"
is "report: a row of each situation" "$(grep -c '<tr class="paper"' "$tmp/paper.html")" 22
if [ "$python" ]; then
    ok "report: every tag is closed" "$python" -c '
import re, sys
text = open(sys.argv[1]).read()
for tag in ("svg", "table", "div", "figure", "h1", "h2", "text", "p", "style", "body", "html"):
    assert len(re.findall("<%s[ >]" % tag, text)) == text.count("</%s>" % tag), tag
' "$tmp/report.html"
    ok "report: every figure is well-formed XML" "$python" -c '
import re, sys
import xml.etree.ElementTree as tree
for name in sys.argv[1:]:
    for figure in re.findall("<svg.*?</svg>", open(name).read(), re.S):
        tree.fromstring(figure.replace("&nbsp;", " "))
' "$tmp/report.html" "$tmp/plain.html" "$tmp/paper.html"
else
    skip "report: every tag is closed" "no python3"
    skip "report: every figure is well-formed XML" "no python3"
fi

# ---- drawings
for i in 1 2 3 4 5; do
    printf '{"label":1,"strokes":[[[%d,0],[0,90]]]}\n' $i
    printf '{"label":7,"writer":"w","strokes":[[[0,%d],[60,0],[25,90]]]}\n' $i
done >"$tmp/pen.ndjson"
run "$DIGITPAD" eval -m cnn "$tmp/pen.ndjson"
is "drawings: exit status" "$status" 0
like "drawings: read as the pad reads them" "$out" '10 of 10 correct'
like "drawings: by digit" "$out" '^ +7 +100\.00 % +100\.00 % +100\.00 % +5$'
{
    cat "$tmp/pen.ndjson"
    printf '%s\n' '{"strokes":[[[0,0],[0,9]]]}' '{"label":1,"strokes":[[[0,0]]]}' 'nonsense'
} >"$tmp/some.ndjson"
run "$DIGITPAD" eval -m cnn -f json "$tmp/some.ndjson"
is "some bad drawings: exit status" "$status" 1
like "some bad drawings: a label is missing" "$err" 'some\.ndjson: record 11: a "label" from 0 to 9'
like "some bad drawings: too little ink" "$err" 'some\.ndjson: record 12: too little ink'
like "some bad drawings: no JSON" "$err" 'some\.ndjson: .*record 13'
like "some bad drawings: the others are measured" "$out" '"correct":10,"total":10,.*"bad":3,'

# ---- bad requests
run "$DIGITPAD" eval -m "$tmp/bars.safetensors"
fails "no file" 2 'IMAGES LABELS, a labelled FILE or a FOLDER is required'
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/images.idx"
fails "images alone" 2 'images\.idx: this is an IDX file of images: give LABELS too$'
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/labels.idx"
fails "labels alone" 5 'labels\.idx: record 1, byte 0: an IDX file of labels, not of images'
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/labels.idx" "$tmp/images.idx"
fails "labels before images" 5 'labels\.idx: holds labels, not images; are the two files swapped\?$'
run "$DIGITPAD" eval "$tmp/none.ndjson"
fails "drawings that are missing" 5 'none\.ndjson: No such file'
evaluate "$tmp/labels.idx" --log "$tmp/log.csv"
fails "a log without a report" 2 '--log needs --report'
evaluate "$tmp/labels.idx" --report "$tmp/none/r.html"
fails "a report in no folder" 5 'none/r\.html'
printf 'epoch,loss,train_accuracy,validation_accuracy\n1,2,3,4\n2,x,3,4\n' >"$tmp/odd.csv"
evaluate "$tmp/labels.idx" --report "$tmp/no.html" --log "$tmp/odd.csv"
fails "a damaged log" 5 'odd\.csv:3: column loss is not a number'
evaluate "$tmp/labels.idx" --report "$tmp/no.html" --log "$tmp/pen.ndjson"
fails "a file that is not a log" 5 'pen\.ndjson:1: not the log'
ok "a run that fails writes no report" test ! -e "$tmp/no.html"
evaluate "$tmp/labels.idx" -f xml
fails "bad format" 2 "'xml'.*text, json"
evaluate "$tmp/labels.idx" --hardest -1
fails "bad count" 2 "hardest: '-1'"
evaluate "$tmp/labels.idx" --kernel abacus
fails "bad kernel" 2 'abacus'
evaluate "$tmp/labels.idx" --threads=0
fails "no threads" 2 "threads: '0' is not a whole number from 1"
evaluate "$tmp/labels.idx" --color sometimes
fails "bad colour" 2 'sometimes'
run "$DIGITPAD" eval -m "$tmp/none.safetensors" "$tmp/images.idx" "$tmp/labels.idx"
fails "missing model" 3 'none\.safetensors'
run "$DIGITPAD" eval -m "$tmp/images.idx" "$tmp/images.idx" "$tmp/labels.idx"
fails "not a model" 3 'images\.idx'
evaluate "$tmp/images.idx"
fails "images for labels" 5 'holds images'
printf '\0\0\10\1\0\0\0\012\0\1\2\3\4\5\6\7\10\11' >"$tmp/few.idx"
evaluate "$tmp/few.idx"
fails "counts differ" 5 '240 images, but 10 labels'
evaluate "$tmp/none.idx"
fails "missing labels" 5 'none\.idx: No such file'
if [ -w /dev/full ]; then
    status=0
    "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/images.idx" "$tmp/labels.idx" \
        >/dev/full 2>"$tmp/err" || status=$?
    out='' err=$(cat "$tmp/err")
    fails "a full disk" 5 'No space left'
else
    skip "a full disk" "no /dev/full"
fi
run "$DIGITPAD" eval --help
is "--help succeeds" "$status" 0
done_testing
