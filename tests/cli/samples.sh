#!/bin/sh
# digitpad samples: listing, exporting and removing samples, and fine-tuning on them.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"

XDG_DATA_HOME=$tmp/data
export XDG_DATA_HOME
tab=$(printf '\t')
file=$XDG_DATA_HOME/digitpad/samples.ndjson

run "$DIGITPAD" samples
is "without a file there are no samples" "$status:$out:$err" "0::"
run "$DIGITPAD" samples remove 1
fails "and none can be removed" 5 'samples\.ndjson: No such file'

mkdir -p "$XDG_DATA_HOME/digitpad"
sed 's/{"id":"plain \([0-9]\)",/{"time":"2026-01-31T12:00:0\1Z",/' "$srcdir/tests/data/digits.ndjson" >"$file"
chmod 600 "$file"
run "$DIGITPAD" samples list
is "list has a line per sample" "$(printf '%s\n' "$out" | wc -l)" 10
is "with number, digit, time and strokes" "$(printf '%s\n' "$out" | sed -n 4p)" \
    "4${tab}3${tab}2026-01-31T12:00:03Z${tab}2 strokes"
"$DIGITPAD" samples export >"$tmp/export"
ok "export writes the file unchanged" cmp "$file" "$tmp/export"
is "and predict reads it" "$("$DIGITPAD" predict "$tmp/export" | cut -f 1 | tr -d '\n')" 0123456789

run "$DIGITPAD" samples remove 2 10 2
is "remove takes out by number" "$status:$("$DIGITPAD" samples | cut -f 2 | tr -d '\n')" "0:02345678"
is "and keeps the file readable only by its user" "$(find "$file" -perm 600)" "$file"
run "$DIGITPAD" samples remove 9
is "an unknown number is bad input" "$status" 1
like "and the message has the last number" "$err" "no sample 9; the last is 8"

echo '{"label":"x"}' >>"$file"
run "$DIGITPAD" samples
is "a damaged line is marked" "$status:$(printf '%s\n' "$out" | tail -n 1)" "1:9${tab}!"
is "and not exported" "$("$DIGITPAD" samples export | wc -l)" 8

# ---- fine-tuning ---------------------------------------------------------------------------
set -- "$srcdir/tests/data/digits.ndjson" "$srcdir/tests/data/styles.ndjson"
sed 's/"id":"[^"]*",//' "$@" "$@" >"$file"
head -n 9 "$file" >"$tmp/nine.ndjson"
run "$DIGITPAD" train --samples="$tmp/nine.ndjson" --from=mlp -o "$tmp/nine.safetensors"
is "nine samples are too few" "$status" 1
like "and the message says how many are needed" "$err" "9 samples; at least 10 are needed"

mine=$XDG_DATA_HOME/digitpad/mlp-mine.safetensors
run "$DIGITPAD" train --samples="$file" --from=mlp -t 1 --progress=ndjson -o "$mine"
is "a network learns from samples" "$status" 0
like "it reports how each digit is read before and after" "$out" \
    '^\{"done":true,"samples":40,"held_out":0,"held_out_before":0,"held_out_after":0,"digits":\[\{"digit":0,"n":4,"before":[0-4],"after":4\},.*"others_lost":-?0\.[0-9]+,"others_lost_at_most":-?0\.000[0-4][0-9]+,"spares":true,"kept":true\}$'
is "predict finds the result by name" "$("$DIGITPAD" predict -m mlp-mine "$srcdir/tests/data/digits.ndjson" | cut -f 1 | tr -d '\n')" 0123456789
like "models lists it" "$("$DIGITPAD" models)" "^mlp-mine +fine-tuned +[0-9]+ "
is "models path prints its path" "$("$DIGITPAD" models path mlp-mine)" "$mine"
"$DIGITPAD" train --samples="$file" --from=mlp -t 2 --progress=none -o "$tmp/again.safetensors"
ok "threads do not change it" cmp "$mine" "$tmp/again.safetensors"

# eleven FILE: its only line, eleven times.
eleven() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11; do cat "$1"; done
}
echo '{"label":8,"strokes":[[[0,0],[10,14]],[[10,0],[0,14]]]}' >"$tmp/cross"
eleven "$tmp/cross" >"$tmp/crosses.ndjson"
run "$DIGITPAD" train --samples="$tmp/crosses.ndjson" --from=cnn -o "$tmp/crosses.safetensors"
is "an unusual hand is learnt" "$status" 0
like "and the words say which digits are read better" "$err" \
    'trained on 9 drawings; your 8s: [0-9] of 11 -> 11 of 11; other hands: as before'
sed -n 's/"label":5/"label":8/p' "$srcdir/tests/data/digits.ndjson" >"$tmp/five"
eleven "$tmp/five" >"$tmp/lies.ndjson"
run "$DIGITPAD" train --samples="$tmp/lies.ndjson" --from=cnn -o "$tmp/lies.safetensors"
is "a network that would forget other hands is not kept" "$status" 1
like "and the message says what others would lose" "$err" \
    "not saved: with these samples it would misread up to [0-9.]+ % more of other people's digits"
ok "and it is not written" test ! -e "$tmp/lies.safetensors"
run "$DIGITPAD" train --samples="$file" --from=nano --progress=ndjson \
    -o "$XDG_DATA_HOME/digitpad/nano-mine.safetensors"
like "nano learns from them, too" "$out" '"kept":true'
like "and models lists nano-mine" "$("$DIGITPAD" models)" "^nano-mine +fine-tuned +[0-9]+ "
"$DIGITPAD" models remove nano-mine
run "$DIGITPAD" models remove mlp-mine
is "models removes it" "$status" 0
ok "and its file is gone" test ! -e "$mine"
run "$DIGITPAD" train --samples="$file" -o "$tmp/x.safetensors"
fails "train --samples alone" 2 'train: --samples needs --from=MODEL'
for arguments in "--images=x --labels=y" "--log=x.csv" "--resume"; do
    # shellcheck disable=SC2086
    run "$DIGITPAD" train --samples="$file" --from=mlp $arguments -o "$tmp/x.safetensors"
    fails "train --samples $arguments" 2 'train: --samples cannot be combined with other data'
done
for argument in --arch=mlp --epochs=3 --recipe=x; do
    run "$DIGITPAD" train --samples="$file" --from=mlp $argument -o "$tmp/x.safetensors"
    fails "train --samples $argument" 2 'train: --samples cannot be combined with --recipe or options of a recipe'
done
make_bars
"$DIGITPAD" train --images="$tmp/images.idx" --labels="$tmp/labels.idx" --arch='conv 10 28 | flatten' --epochs=1 -q -o "$tmp/conv.safetensors"
run "$DIGITPAD" train --samples="$file" --from="$tmp/conv.safetensors" -o "$tmp/x.safetensors"
fails "a network without a dense last layer" 3 "conv.safetensors: it cannot learn a hand; that needs a network .* ends in a layer 'dense 10'"

# misuse PATTERN ARGUMENT…
misuse() {
    pattern=$1
    shift
    run "$DIGITPAD" samples "$@"
    fails "samples $*" 2 "samples: .*$pattern"
}
misuse 'remove' remove
misuse "'x' is not a whole number" remove x
misuse "'0' is not a whole number" remove 0
misuse "'3'" list 3
misuse "unknown action 'show' \\(one of list" show

done_testing
