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

# A cache of the Hub with a model whose hash is known, and a damaged one.
commit=1111111111111111111111111111111111111111
HF_HUB_CACHE=$tmp/hub
export HF_HUB_CACHE
hub=$HF_HUB_CACHE/models--owner--repo
mkdir -p "$hub/blobs" "$hub/snapshots/$commit" "$hub/refs"
printf '%s' $commit >"$hub/refs/main"
hash=$(sha256sum "$tmp/in/mlp.safetensors" | cut -d ' ' -f 1)
cp "$tmp/in/mlp.safetensors" "$hub/blobs/$hash"
ln -s "../../blobs/$hash" "$hub/snapshots/$commit/whole"
echo damaged >"$hub/blobs/${hash%?????}00000"
ln -s "../../blobs/${hash%?????}00000" "$hub/snapshots/$commit/damaged"
for action in list 'path owner/repo:whole' 'verify owner/repo:whole'; do
    # shellcheck disable=SC2086 # words
    attacked dp_hub_cache_find models $action
done
run "$DIGITPAD" models verify --sandbox=require owner/repo:whole owner/repo:damaged
like 'a damaged model of the Hub is set aside' "$status $err" '^3 .*owner/repo:damaged: .*set aside as .damaged$'
like 'and the whole one is intact' "$out" '^owner/repo:whole intact$'
run "$DIGITPAD" models remove --sandbox=require owner/repo:whole
is 'a model of the Hub is removed' "$status$(find "$hub/blobs" -name "$hash")" 0
"$DIGITPAD" convert mlp:f32 "$XDG_DATA_HOME/digitpad/mlp-mine.safetensors" 2>/dev/null
run "$DIGITPAD" models remove --sandbox=require mlp-mine
is 'a network of the user is removed' "$status$(find "$XDG_DATA_HOME" -name 'mlp-mine*')" 0
attacked dp_hub_cache_find doctor
run "$DIGITPAD" doctor --sandbox=require
like 'the doctor sees through its sandbox' "$out" '^ *state +on$'
run "$DIGITPAD" doctor --sandbox=off
like 'or says that it has none' "$out" '^ *state +off: --sandbox=off$'
run env DIGITPAD_MODEL=mnist-8 "$DIGITPAD" samples list
is 'a model that is not used is not looked for' "$status" 0
run env DIGITPAD_MODEL=mnist-8 HF_HUB_OFFLINE=1 "$DIGITPAD" predict -m mlp "$image"
is 'nor one that an option overrides' "$status" 0
run env DIGITPAD_MODEL=mnist-8 HF_HUB_OFFLINE=1 "$DIGITPAD" predict "$image"
fails 'but one that is used' 4 'mnist-8: not in the cache, and offline mode is on$'
unset HF_HUB_CACHE

# The pad, with a drawing, and keys.
if command -v script >/dev/null 2>&1; then
    : >"$report"
    { sleep 1; printf 'q'; sleep 1; } | ATTACK_REPORT=$report TERM=xterm-256color script -qec \
        "$exploited draw --offline '$tmp/in/drawing.ndjson'" /dev/null >/dev/null 2>&1
    for part in dp_model_read dp_strokes_json_read dp_input_feed; do
        is "draw: all attempts of $part are refused" "$(grep -c "^$part .* refused$" "$report")" 11
    done
    is 'draw: nothing is done' "$(grep DONE "$report")" ''
    : >"$report"
    # Replies before the questions are dropped.
    i=0
    while [ $i -lt 200 ] && ! grep -q '^dp_input_feed' "$report"; do
        printf '\033[?62c'
        sleep 0.05
        i=$((i + 1))
    done | ATTACK_REPORT=$report TERM=xterm-256color script -qec \
        "$exploited doctor" /dev/null >/dev/null 2>&1
    is 'doctor: all attempts of the replies are refused' "$(grep -c "^dp_input_feed .* refused$" "$report")" 11
    is 'doctor: nothing is done' "$(grep DONE "$report")" ''
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
