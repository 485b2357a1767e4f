#!/bin/sh
# digitpad eval: figures of a small network on bars, and bad requests.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bars.sh"
unset DIGITPAD_MODEL NO_COLOR
LC_ALL=C
export LC_ALL
make_bars
"$DIGITPAD" train --arch 'flatten | dense 16 | relu | dense 10' --images "$tmp/images.idx" \
    --labels "$tmp/labels.idx" --epochs 20 --batch 20 --lr 0.01 --average 0.9 --augment 0 \
    --progress none -o "$tmp/bars.safetensors" || fail "training"
# Labels of which every tenth is wrong: each 3 is called a 5.
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

evaluate "$tmp/wrong.idx" --hardest 3 --charset ascii
like "wrong labels: accuracy" "$out" ': 216 of 240 correct, 90\.00 %'
like "wrong labels: recall of 5" "$out" '^ +5 +100\.00 % +50\.00 % +66\.67 % +48$'
like "wrong labels: precision of 3" "$out" '^ +3 +0\.00 % +0\.00 % +0\.00 % +0$'
like "wrong labels: the errors" "$out" '^the surest errors, of 24$'
is "wrong labels: as many as asked for" \
    "$(printf '%s\n' "$out" | grep -o 'read as 3' | wc -l | tr -d ' ')" 3
ok "ascii: bytes are ASCII" test -z "$(printf '%s' "$out" | tr -d '\n[:print:]')"
like "ascii: ink" "$out" '^[@#%*+=.: -]{28}  [@#%*+=.: -]{28}$'
evaluate "$tmp/wrong.idx" --hardest 1 --charset utf8
like "utf8: half blocks" "$out" '▀'
evaluate "$tmp/wrong.idx" --color always
like "--color always colours" "$out" "$(printf '\033')\\[38;5;"
evaluate "$tmp/wrong.idx" --color auto
ok "no colour without a terminal" test -z "$(printf '%s' "$out" | grep "$(printf '\033')")"

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
evaluate "$tmp/wrong.idx" -f json -t 4
is "4 threads: the same answers as 1" "${out%,\"images_per_s*}" "$one"
evaluate "$tmp/wrong.idx" -f json --kernel portable
like "a kernel can be named" "$out" '"correct":216,'

# ---- bad requests
refused() {
    is "$1: exit status" "$status" "$2"
    like "$1: message" "$err" "$3"
    is "$1: stdout is empty" "$out" ""
}
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/images.idx"
refused "one file" 2 'IMAGES LABELS'
evaluate "$tmp/labels.idx" -f xml
refused "bad format" 2 "'xml'.*text, json"
evaluate "$tmp/labels.idx" --hardest -1
refused "bad count" 2 "hardest: '-1'"
evaluate "$tmp/labels.idx" --kernel abacus
refused "bad kernel" 2 'abacus'
evaluate "$tmp/labels.idx" --color sometimes
refused "bad colour" 2 'sometimes'
run "$DIGITPAD" eval -m "$tmp/none.safetensors" "$tmp/images.idx" "$tmp/labels.idx"
refused "missing model" 3 'none\.safetensors'
run "$DIGITPAD" eval -m "$tmp/images.idx" "$tmp/images.idx" "$tmp/labels.idx"
refused "not a model" 3 'images\.idx'
evaluate "$tmp/images.idx"
refused "images for labels" 5 'holds images'
printf '\0\0\10\1\0\0\0\012\0\1\2\3\4\5\6\7\10\11' >"$tmp/few.idx"
evaluate "$tmp/few.idx"
refused "counts differ" 5 '240 images, but 10 labels'
evaluate "$tmp/none.idx"
refused "missing labels" 5 'none\.idx: No such file'
if [ -w /dev/full ]; then
    status=0
    "$DIGITPAD" eval -m "$tmp/bars.safetensors" "$tmp/images.idx" "$tmp/labels.idx" \
        >/dev/full 2>"$tmp/err" || status=$?
    is "full disk: exit status" "$status" 5
else
    skip "full disk: exit status" "no /dev/full"
fi
run "$DIGITPAD" eval --help
is "--help succeeds" "$status" 0
done_testing
