#!/bin/sh
# The sandbox: a digitpad whose parsers attack (tests/sandbox/exploit.c) has no success in any
# command; what commands need still works; --sandbox says what is on.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
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
commands=
data=$srcdir/tests/data
image=$data/eight-28x28.pgm

# attacked READERS COMMAND…: these readers are reached, and no attempt succeeds.
attacked() {
    readers=$1
    shift
    : >"$report"
    ATTACK_REPORT=$report "$exploited" "$@" >"$tmp/stdout" 2>"$tmp/stderr" </dev/null
    cat "$report" >>"$tmp/reports"
    commands="$commands $1"
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
"$DIGITPAD" convert nano "$tmp/in/nano.onnx" 2>/dev/null
"$DIGITPAD" convert mlp:f32 "$tmp/in/mlp.safetensors" 2>/dev/null
printf '{"label":8,"strokes":[[[1,1],[5,5],[9,20]]]}\n' >"$tmp/in/drawing.ndjson"
mkdir -p "$tmp/set/8" && cp "$image" "$tmp/set/8/"
printf 'epochs = 1\narch = flatten | dense 10\nmade-up = 0\noutliers = 0\n' >"$tmp/in/short.recipe"

make_bars
awk 'BEGIN { print "writer\tseries"; for (i = 0; i < 240; i++) print int(i / 10) "\t0" }' \
    >"$tmp/in/writers.tsv"
cp "$srcdir"/tests/releases/0.1.0/stopped.* "$tmp/out/"
cp "$srcdir/tests/releases/0.1.0/drawings.ndjson" "$tmp/in/"

model='dp_model_read dp_network_file_read dp_safetensors_parse'
reader='dp_reader_create dp_reader_next'
attacked "$reader $model" predict "$tmp/in/eight-28x28.pgm"
attacked "$reader dp_int8_json_read" predict -m "$tmp/in/mlp.json" "$image"
attacked "$reader dp_model_read dp_onnx_read" predict -m "$tmp/in/nano.onnx" "$image"
attacked "$reader dp_inputs_next dp_json_stream_next" predict "$tmp/in/drawing.ndjson"
attacked "$reader dp_zip_open" predict "$srcdir/tests/fuzz/corpus/npz/good-one"
attacked "$reader" predict -r "$tmp/set"
attacked "$reader $model" eval "$tmp/set"
attacked dp_idx_read_pair eval "$tmp/images.idx" "$tmp/labels.idx"
attacked "$reader $model" show "$image"
attacked "$model" info "$tmp/in/mlp.safetensors"
attacked "$model" convert "$tmp/in/mlp.safetensors" "$tmp/out/out.onnx"
attacked "$reader $model" quantize "$tmp/in/mlp.safetensors" --calibrate="$tmp/set" -o "$tmp/out/q.safetensors"
attacked "$model" bench -m "$tmp/in/mlp.safetensors" --quick --only=latency_us
attacked dp_recipe_read train --recipe "$tmp/in/short.recipe" --images "$image" -o "$tmp/out/t.safetensors"
attacked 'dp_idx_read_pair dp_writers_hold_out' train --arch='flatten | dense 10' --images="$tmp/images.idx" \
    --labels="$tmp/labels.idx" --writers="$tmp/in/writers.tsv" --epochs=1 -o "$tmp/out/w.safetensors"
attacked 'dp_checkpoint_read dp_train_log_read' train --resume \
    --arch='avgpool 4 | flatten | dense 16 | relu | dense 10' --images="$tmp/in/drawings.ndjson" --made-up=10 \
    --outliers=0 --kernel=portable --epochs=12 --batch=10 --log="$tmp/out/stopped.csv" -o "$tmp/out/stopped.safetensors"
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
# A server, whose clients are strangers.
if command -v python3 >/dev/null 2>&1; then
    : >"$report"
    mkdir "$tmp/run"
    ATTACK_REPORT=$report "$exploited" predict --listen="$tmp/run/socket" 2>"$tmp/stderr" &
    server=$!
    python3 -c '
import socket, sys, time
client, end = socket.socket(socket.AF_UNIX), time.monotonic() + 20
while client.connect_ex(sys.argv[1]) and time.monotonic() < end:
    time.sleep(0.01)
client.sendall(open(sys.argv[2], "rb").read())
client.shutdown(socket.SHUT_WR)
print(client.makefile().read())' "$tmp/run/socket" "$tmp/in/drawing.ndjson" >"$tmp/stdout" 2>&1
    kill "$server"
    wait "$server"
    cat "$report" >>"$tmp/reports"
    for part in dp_reader_create dp_reader_next dp_model_read; do
        is "predict --listen: all attempts of $part are refused" \
            "$(grep -c "^$part .* refused$" "$report")" 11
    done
    is 'predict --listen: nothing is done' "$(grep DONE "$report")" ''
    is 'predict --listen: its socket is gone' "$(ls "$tmp/run")" ''
    like 'predict --listen: it answers' "$(cat "$tmp/stdout")" '"digit"'
else
    skip 'predict --listen' 'python3 is missing'
fi

# The pad, with a drawing, and keys.
if command -v script >/dev/null 2>&1; then
    : >"$report"
    mkfifo "$tmp/keys"
    ATTACK_REPORT=$report TERM=xterm-256color script -qefc \
        "$exploited draw --offline '$tmp/in/drawing.ndjson'" /dev/null <"$tmp/keys" >"$tmp/screen" 2>&1 &
    pad=$!
    exec 3>"$tmp/keys"
    i=0
    until grep -aq digitpad "$tmp/screen" || [ $i -eq 600 ]; do # the pad reads keys
        sleep 0.1
        i=$((i + 1))
    done
    printf 'q' >&3
    exec 3>&-
    wait "$pad"
    for part in dp_model_read dp_strokes_json_read dp_input_feed; do
        is "draw: all attempts of $part are refused" "$(grep -c "^$part .* refused$" "$report")" 11
    done
    is 'draw: nothing is done' "$(grep DONE "$report")" ''
    cat "$report" >>"$tmp/reports"
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
    cat "$report" >>"$tmp/reports"
else
    skip 'draw' 'script(1) is missing'
fi
commands="$commands draw"

# Every reader attacked somewhere, and every command. A reader that is missing here reads nothing of
# strangers (the command line, the user's configuration and state, what the program carries), does not
# parse, or is part of one that attacks.
others='dp_endpoint_read dp_idx_read dp_fsio_read dp_hub_cache_read dp_hub_ref_parse dp_int8_file_read
    dp_json_load dp_key_value_parse dp_key_value_read dp_labelled_read dp_onnx_tensor_load dp_options_read
    dp_refit_read dp_rehearsal_read dp_remembered_read dp_save_load dp_source_read dp_store_load
    dp_store_read dp_tensor_name_parse dp_train_data_read dp_train_options_read'
attackers=$(sed -n 's/^ATTACKED([a-z_]*, \(dp_[a-z0-9_]*\),.*/\1/p' "$srcdir/tests/sandbox/exploit.c")
for reader in $attackers; do
    case $reader in
    dp_onnx_read) "$DIGITPAD" --version | grep -q protobuf-c || continue ;;
    esac
    ok "$reader attacks" grep -q "^$reader " "$tmp/reports"
done
# shellcheck disable=SC2086 # lists
is 'no reader is missing' "$(grep -ohE 'dp_[a-z0-9_]+_(read|parse|feed|load)\(' "$srcdir"/weights/*/*.h \
    "$srcdir"/weights/onnx/graph/*.h "$srcdir"/tui/*/*.h | tr -d '(' | sort -u |
    grep -vxF "$(printf '%s\n' $others $attackers)" | tr '\n' ' ')" ''
# These open no file of strangers, or leave it to digitpad-hub (tests/net/sandbox.py).
for command in $("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p'); do
    case " $commands data doctor help models restore-terminal " in
    *" $command "*) ;;
    *) fail "$command: is not attacked" ;;
    esac
done

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
