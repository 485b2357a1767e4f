#!/bin/sh
# Third-party networks reach their known accuracies on the 10,000 test images.
# Needs ../shared/weights and the MNIST files.
. "${srcdir:-.}/tests/tap.sh"
weights=$srcdir/../shared/weights
mnist=${DIGITPAD_MNIST:-$srcdir/../shared/mnist}
images=$mnist/t10k-images-idx3-ubyte
labels=$mnist/t10k-labels-idx1-ubyte
[ -r "$images" ] || { images=$images.gz; labels=$labels.gz; }
[ -r "$weights/mnist-8.onnx" ] || skip_all 'no ../shared/weights'
[ -r "$images" ] || skip_all 'no MNIST: set DIGITPAD_MNIST'

# reaches FILE CORRECT NORM [OPTION…]: CORRECT of 10,000 answers are right, give or take one.
reaches() {
    file=$1 wanted=$2 norm=$3
    shift 3
    run "$DIGITPAD" eval -m "$weights/$file" --norm="$norm" "$@" "$images" "$labels"
    correct=$(printf '%s\n' "$out" | sed -n 's/.*: \([0-9]*\) of 10000 correct.*/\1/p')
    case $((${correct:-0} - wanted)) in
    -1 | 0 | 1) pass "$file --norm=$norm: $correct of 10000, $wanted known" ;;
    *) fail "$file --norm=$norm: $wanted of 10000 known" "$out" "$err" ;;
    esac
}

reaches mnist-mlp.safetensors 9657 mnist \
    --arch='flatten | dense 256 | relu | dense 256 | relu | dense 10'
reaches burn-mnist.safetensors 9917 mnist --arch='conv 8 3 | relu | conv 16 3 | relu |
    conv 24 3 | relu | bn | flatten | dense 32 | relu | dense 10 | bn'
if ! "$DIGITPAD" --version | grep -q protobuf-c; then
    skip "ONNX" "built without ONNX support"
else
    reaches mnist-8.onnx 9890 unit
    reaches burn-mnist.onnx 9916 mnist
    like "an assumed input scale causes a warning" "$(
        "$DIGITPAD" predict -m "$weights/burn-mnist.onnx" "$srcdir/tests/data/digits.ndjson" 2>&1
    )" 'warning: the file does not record its input scale; assuming --norm=unit'
    reaches mnist-8.onnx 9890 auto
    like "… which is unit" "$out" '^input scale unit, (as recorded for the model|the most accurate)'
    reaches burn-mnist.onnx 9916 auto
    like "… which is mnist" "$out" '^input scale mnist, the most accurate'
fi
done_testing
