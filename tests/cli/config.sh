#!/bin/sh
# The configuration file: precedence, messages about lines that are wrong, and that it accepts
# every long option of every command.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
unset DIGITPAD_MNIST

XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME
file=$XDG_CONFIG_HOME/digitpad/config
mkdir -p "$XDG_CONFIG_HOME/digitpad"
image=$srcdir/tests/data/eight-28x28.pgm

model_used() {
    printf '%s' "$out" | sed -n 's/.*"model":"\([a-z0-9]*\)".*/\1/p'
}

printf '# mine\n\nmodel = mlp\nformat=json\n' >"$file"
run "$DIGITPAD" predict "$image"
is "the file is read" "$(model_used)" mlp
is "without a message" "$err" ""
run "$DIGITPAD" predict --model=cnn "$image"
is "an option wins" "$(model_used)" cnn
run env DIGITPAD_MODEL=cnn "$DIGITPAD" predict "$image"
is "the environment wins" "$(model_used)" cnn
run env DIGITPAD_MODEL=cnn "$DIGITPAD" predict -m mlp "$image"
is "an option wins over both" "$(model_used)" mlp

echo 'model = mlp' >"$file"
run "$DIGITPAD" info cnn
like "the argument of info wins" "$status $out" '^0 model +cnn'

printf 'pen = 4\nfrobnicate = 1\n' >"$file"
run "$DIGITPAD" predict "$image"
is "an unknown option does no harm" "$status" 0
like "it is named with its line" "$err" "warning: .*/config:2: unknown option 'frobnicate'"
is "an option of another command is not reported" "$(printf '%s\n' "$err" | grep -c .)" 1

printf 'strict = yes\nfail-fast = no\n' >"$file"
printf 'P2 28 28 255\n' >"$tmp/blank.pgm"
i=0
while [ $i -lt 784 ]; do
    echo 0
    i=$((i + 1))
done >>"$tmp/blank.pgm"
run "$DIGITPAD" predict "$tmp/blank.pgm"
is "yes sets an option" "$status" 1
printf 'strict = no\n' >"$file"
run "$DIGITPAD" predict "$tmp/blank.pgm"
is "no does not set it" "$status" 0
printf 'strict = perhaps\n' >"$file"
run "$DIGITPAD" predict "$tmp/blank.pgm"
is "another value is refused" "$status" 2
like "with its line" "$err" "config:1: .*'perhaps'"

printf 'threads = many\n' >"$file"
run "$DIGITPAD" predict "$image"
is "a wrong value: status" "$status" 2
like "a wrong value is named with its line" "$err" "config:1: .*'many'"
run "$DIGITPAD" predict --help
is "--help works nevertheless" "$status" 0

make_bars
printf 'images = %s\nlabels = %s\noutput = %s\nepochs = 1\nprogress = none\n' \
    "$tmp/images.idx" "$tmp/labels.idx" "$tmp/bars.safetensors" >"$file"
run "$DIGITPAD" train --arch 'flatten | dense 10'
is "train reads the options of its run and of its recipe" "$status$err" 0
ok "and writes the output" test -s "$tmp/bars.safetensors"
printf 'epochs = -1\n' >"$file"
run "$DIGITPAD" train --arch 'flatten | dense 10'
fails "a wrong value of a recipe is named with its line" 2 "config:1: --epochs: '-1' is not"

printf 'model\n' >"$file"
run "$DIGITPAD" predict "$image"
is "a line without = does no harm" "$status" 0
like "it is reported" "$err" "warning: .*config:1: 'model' is not of the form OPTION = VALUE"
printf 'a\0b = 1\n' >"$file"
run "$DIGITPAD" predict "$image"
like "a binary file is reported" "$err" 'warning: .*not a text file'
rm "$file"
mkdir "$file"
run "$DIGITPAD" predict "$image"
like "a directory is reported" "$err" 'warning: .*directory'
rmdir "$file"

# Every option of every command is known, except help.
for command in $("$DIGITPAD" --help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
    "$DIGITPAD" "$command" --help | grep -o -e ' --[a-z][a-z0-9-]*'
done | sort -u | sed -n 's/^ --//p' | grep -v '^help$' >"$tmp/options"
ok "commands list their options" test "$(wc -l <"$tmp/options")" -gt 30
sed 's/$/ = yes/' "$tmp/options" >"$file"
run "$DIGITPAD" models path mlp
is "all of them are known" "$(printf '%s' "$err" | grep 'unknown option')" ""

# ---- a value that only other commands allow ---------------------------------------------------
echo 'format = csv' >"$file"
run "$DIGITPAD" info mlp
is "format = csv is for predict alone" "$status:$err:$(printf '%s\n' "$out" | head -n 1)" \
    "0::model       mlp"
run "$DIGITPAD" predict "$srcdir/tests/data/digits.ndjson"
like "which follows it" "$out" '^index,source,digit,'
echo 'format = xml' >"$file"
run "$DIGITPAD" info mlp
fails "a word for no command" 2 "config:1: --format: invalid value 'xml'"
echo 'outliers = odd.ndjson' >"$file"
run "$DIGITPAD" train --arch=mlp --images=/nonexistent -o "$tmp/out.safetensors"
fails "a file for eval is no number for train" 5 '/nonexistent'
echo 'epochs = many' >"$file"
run "$DIGITPAD" train --arch=mlp --images=/nonexistent -o "$tmp/out.safetensors"
fails "a number for no command" 2 "config:1: --epochs: 'many' is not a whole number"
if "$DIGITPAD" --help | grep -q '^  draw '; then
    echo 'pen = 5' >"$file"
    run "$DIGITPAD" train --arch=mlp --images=/nonexistent -o "$tmp/out.safetensors"
    fails "the pen of draw is not that of train" 5 '/nonexistent'
fi
done_testing
