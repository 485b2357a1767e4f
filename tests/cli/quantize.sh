#!/bin/sh
# digitpad quantize: 8-bit networks, and reading and converting their files.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
unset DIGITPAD_MODEL
mlp=$srcdir/weights/shipped/mlp.safetensors
drawing=$srcdir/tests/data/five-grey-160x120.pgm

# Forty images of 28 × 28 pixels, one in three of them ink.
{
    printf '\000\000\010\003\000\000\000\050\000\000\000\034\000\000\000\034'
    awk 'BEGIN { for (i = 0; i < 31360; i++) printf "%c", i % 7 < 2 ? 33 + i % 90 : 32 }'
} >"$tmp/images"

run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/images" -o "$tmp/a.safetensors"
is "quantize exits 0" "$status" 0
is "… without a message" "$out$err" ""
"$DIGITPAD" quantize "$mlp" --calibrate="$tmp/images" --output="$tmp/b.safetensors"
ok "… and makes the same bytes again" cmp "$tmp/a.safetensors" "$tmp/b.safetensors"
ok "… which are at most 120 KB" [ "$(wc -c <"$tmp/a.safetensors")" -le 120000 ]
run "$DIGITPAD" info "$tmp/a.safetensors"
like "info shows the precision" "$out" '^precision  *int8$'
like "… and keeps the metadata" "$out" '^metadata  *digitpad.accuracy: '
like "… and the rule of trust" "$out" '^metadata  *digitpad.trust: bias='
run "$DIGITPAD" convert "$tmp/a.safetensors" "$tmp/c.safetensors"
ok "convert keeps every byte of it" cmp "$tmp/a.safetensors" "$tmp/c.safetensors"
run "$DIGITPAD" predict -k 1 -m "$tmp/a.safetensors" "$drawing"
is "predict reads a drawing with it" "$status $(printf '%s' "$out" | cut -f 3 | cut -c 1)" "0 5"

forget "$mlp" "$tmp/foreign"
run "$DIGITPAD" quantize "$tmp/foreign" --norm=unit --calibrate "$tmp/images" -o "$tmp/inferred.safetensors"
like "the layers of a third-party file are inferred" "$status $err" \
    "^0 .*warning: the file does not record its layers; assuming --arch='[^']*'"
run "$DIGITPAD" quantize "$tmp/foreign" --arch="$chain" --norm=unit --calibrate "$tmp/images" \
    -o "$tmp/e.safetensors"
is "--arch and --norm supply both" \
    "$("$DIGITPAD" predict -f json -m "$tmp/e.safetensors" "$drawing" | sed 's/.*"digit"//')" \
    "$("$DIGITPAD" predict -f json -m "$tmp/a.safetensors" "$drawing" | sed 's/.*"digit"//')"

run "$DIGITPAD" quantize "$mlp" -o "$tmp/mlp.json"
is "JSON needs no images" "$status$err" 0
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/missing" -o "$tmp/mlp.json"
like "and says that it does not read them" "$status $err" '^0 .*missing is not read: JSON has no activation ranges$'
ok "… of at most 400,000 bytes: its first layer reads means, that of the file pixels" \
    [ "$(wc -c <"$tmp/mlp.json")" -le 400000 ]
make_bars
"$DIGITPAD" train --images "$tmp/images.idx" --labels "$tmp/labels.idx" --epochs 1 --progress none \
    --arch 'flatten | dense 128 | relu | dense 64 | relu | dense 10' -o "$tmp/plain.safetensors"
"$DIGITPAD" quantize "$tmp/plain.safetensors" -o "$tmp/plain.json"
# 145,600 of them are the weights in Base64; the 202 biases are decimals of varying length.
ok "JSON of 784-128-64-10 has at most 149,000 bytes" [ "$(wc -c <"$tmp/plain.json")" -le 149000 ]
run "$DIGITPAD" convert "$tmp/a.safetensors" "$tmp/again.json"
is "8 bits to JSON exits 0" "$status" 0
run "$DIGITPAD" quantize "$srcdir/weights/shipped/cnn.safetensors" -o "$tmp/cnn.json"
like "a CNN cannot be written as JSON" "$status $err" '^3 .*only three dense layers'

