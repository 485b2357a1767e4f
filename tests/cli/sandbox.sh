#!/bin/sh
# The sandbox: a digitpad whose parsers attack (tests/sandbox/exploit.c) has no success in any
# command; what commands need still works; --sandbox says what is on.
. "${srcdir:-.}/tests/tap.sh"
exploited=$builddir/tests/sandbox/exploited
[ -x "$exploited" ] || skip_all 'this build has no tests/sandbox/exploited'
"$DIGITPAD" info --sandbox=require >/dev/null 2>"$tmp/why" ||
    skip_all "no sandbox here: $(cat "$tmp/why")"

HOME=$tmp/home
XDG_DATA_HOME=$tmp/data XDG_STATE_HOME=$tmp/state XDG_CACHE_HOME=$tmp/cache
export HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
mkdir "$HOME" "$tmp/in" "$tmp/out"
echo 'dear all' >"$HOME/letter"
report=$tmp/report
data=$srcdir/tests/data
image=$data/eight-28x28.pgm

# attacked READERS COMMAND…: these readers are reached, and no attempt succeeds.
attacked() {
    readers=$1
    shift
    : >"$report"
    ATTACK_REPORT=$report "$exploited" "$@" >"$tmp/stdout" 2>"$tmp/stderr" </dev/null
    for one in $readers; do
        is "$1: all attempts of $one are refused" \
            "$(grep -c "^$one .* refused$" "$report")" 11
    done
    is "$1: nothing is done" "$(grep DONE "$report")" ''
}

# The attacks are real: without a sandbox they have success.
ATTACK_REPORT=$report "$exploited" predict --sandbox=off "$image" >/dev/null
is 'without a sandbox the attacks succeed' "$(grep -c ' DONE$' "$report" | awk '{ print ($1 >= 18) }')" 1
like 'such as reading' "$(cat "$report")" 'dp_reader_next read-passwords DONE'
like 'and writing' "$(cat "$report")" 'write-home DONE'
rm -f "$HOME/planted"
echo 'dear all' >"$HOME/letter"

cp "$image" "$tmp/in/"
"$DIGITPAD" convert mlp:f32 "$tmp/in/mlp.onnx" 2>/dev/null
"$DIGITPAD" convert mlp "$tmp/in/mlp.json" 2>/dev/null
"$DIGITPAD" convert mlp:f32 "$tmp/in/mlp.safetensors" 2>/dev/null
printf '{"label":8,"strokes":[[[1,1],[5,5],[9,20]]]}\n' >"$tmp/in/drawing.ndjson"
mkdir -p "$tmp/set/8" && cp "$image" "$tmp/set/8/"
printf 'epochs = 1\narch = flatten | dense 10\nmade-up = 0\noutliers = 0\n' >"$tmp/in/short.recipe"

model='dp_model_read dp_safetensors_parse'
reader='dp_reader_create dp_reader_next'
attacked "$reader $model" predict "$tmp/in/eight-28x28.pgm"
attacked "$reader dp_int8_json_read" predict -m "$tmp/in/mlp.json" "$image"
attacked "$reader dp_model_read" predict -m "$tmp/in/mlp.onnx" "$image"
attacked "$reader" predict "$tmp/in/drawing.ndjson"
attacked "$reader" predict -r "$tmp/set"
attacked "$reader $model" eval "$tmp/set"
attacked "$reader $model" show "$image"
attacked "$model" info "$tmp/in/mlp.safetensors"
attacked "$model" convert "$tmp/in/mlp.safetensors" "$tmp/out/out.onnx"
attacked "$reader $model" quantize "$tmp/in/mlp.safetensors" --calibrate="$tmp/set" -o "$tmp/out/q.safetensors"
attacked "$model" bench -m "$tmp/in/mlp.safetensors" --quick --only=latency_us
attacked dp_recipe_read train --recipe "$tmp/in/short.recipe" --images "$image" -o "$tmp/out/t.safetensors"
i=0
while [ $i -lt 20 ]; do
    cat "$tmp/in/drawing.ndjson"
    i=$((i + 1))
done >"$tmp/in/samples.ndjson"
attacked "dp_samples_read $model" train --samples "$tmp/in/samples.ndjson" --from mlp -o "$tmp/out/t.safetensors"

mkdir -p "$XDG_DATA_HOME/digitpad"
cp "$tmp/in/samples.ndjson" "$XDG_DATA_HOME/digitpad/samples.ndjson"
attacked dp_samples_read samples list
run "$DIGITPAD" samples remove 1 --sandbox=require
is 'a sample is removed' "$status" 0

# The pad, with a drawing, and keys.
if command -v script >/dev/null 2>&1; then
    : >"$report"
    { sleep 1; printf 'q'; sleep 1; } | ATTACK_REPORT=$report TERM=xterm-256color script -qec \
        "$exploited draw --offline '$tmp/in/drawing.ndjson'" /dev/null >/dev/null 2>&1
    for part in dp_model_read dp_strokes_json_read dp_input_feed; do
        is "draw: all attempts of $part are refused" "$(grep -c "^$part .* refused$" "$report")" 11
    done
    is 'draw: nothing is done' "$(grep DONE "$report")" ''
else
    skip 'draw' 'script(1) is missing'
fi
is 'the letter is as it was' "$(cat "$HOME/letter")" 'dear all'
is 'nothing was planted' "$(ls "$HOME")" letter

# What is given still works, also from pipes, lists and folders.
run "$DIGITPAD" predict --sandbox=require "$image"
is 'an image is read' "$status" 0
run sh -c "'$DIGITPAD' predict --sandbox=require - <'$image'"
is 'standard input is read' "$status" 0
run sh -c "echo '$image' | '$DIGITPAD' predict --sandbox=require --files-from -"
is 'the files of a list are read' "$status" 0
run "$DIGITPAD" convert --sandbox=require mlp "$tmp/out/new.safetensors"
is 'a file is written' "$status" 0
run "$DIGITPAD" convert --sandbox=require mlp "$tmp/nowhere/new.safetensors"
fails 'a missing folder is an error as before' 5 'No such file or directory'
run "$DIGITPAD" predict --sandbox=perhaps "$image"
fails 'an unknown mode' 2 "sandbox.*invalid value 'perhaps' \(one of auto, require, off\)"
run env DIGITPAD_SANDBOX=off "$exploited" predict "$image"
is 'the variable switches it off' "$status" 0
done_testing
