#!/bin/sh
# doctor without a terminal: it says so, and reports the rest. tests/pty/test_query.c asks terminals.
. "${srcdir:-.}/tests/tap.sh"

if ! "$DIGITPAD" --help | grep -q '^  doctor '; then
    skip_all "built without the pad"
fi

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
fact problem 'there is no terminal to draw on.*'
fact version '[0-9]+\.[0-9]+\.[0-9]+'
fact kernels '[a-z0-9]+, .*'
fact threads '[0-9]+'
fact jansson '[0-9.]+'
fact 'character encoding' '.+'
fact settings '/.*/digitpad/config \(no such file\)'
fact samples '/.*/digitpad/samples\.ndjson \((not )?writable\)'
fact 'model in use last' '/.*/digitpad/model \(no such file\)'
fact cache '/.* \((not )?writable\)'
fact fetching 'off: HF_HUB_OFFLINE is set'

HF_HUB_OFFLINE=0
export HF_HUB_OFFLINE
detached doctor
fact fetching on
detached doctor --offline
fact fetching 'off: --offline'
detached doctor --fetch=no
fact fetching 'only what is selected: fetch = no'
mkdir -p "$tmp/config/digitpad"
echo 'offline = yes' >"$tmp/config/digitpad/config"
XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME
detached doctor
fact fetching 'off: --offline'
fact settings '/.*/digitpad/config \(read\)'
run env "TERM=$(printf 'x\033[2J')" LC_ALL=xx_YY.UTF-8 setsid -w "$DIGITPAD" doctor </dev/null
fact TERM 'x\\x1b\[2J'
fact LC_ALL 'xx_YY.UTF-8'
fact 'character encoding' UTF-8

detached doctor --json
is "json: status" "$status" 0
is "json: one line" "$(printf '%s\n' "$out" | wc -l)" 1
if command -v python3 >/dev/null; then
    is "json: its groups" "$(printf '%s' "$out" | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(*report)
assert isinstance(report["program"]["threads"], int)')" "program environment terminal files"
else
    skip "json: its groups" "no python3"
fi

run "$DIGITPAD" doctor now
fails "an operand" 2 "unexpected argument 'now'"
for argument in --ink=oil --charset=big --color=maybe; do
    run "$DIGITPAD" doctor $argument
    fails "doctor $argument" 2 "${argument#*=}"
done
detached doctor --ink=half --charset=ascii --color=never --no-mouse
is "all options" "$status" 0
done_testing