# The carried networks are what quantize makes of their originals.
for name in $carried; do
    like "$name is carried in 8 bits" "$("$DIGITPAD" info "$name")" '^precision  *int8$'
    run "$DIGITPAD" convert "$name:f32" "$tmp/$name.safetensors"
    ok "$name:f32 is its original" cmp "$tmp/$name.safetensors" "$srcdir/weights/shipped/$name.safetensors"
done
nano=$srcdir/weights/shipped/nano.int8.safetensors
header=$(od -An -v -tu1 -N 8 "$nano" | awk '{ for (i = NF; i > 0; i--) n = 256 * n + $i; print n }')
ok "nano has at most 16 KB of weights" [ $(($(wc -c <"$nano") - 8 - header)) -le 16384 ]
images=$(find "${DIGITPAD_MNIST:-$srcdir/../shared/mnist}" -name 'train-images-idx3-ubyte*' \
    2>/dev/null | head -n 1)
if [ -z "$images" ]; then
    skip "mlp is what quantize makes of its original" "no MNIST training images"
elif ! "$DIGITPAD" --version | grep -Eq 'avx|neon'; then
    skip "mlp is what quantize makes of its original" "other rounding on this machine"
else
    "$DIGITPAD" quantize "$mlp" --calibrate "$images" -o "$tmp/mlp.int8.safetensors"
    ok "mlp is what quantize makes of its original" \
        cmp "$tmp/mlp.int8.safetensors" "$srcdir/weights/shipped/mlp.int8.safetensors"
fi

run "$DIGITPAD" quantize "$tmp/a.safetensors" --calibrate "$tmp/images" -o "$tmp/d.safetensors"
like "a network that is quantised already" "$status $err" '^3 .*already quantised to 8 bits'
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/a.safetensors" -o "$tmp/d.safetensors"
fails "a file without images" 5 'a\.safetensors: '
run "$DIGITPAD" quantize "$mlp" --calibrate "$srcdir/tests/data/two-four.csv" -o "$tmp/e.safetensors"
is "images in another format" "$status$err" 0
mkdir "$tmp/folder"
cp "$srcdir"/tests/data/*.pgm "$tmp/folder"
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/folder" -o "$tmp/e.safetensors"
is "images in a folder" "$status$err" 0
echo junk >"$tmp/folder/a.txt"
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/folder" -o "$tmp/f.safetensors"
fails "a bad file in a folder" 5 'folder: [^ ]*folder/a\.txt: record 1, byte 0: '
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/missing" -o "$tmp/d.safetensors"
like "a missing file of images" "$status $err" '^5 .*missing'
run "$DIGITPAD" quantize "$mlp" -o "$tmp/d.safetensors"
like "no --calibrate" "$status $err" '^2 .*--calibrate'
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/images"
like "no -o" "$status $err" '^2 .*-o'
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/images" -o "$tmp/d.onnx"
like "another format" "$status $err" '^2 .*must end in'
run "$DIGITPAD" quantize "$mlp" --norm=std --calibrate "$tmp/images" -o "$tmp/d.safetensors"
like "another norm" "$status $err" "^2 .*--norm: invalid value 'std' \\(one of unit, mnist"
run "$DIGITPAD" quantize "$mlp" --calibrate "$tmp/images" -o "$tmp/no/d.safetensors"
fails "a folder that is not there" 5 'no/d\.safetensors: No such file'
run "$DIGITPAD" predict -m a:f32 "$drawing"
fails "the float version of an unknown network" 3 'a:f32: no model has this name'
ok "nothing was left behind" [ ! -e "$tmp/d.safetensors" ]
done_testing
