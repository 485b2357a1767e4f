#!/bin/sh
# What the carried networks promise, on the MNIST test images and on real pen drawings; both
# are fetched by users, so each part is skipped where its data is missing.
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

# correct MODEL OPTION…: how many of the 10,000 test images it reads.
correct() {
    model=$1
    shift
    "$DIGITPAD" eval -m "$model" -f json --hardest 0 "$@" "$images" "$labels" |
        sed 's/.*"correct":\([0-9]*\).*/\1/'
}

images=$(find "$mnist" -name 't10k-images-idx3-ubyte*' 2>/dev/null | head -n 1)
labels=$(find "$mnist" -name 't10k-labels-idx1-ubyte*' 2>/dev/null | head -n 1)
if [ -n "$images" ] && [ -n "$labels" ]; then
    mlp=$(correct mlp)
    cnn=$(correct cnn)
    at_least "mlp reads the MNIST test images" "$mlp" 9900
    at_least "cnn reads the MNIST test images" "$cnn" 9960
    for name in mlp cnn; do
        eval "in8=\$$name"
        floats=$(correct $name:f32)
        # shellcheck disable=SC2154 # set by eval
        at_least "$name: of 10000 answers at most 2 less are right than with floats" \
            "$in8" $((floats - 2))
        "$DIGITPAD" predict -m $name "$images" | cut -f1 >"$tmp/in8"
        "$DIGITPAD" predict -m $name:f32 "$images" | cut -f1 >"$tmp/floats"
        at_least "$name: and at most 10 differ" \
            "$(paste "$tmp/in8" "$tmp/floats" | awk '$1 == $2' | wc -l)" 9990
    done
    is "mlp on 1 thread" "$(correct mlp -t 1)" "$mlp"
    is "cnn on 1 thread" "$(correct cnn -t 1)" "$cnn"
    for kernel in reference portable avx2 avx512 avx512vnni neon; do
        n=$(correct mlp --kernel $kernel 2>"$tmp/err") || true
        if grep -q "$kernel" "$tmp/err"; then
            skip "mlp with $kernel kernels" "not on this machine"
        else
            is "mlp with $kernel kernels" "$n" "$mlp"
        fi
    done
else
    skip "MNIST test images" "set DIGITPAD_MNIST to a folder with the MNIST files"
fi

# read_strokes MODEL: per cent of the pen drawings.
read_strokes() {
    "$DIGITPAD" predict -m "$1" -f json "$strokes" | awk '
        match($0, /"label":[0-9]/) { label = substr($0, RSTART + 8, 1) }
        match($0, /"digit":[0-9]/) { correct += substr($0, RSTART + 8, 1) == label }
        END { printf "%.2f\n", 100 * correct / NR }'
}

if [ -r "$strokes" ]; then
    at_least "cnn reads pen drawings" "$(read_strokes cnn)" 99.5
    at_least "mlp reads pen drawings" "$(read_strokes mlp)" 98
else
    skip "pen drawings" "set DIGITPAD_STROKES to a folder with uji.ndjson"
fi
done_testing
