#!/bin/sh
# digitpad convert: between all formats, and errors.
. "${srcdir:-.}/tests/tap.sh"
cnn=$srcdir/weights/shipped/cnn.safetensors
drawing=$srcdir/tests/data/five-grey-160x120.pgm
onnx=yes
"$DIGITPAD" --version | grep -q protobuf-c || onnx=

# answer MODEL: the probabilities for a drawing, without the name of the model.
answer() {
    "$DIGITPAD" predict -m "$1" -f json --strict "$drawing" | sed 's/"model":"[^"]*"//'
}

run "$DIGITPAD" convert "$cnn" "$tmp/same.safetensors"
is "safetensors to safetensors exits 0" "$status" 0
ok "… and gives the same bytes" cmp "$cnn" "$tmp/same.safetensors"

if [ -n "$onnx" ]; then
    run "$DIGITPAD" convert "$cnn" "$tmp/cnn.onnx"
    is "safetensors to ONNX exits 0" "$status" 0
    is "… without a message" "$out$err" ""
    run "$DIGITPAD" info "$tmp/cnn.onnx"
    like "… and keeps the input scale" "$out" '^norm  *unit$'
    like "… and the chain" "$out" '^metadata  *digitpad.arch: conv'
    like "… and the rule of trust" "$out" '^metadata  *digitpad.trust: bias=[-0-9.]+ evidence='
    ok "… and answers the same" \
        [ "$(answer "$cnn" | cut -c1-120)" = "$(answer "$tmp/cnn.onnx" | cut -c1-120)" ]
    "$DIGITPAD" convert "$tmp/cnn.onnx" "$tmp/back.safetensors"
    "$DIGITPAD" convert "$tmp/back.safetensors" "$tmp/again.onnx"
    ok "… and converting there and back gives the same bytes" cmp "$tmp/cnn.onnx" "$tmp/again.onnx"
    run "$DIGITPAD" convert "$srcdir/weights/shipped/cnn.int8.safetensors" "$tmp/cnn8.onnx"
    is "8 bits to ONNX exits 0" "$status" 0
    ok "… and keeps 8 bits" [ "$(wc -c <"$tmp/cnn8.onnx")" -lt 450000 ]
    is "… and answers the same" "$(answer "$tmp/cnn8.onnx" | sed 's/.*"digit":\(.\),"confidence".*/\1/')" \
        "$(answer "$srcdir/weights/shipped/cnn.int8.safetensors" | sed 's/.*"digit":\(.\),"confidence".*/\1/')"
    "$DIGITPAD" convert "$tmp/cnn8.onnx" "$tmp/back8.safetensors"
    ok "… and converting back gives the same bytes" \
        cmp "$srcdir/weights/shipped/cnn.int8.safetensors" "$tmp/back8.safetensors"
    head -c 1000 "$tmp/cnn.onnx" >"$tmp/cut.onnx"
    run "$DIGITPAD" convert "$tmp/cut.onnx" "$tmp/never.safetensors"
    fails "a truncated ONNX file" 3 'cut\.onnx: not a valid ONNX model'
    ok "… and leaves nothing behind" [ ! -e "$tmp/never.safetensors" ]
else
    skip "ONNX" "built without ONNX support"
fi

# A network of three layers as JSON: 784-2-2-10, with all weights zero except some biases.
zeros() {
    head -c "$1" /dev/zero | base64 | tr -d '\n'
}
{
    printf '{"name":"small","arch":"784-2-2-10","params":1606,"testAccuracy":0.1,"layers":['
    printf '{"rows":784,"cols":2,"scale":0.01,"w":"%s","b":[0.5,1]},' "$(zeros 1568)"
    printf '{"rows":2,"cols":2,"scale":0.5,"w":"%s","b":[0,-1]},' "$(zeros 4)"
    printf '{"rows":2,"cols":10,"scale":0.125,"w":"%s","b":[0,0,0,0,0,0,4,0,0,0]}]}\n' \
        "$(zeros 20)"
} >"$tmp/small.json"
run "$DIGITPAD" info "$tmp/small.json"
like "JSON is described" "$out" 'dense 10'
like "… with its accuracy" "$out" 'digitpad.accuracy: test=0.1'
run "$DIGITPAD" predict -m "$tmp/small.json" "$drawing"
like "JSON answers" "$out" '^6'
run "$DIGITPAD" convert "$tmp/small.json" "$tmp/small.safetensors"
is "JSON to safetensors exits 0" "$status" 0
run "$DIGITPAD" convert "$tmp/small.safetensors" "$tmp/small2.json"
run "$DIGITPAD" convert "$tmp/small2.json" "$tmp/small3.json"
ok "JSON survives JSON" cmp "$tmp/small2.json" "$tmp/small3.json"

run "$DIGITPAD" convert "$srcdir/weights/shipped/mlp.int8.safetensors" "$tmp/mlp8.json"
is "8 bits to JSON exits 0" "$status" 0
like "… with a note about the loss of precision" "$err" 'warning: this format has one scale per layer'
is "… and answers the same digit" "$(answer "$tmp/mlp8.json" | sed 's/.*"digit":\(.\),"confidence".*/\1/')" \
    "$(answer "$srcdir/weights/shipped/mlp.int8.safetensors" | sed 's/.*"digit":\(.\),"confidence".*/\1/')"
run "$DIGITPAD" convert "$srcdir/weights/shipped/mlp.int8.safetensors" "$tmp/mlp8.safetensors"
ok "8 bits to safetensors gives the same bytes" \
    cmp "$srcdir/weights/shipped/mlp.int8.safetensors" "$tmp/mlp8.safetensors"

run "$DIGITPAD" convert "$cnn" "$tmp/cnn.json"
is "a convolution as JSON exits 3" "$status" 3
like "… and says why" "$err" 'only three dense layers with ReLU'
ok "… and leaves nothing behind" [ ! -e "$tmp/cnn.json" ]
mlp=$srcdir/weights/shipped/mlp.safetensors
forget "$mlp" "$tmp/foreign"
run "$DIGITPAD" convert --norm=unit "$tmp/foreign" "$tmp/x.safetensors"
like "the layers of a third-party file are inferred" "$status $err" \
    "^0 digitpad convert: warning: the file does not record its layers; assuming --arch='[^']*'"
like "and the new file records them" "$("$DIGITPAD" info "$tmp/x.safetensors" 2>&1)" '^norm +unit$'
run "$DIGITPAD" convert --arch="$chain" --norm=unit "$tmp/foreign" "$tmp/known.safetensors"
is "--arch and --norm supply both" "$(answer "$tmp/known.safetensors")" \
    "$(answer "$mlp")"

run "$DIGITPAD" convert "$cnn" "$tmp/cnn.h5"
is "an unknown extension exits 2" "$status" 2
like "… and names the known ones" "$err" 'end in .safetensors, .onnx or .json'
run "$DIGITPAD" convert "$cnn"
fails "only one file" 2 'convert: two files are required, IN and OUT'
run "$DIGITPAD" convert "$cnn" "$tmp/missing/cnn.safetensors"
is "a missing folder exits 5" "$status" 5
like "… and is named" "$err" 'missing/cnn.safetensors'
run "$DIGITPAD" convert "$tmp/none.onnx" "$tmp/x.safetensors"
fails "a missing file" 3 'none\.onnx: .*No such file'
done_testing
