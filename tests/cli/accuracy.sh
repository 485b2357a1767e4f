#!/bin/sh
# The accuracies that the carried networks and the recipe `fast` promise, on the MNIST test images and on real pen
# drawings. A part is skipped if its data is missing.
. "${srcdir:-.}/tests/tap.sh"
unset DIGITPAD_MODEL
mnist=${DIGITPAD_MNIST:-$srcdir/../shared/mnist}
strokes=${DIGITPAD_STROKES:-$srcdir/../shared/strokes}/uji.ndjson

# at_least NAME NUMBER LEAST
at_least() {
    if awk "BEGIN { exit !($2 + 0 >= $3) }"; then
        pass "$1: $2"
    else
        fail "$1" "got $2, wanted at least $3"
    fi
}

# read_images OUT MODEL OPTION…: write the answers of a model to OUT, one digit per line, also
# those that it rejects.
read_images() {
    answers=$1 model=$2
    shift 2
    "$DIGITPAD" predict -k 1 -m "$model" "$@" "$images" | cut -f 3 | cut -c 1 >"$answers"
}

# same FILE FILE: the number of equal lines.
same() {
    paste "$1" "$2" | awk '$1 == $2' | wc -l
}

images=$(find "$mnist" -name 't10k-images-idx3-ubyte*' 2>/dev/null | head -n 1)
labels=$(find "$mnist" -name 't10k-labels-idx1-ubyte*' 2>/dev/null | head -n 1)
if [ -n "$images" ] && [ -n "$labels" ]; then
    gzip -dcf "$labels" | tail -c +9 | od -An -v -tu1 -w1 >"$tmp/labels"
    for name in $carried; do
        read_images "$tmp/$name" "$name"
        read_images "$tmp/floats" "$name:f32"
        floats=$(same "$tmp/floats" "$tmp/labels")
        at_least "$name: of 10000 answers, at most 2 fewer are right than with floats" \
            "$(same "$tmp/$name" "$tmp/labels")" $((floats - 2))
        at_least "$name: and at most 10 differ" "$(same "$tmp/$name" "$tmp/floats")" 9990
        read_images "$tmp/one" "$name" -t 1
        ok "$name gives the same answers on 1 thread" cmp "$tmp/one" "$tmp/$name"
        is "$name: the list of models in the pad has the accuracy that eval measures" \
            "$(sed -n "/\.name = \"$name\"/,/}/s/.*accuracy = \([0-9.]*\)F.*/\1/p" \
                "$srcdir/weights/store/registry.c")" \
            "$("$DIGITPAD" eval -f json -m "$name" "$images" "$labels" |
                sed -n 's/.*"accuracy":\([0-9.]*\),.*/\1/p' | awk '{ printf "%.4f\n", $1 }')"
    done
    at_least "mlp reads the MNIST test images" "$(same "$tmp/mlp" "$tmp/labels")" 9900
    at_least "cnn reads the MNIST test images" "$(same "$tmp/cnn" "$tmp/labels")" 9960
    at_least "nano reads the MNIST test images" "$(same "$tmp/nano" "$tmp/labels")" 9880
    for kernel in reference portable avx2 avx512 avx512vnni neon; do
        for name in mlp nano; do
            read_images "$tmp/one" "$name" --kernel $kernel 2>"$tmp/err"
            if grep -q "$kernel" "$tmp/err"; then
                skip "$name with $kernel kernels" "not on this machine"
            else
                ok "$name with $kernel kernels" cmp "$tmp/one" "$tmp/$name"
            fi
        done
    done
else
    skip "MNIST test images" "set DIGITPAD_MNIST to a folder with the MNIST files"
fi

if [ -n "$images" ] && [ -n "$(find "$mnist" -name 'train-images-idx3-ubyte*')" ]; then
    run env DIGITPAD_MNIST="$mnist" "$DIGITPAD" train --recipe fast --test --progress ndjson \
        -o "$tmp/fast.safetensors"
    at_least "the recipe fast reads test images" \
        "$(printf '%s\n' "$out" | sed -n 's/.*"test_accuracy":\([0-9.]*\).*/\1/p')" 0.99
else
    skip "the recipe fast" "set DIGITPAD_MNIST to a folder with the MNIST files"
fi

# read_strokes MODEL: the accuracy on the pen drawings, in per cent.
read_strokes() {
    "$DIGITPAD" predict -m "$1" -f json "$strokes" | awk '
        match($0, /"label":[0-9]/) { label = substr($0, RSTART + 8, 1) }
        match($0, /"digit":[0-9]/) { correct += substr($0, RSTART + 8, 1) == label }
        END { printf "%.2f\n", 100 * correct / NR }'
}

if [ -r "$strokes" ]; then
    at_least "cnn reads pen drawings" "$(read_strokes cnn)" 99.5
    at_least "mlp reads pen drawings" "$(read_strokes mlp)" 98
    at_least "nano reads pen drawings" "$(read_strokes nano)" 97
else
    skip "pen drawings" "set DIGITPAD_STROKES to a folder with uji.ndjson"
fi
done_testing
