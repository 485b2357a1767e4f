#!/bin/sh
# doctor without a terminal: it says so, and reports the rest. tests/pty/test_query.c asks terminals, and
# json.sh looks at -f json.
. "${srcdir:-.}/tests/tap.sh"

# Run the program without a controlling terminal.
detached() {
    run setsid -w "$DIGITPAD" "$@" </dev/null
}

# fact NAME PATTERN: the last report has this line.
fact() {
    like "$1" "$out" "^  $1 +$2\$"
}

detached doctor
is "status" "$status" 0
is "nothing on stderr" "$err" ""
pad=$("$DIGITPAD" --help | grep -c '^  draw ')
[ "$pad" -eq 0 ] || fact problem 'there is no terminal to draw on.*'
fact version '[0-9]+\.[0-9]+\.[0-9]+'
fact path "$DIGITPAD"
fact name '.+'
fact online '[1-9][0-9]*'
fact kernel '[a-z0-9]+'
fact kernels 'reference, portable.*'
fact threads '[0-9]+'
fact 'threads from' '.+'
fact jansson '[0-9.]+'
fact 'character encoding' '.+'
fact path '/.*/digitpad/config'
fact exists no
fact samples '/.*/digitpad/samples\.ndjson'
fact 'samples exist' no
fact 'samples writable' '(yes|no)'
fact 'last model' '/.*/digitpad/model'
fact 'last model exists' no
fact path "$HF_HUB_CACHE"
fact 'named models' 0
fact 'their size' '0 bytes'
fact free '[0-9.]+ (bytes|KB|MB|GB)'
fact fetching 'off: HF_HUB_OFFLINE is set'
fact endpoint 'https://huggingface.co'
fact token no
fact proxy no
fact state '(on|off: |files and |programs and ).*'

# ---- threads, cache, network -----------------------------------------------------------------
if ! "$DIGITPAD" doctor | grep -q 'built without OpenMP'; then
    detached doctor -t 3
    fact threads 3
    fact 'threads from' --threads
    DIGITPAD_THREADS=2 OMP_NUM_THREADS=4 detached doctor
    fact threads 2
    fact 'threads from' DIGITPAD_THREADS
    OMP_NUM_THREADS=4 detached doctor
    fact threads 4
    fact 'threads from' OMP_NUM_THREADS
fi
file=$tmp/hub/models--onnxmodelzoo--mnist-8/snapshots/a19f9a8c2333de1df9b03f10f5739f468b699a1a
mkdir -p "$file"
head -c 26454 /dev/zero >"$file/mnist-8.onnx"
HF_HUB_CACHE=$tmp/hub detached doctor
fact 'named models' 1
fact 'their size' '26\.5 KB'
mkdir -m 500 "$tmp/locked"
HF_HUB_CACHE=$tmp/locked/a/b/c detached doctor
if [ -w "$tmp/locked" ]; then
    skip "a folder below one that cannot be written" "root can write everywhere"
else
    fact writable no
fi
HF_ENDPOINT=https://mirror.example HF_TOKEN=hf_secret https_proxy=http://me:secret@proxy detached doctor
fact endpoint 'https://mirror.example'
fact token yes
fact proxy yes
HF_ENDPOINT=https://me:secret@mirror.example detached doctor
fact endpoint 'hidden, because HF_ENDPOINT contains an @'
ok "no secret is shown" test "${out#*secret}" = "$out"
DIGITPAD_HUB=/nonexistent detached doctor
fact helper /nonexistent

# ---- fetching and the configuration file ------------------------------------------------------
HF_HUB_OFFLINE=0
export HF_HUB_OFFLINE
detached doctor
fact fetching on
detached doctor --offline
fact fetching 'off: --offline'
detached doctor --fetch=no
fact fetching 'only what is selected: fetch = no'
mkdir -p "$tmp/config/digitpad"
printf '%s\n' '# mine' 'offline = yes' 'pe = 3' 'top = 2' >"$tmp/config/digitpad/config"
XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME
detached doctor
fact fetching 'off: --offline'
fact path "$tmp/config/digitpad/config"
fact exists yes
fact 'line 2' 'offline = yes \((draw, )?models, data, doctor\)'
fact 'line 3' 'pe = 3 \(unknown option\)'
fact 'line 4' 'top = 2 \(predict\)'
like "an unknown option causes the usual warning" "$err" "config:3: unknown option 'pe'"
printf '%s\n' 'top = 2' 'nonsense' >"$tmp/config/digitpad/config"
detached doctor
fact 'line 1' 'top = 2 \(predict\)'
fact problem '.*config:2: .*'
XDG_CONFIG_HOME=$tmp/none
run env "TERM=$(printf 'x\033[2J')" LC_ALL=xx_YY.UTF-8 setsid -w "$DIGITPAD" doctor </dev/null
fact TERM 'x\\x1b\[2J'
fact LC_ALL 'xx_YY.UTF-8'
fact 'character encoding' UTF-8

run "$DIGITPAD" doctor now
fails "an operand" 2 "unexpected argument 'now'"
run "$DIGITPAD" doctor --format=csv
fails "doctor --format=csv" 2 "invalid value 'csv'"
if [ "$pad" -gt 0 ]; then
    for argument in --ink=oil --charset=big --color=maybe; do
        run "$DIGITPAD" doctor $argument
        fails "doctor $argument" 2 "${argument#*=}"
    done
    detached doctor --ink=half --charset=ascii --color=never --no-mouse
    is "all options" "$status" 0
fi
done_testing
