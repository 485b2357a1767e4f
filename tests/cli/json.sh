#!/bin/sh
# -f json of the commands that report: valid for any names, with the keys that the manual lists, on
# standard output alone.
. "${srcdir:-.}/tests/tap.sh"
command -v python3 >/dev/null || skip_all "python3 is missing"

# json EXPRESSION: evaluate it with the output of the last `run` as `value`.
json() {
    printf '%s' "$out" | python3 -c '
import json, sys
value = json.loads(sys.stdin.read())
print(eval(sys.argv[1]))' "$1" 2>&1
}

# documented COMMAND: the keys in the section JSON of its page, on a line.
documented() {
    awk '/^\.SH/ { on = $2 == "JSON" } on && tag { sub(/^\.B /, ""); print } { tag = on && /^\.TP/ }' \
        "$builddir/tui/man/digitpad-$1.1" | paste -s -d ' ' -
}

# one_line NAME: the last `run` succeeded and printed one line, nothing on standard error.
one_line() {
    is "$1: status, lines, messages" "$status $(printf '%s\n' "$out" | wc -l) $err" "0 1 "
}

# ---- info ---------------------------------------------------------------------------------------
run "$DIGITPAD" info -f json cnn
one_line "info"
is "info: the keys are those of its page" "$(json '" ".join(value)')" "$(documented info)"
is "info: numbers are numbers" \
    "$(json '[type(value[k]).__name__ for k in ("bytes", "parameters", "trainable", "macs")]')" \
    "['int', 'int', 'int', 'int']"
is "info: the same facts as in text" \
    "$(json '"%(bytes)d %(sha256)s %(norm)s %(precision)s %(trainable)d %(parameters)d %(macs)d" % value')" \
    "$("$DIGITPAD" info cnn | awk '/^(bytes|sha256|norm|precision) / { printf "%s ", $2 }
        /^parameters/ { printf "%s %s ", $2, $4 } /^work/ { printf "%s", $2 }')"
is "info: the layers lead from the input to ten logits" \
    "$(json '(value["input"], value["layers"][-1]["shape"])')" "([1, 28, 28], [10, 1, 1])"
is "info: the parameters of the layers add up" \
    "$(json 'sum(l["parameters"] for l in value["layers"]) == value["parameters"]')" True
is "info: metadata" "$(json '"dense 10" in value["metadata"]["digitpad.arch"]')" True

# A file that records no layers, with names that could harm a terminal or break a text of JSON.
header='{"a\"b\\ c":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"__metadata__":{"k\n\"":"\u202e\\"}}'
length=$(printf '%s' "$header" | wc -c)
{
    # shellcheck disable=SC2059 # the format is a byte
    printf "\\$(printf %o "$length")\\0\\0\\0\\0\\0\\0\\0%s" "$header"
    head -c 8 /dev/zero
} >"$tmp/odd \"name\"$(printf '\033\377')"
run "$DIGITPAD" info -q --format=json "$tmp"/odd*
one_line "info of odd names"
is "odd names: the keys are the same" "$(json '" ".join(value)')" "$(documented info)"
is "odd names: a tensor" "$(json 'value["tensors"] == [{"name": "a\"b\\ c", "dtype": "F32", "shape": [1, 2]}]')" True
is "odd names: metadata" "$(json 'value["metadata"] == {"k\n\"": "\u202e\\"}')" True
is "odd names: the name of the file" "$(json 'value["model"].endswith("odd \"name\"\x1b\ufffd")')" True
is "odd names: no layers" "$(json 'value["layers"], value["norm"], value["parameters"]')" "(None, None, None)"
is "odd names: pure ASCII" "$(printf '%s' "$out" | LC_ALL=C tr -d '[:print:]')" ""
run "$DIGITPAD" info --format=json "$tmp/none.safetensors"
fails "info of no file" 3 'none\.safetensors: '

# ---- models -------------------------------------------------------------------------------------
mkdir -p "$tmp/data/digitpad"
XDG_DATA_HOME=$tmp/data
export XDG_DATA_HOME
cp "$srcdir/weights/shipped/mlp.safetensors" "$tmp/data/digitpad/mlp-mine.safetensors"
run "$DIGITPAD" models list -f json
one_line "models"
is "models: the keys of each are those of the page" \
    "$(json '" ".join({" ".join(m) for m in value["models"]})')" "$(documented models)"
is "models: the same list as in text" \
    "$(json '"".join("%s %s\n" % (m["name"], m["state"]) for m in value["models"])')" \
    "$("$DIGITPAD" models | sed -E 's/^([^ ]+) +([a-z-]+( fetched)?) .*/\1 \2/')"
is "models: numbers" "$(json 'all(type(m["bytes"]) is int for m in value["models"])')" True
is "models: one of the Hub" \
    "$(json '[(m["repo"], len(m["sha256"]), m["accuracy"]) for m in value["models"] if m["name"] == "mnist-8"]')" \
    "[('onnxmodelzoo/mnist-8', 64, 0.989)]"
