#!/bin/sh
# digitpad info: its descriptions of carried, third-party and broken files.
. "${srcdir:-.}/tests/tap.sh"

for model in $carried; do
    run "$DIGITPAD" info "$model"
    is "$model is described" "$status" 0
    like "$model has a norm" "$out" '^norm +(unit|mnist|symmetric|raw)$'
    like "$model has a 28x28 input" "$out" '^layers +1x28x28 +0  input$'
    like "$model ends in ten logits" "$out" '^ +[0-9]+  10 +[0-9]+  dense 10$'
    like "$model has its chain in the metadata" "$out" '^metadata +digitpad\.arch: .*dense 10$'
    file=$srcdir/weights/shipped/$model.int8.safetensors
    is "$model has the size of its file" \
        "$(printf '%s\n' "$out" | sed -n 's/^bytes  *//p')" $(($(wc -c <"$file")))
    is "$model has the hash of its file" \
        "$(printf '%s\n' "$out" | sed -n 's/^sha256  *//p')" \
        "$(sha256sum <"$file" | cut -d' ' -f1)"
    sum=$(printf '%s\n' "$out" | awk '
        /^ / { n += $3 }
        /^parameters/ { print n - $(NF - 2) }')
    is "$model: parameters of the layers add up" "$sum" 0
    run "$DIGITPAD" info "$file"
    is "$model can be described by path" "$status" 0
done

run "$DIGITPAD" info
like "the default is described" "$out" '^model +cnn$'
DIGITPAD_MODEL=mlp run "$DIGITPAD" info
like "DIGITPAD_MODEL is the default" "$out" '^model +mlp$'
run "$DIGITPAD" info -m mlp
like "-m names a model" "$out" '^model +mlp$'
run "$DIGITPAD" info --model=mlp
like "so does --model" "$out" '^model +mlp$'
run "$DIGITPAD" info cnn mlp
fails "two models" 2 'info: only one MODEL is allowed'
run "$DIGITPAD" info -m cnn mlp
fails "a model and -m" 2 'info: only one MODEL is allowed'
run "$DIGITPAD" info --norm=std cnn
fails "an unknown norm" 2 "--norm: invalid value 'std' \\(one of unit, mnist"
run "$DIGITPAD" info --norm=raw cnn
like "--norm overrides" "$out" '^norm +raw$'

# make_file NAME HEADER BYTES: a safetensors file with BYTES zero bytes of values.
make_file() {
    length=$(printf '%s' "$2" | wc -c)
    {
        # shellcheck disable=SC2059 # the format is the two bytes
        printf "\\$(printf %o $((length % 256)))\\$(printf %o $((length / 256)))"
        printf '\0\0\0\0\0\0%s' "$2"
        head -c "$3" /dev/zero
    } >"$tmp/$1"
}

make_file foreign '{"fc.weight":{"dtype":"F16","shape":[10,784],"data_offsets":[0,15680]}}' 15680
run "$DIGITPAD" info "$tmp/foreign"
is "a file without a chain is described" "$status" 0
like "with the layers that its tensors tell" "$out" '^ +1  10 +7840  dense 10 bias=0$'
make_file odd '{"fc.weight":{"dtype":"F16","shape":[10,74],"data_offsets":[0,1480]}}' 1480
run "$DIGITPAD" info "$tmp/odd"
is "a file whose tensors form no chain is described" "$status" 0
like "with its tensors" "$out" '^tensor +fc\.weight  F16 \[10,74\]$'
like "and a warning says what is missing" "$err" \
    'digitpad info: warning: no architecture in the metadata: its names and shapes do not tell .*; give --arch'
run "$DIGITPAD" predict -m "$tmp/odd" "$srcdir/tests/data/digits.ndjson"
fails "and it cannot be used" 3 "odd: no architecture in the metadata: its names and shapes do not tell"
run "$DIGITPAD" info --arch='flatten | dense 10 bias=0' --norm=unit "$tmp/foreign"
like "with --arch, with its layers" "$out" '^ +1  10 +7840  dense 10 bias=0$'
run "$DIGITPAD" info --arch='flatten | dense 11 bias=0' --norm=unit "$tmp/foreign"
is "an --arch that does not fit exits 3" "$status" 3
like "and names the file and the layer" "$err" 'foreign: layer 1: no tensors fit'
run "$DIGITPAD" info --arch='dance 10' --norm=unit "$tmp/foreign"
fails "an --arch that is not valid" 2 'foreign: layer 0 \(dance 10\): '

make_file hostile '{"__metadata__":{"a\u001b[31m":"\u009b2J\u202e"}}' 0
run env LC_ALL=C.UTF-8 "$DIGITPAD" info "$tmp/hostile"
is "metadata cannot steer the terminal" \
    "$(printf '%s' "$out" | grep metadata)" 'metadata    a\x1b[31m: \u{9b}2J\u{202e}'
make_file lines '{"__metadata__":{"recipe":"one\ntwo\u001b\n"}}' 0
is "metadata of several lines is aligned" \
    "$("$DIGITPAD" info "$tmp/lines" 2>/dev/null | grep -A 9 metadata)" \
    "metadata    recipe: one
              two\\x1b"
done_testing