is "models: the user's own" \
    "$(json '[(m["path"], m["licence"]) for m in value["models"] if m["name"] == "mlp-mine"]')" \
    "[('$tmp/data/digitpad/mlp-mine.safetensors', None)]"
run "$DIGITPAD" models path -f json mlp-mine
is "other actions print text" "$status:$out" "0:$tmp/data/digitpad/mlp-mine.safetensors"

# ---- samples ------------------------------------------------------------------------------------
run "$DIGITPAD" samples list -f json
is "samples: none" "$status:$(json value)" "0:{'samples': []}"
printf '%s\n' '{"label":3,"time":"2026-01-31T12:00:00Z","strokes":[[[0,0],[5,5]],[[1,1],[2,2]]]}' \
    '{"label":"x"}' '{"label":4,"time":"\u001b]0;","strokes":[[[0,0],[5,5]]]}' \
    >"$tmp/data/digitpad/samples.ndjson"
run "$DIGITPAD" samples -f json
is "samples: a damaged one is bad input" "$status:$err" "1:digitpad samples: 1 damaged line, marked as damaged"
is "samples: the keys of each are those of the page" \
    "$(json '" ".join({" ".join(s) for s in value["samples"]})')" "$(documented samples)"
is "samples: their values" "$(json '[list(s.values()) for s in value["samples"]]')" \
    "[[1, False, 3, '2026-01-31T12:00:00Z', 2], [2, True, None, None, 0], [3, False, 4, '\\x1b]0;', 1]]"

# ---- doctor -------------------------------------------------------------------------------------
mkdir -p "$tmp/settings/digitpad"
printf '%s\n' 'top = 2' "x\"y = \\" >"$tmp/settings/digitpad/config"
printf '%s' "$tmp/odd\"$(printf '\033\377')" >"$tmp/cache.name"
run env TERM=vt100 XDG_CONFIG_HOME="$tmp/settings" HF_HUB_CACHE="$(cat "$tmp/cache.name")" \
    python3 "$srcdir/tests/cli/in_terminal.py" "$DIGITPAD" doctor -f json
is "doctor: status and lines" "$status $(printf '%s\n' "$out" | wc -l)" "0 1"
is "doctor: numbers" "$(json '[type(value["processor"][k]).__name__ for k in ("online", "threads")] + [type(value["cache"]["free"]).__name__]')" \
    "['int', 'int', 'int']"
is "doctor: kernels" "$(json 'value["processor"]["kernel"] in value["processor"]["kernels"]')" True
is "doctor: settings" "$(json 'value["configuration"]["settings"]')" \
    "[{'line': 1, 'option': 'top', 'value': '2', 'commands': 'predict'}, {'line': 2, 'option': 'x\"y', 'value': '\\\\', 'commands': ''}]"
is "doctor: an odd path" "$(json 'value["cache"]["path"].endswith("odd\"\x1b\ufffd")')" True
is "doctor: the sandbox" "$(json 'sorted(value["sandbox"])')" "['landlock', 'seccomp', 'state']"

# The keys that the page lists, as GROUP.KEY.
awk '/^\.SH/ { on = $2 == "JSON" } on && /^\.SS/ { group = $2 } on && tag { print group, $0 }
    { tag = on && (/^\.TP/ || tag && /\\$/) }' "$builddir/tui/man/digitpad-doctor.1" |
    sed -E 's/\\-/-/g; s/ \.BR? / /; s/[",\\]/ /g' |
    awk '{ for (i = 2; i <= NF; i++) print $1 "." $i }' | sort >"$tmp/documented"
json '"\n".join(g + "." + k for g in value for k in value[g])' | sort >"$tmp/keys"
ok "doctor: its page lists keys" test "$(wc -l <"$tmp/documented")" -ge 60
is "doctor: every key is in its page" "$(comm -23 "$tmp/keys" "$tmp/documented")" ""
if "$DIGITPAD" --help | grep -q '^  draw '; then
    is "doctor: keys of its page that this report lacks" \
        "$(comm -13 "$tmp/keys" "$tmp/documented" | grep -vE '^environment|^program|\.problem$')" \
        "terminal.sixel_colors"
fi

# ---- the configuration file, and wrong forms ------------------------------------------------------
mkdir -p "$tmp/config/digitpad"
XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME
echo 'format = json' >"$tmp/config/digitpad/config"
run "$DIGITPAD" info mlp
is "format = json is for info as well" "$(json 'value["model"]')" mlp
for command in info models samples doctor; do
    run "$DIGITPAD" $command -f xml
    fails "$command -f xml" 2 "--format: invalid value 'xml' \\(one of text, json\\)"
done
done_testing
