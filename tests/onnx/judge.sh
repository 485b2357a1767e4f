#!/bin/sh
# Compare the ONNX files that digitpad writes with onnxruntime. `make check` only compares with the
# logits in onnxruntime.txt. This script computes these again (--update stores them) and compares
# the shipped networks on 1,000 test images.
#
# usage: tests/onnx/judge.sh BUILD-FOLDER [--update]
# Needs Node.js and npm, and MNIST (DIGITPAD_MNIST or ../shared/mnist).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
build=$(cd "$1" && pwd)
work=$build/judge
. "$root/scripts/common.sh"
images=${DIGITPAD_MNIST:-$root/../shared/mnist}/t10k-images-idx3-ubyte
[ -e "$images" ] || images=$images.gz
mkdir -p "$work"
if [ ! -d "$work/node_modules/onnxruntime-node" ]; then
    ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm install --silent --prefix "$work" onnxruntime-node
fi
export NODE_PATH="$work/node_modules"

# compare NAME LOGITS-A LOGITS-B: passes if the probabilities differ by at most 1e-5.
compare() {
    paste -d' ' "$2" "$3" | awk -v name="$1" '
        { most = sums[0] = sums[1] = 0
          for (s = 0; s < 2; s++) {
              top[s] = $(10 * s + 1)
              for (i = 1; i <= 10; i++) if ($(10 * s + i) > top[s]) top[s] = $(10 * s + i)
              for (i = 1; i <= 10; i++) sums[s] += exp($(10 * s + i) - top[s])
          }
          for (i = 1; i <= 10; i++) {
              d = exp($i - top[0]) / sums[0] - exp($(10 + i) - top[1]) / sums[1]
              if (d < 0) d = -d
              if (d > worst) worst = d
          } }
        END { printf "%s: %d images, probabilities differ by at most %.2g\n", name, NR, worst
              exit !(NR > 0 && worst <= 1e-5) }'
}

DIGITPAD_ONNX_SAMPLES=$work srcdir=$root "$build/tests/unit/weights/onnx/check_onnx" >/dev/null || :
set -- "${2:-}" "$work"/[0-9].onnx
update=$1
shift
node "$here/answer.js" "$work/images.f32" "$@" >"$work/answers.txt"
[ "$update" = --update ] && cp "$work/answers.txt" "$here/onnxruntime.txt"
compare "samples" "$work/answers.txt" "$here/onnxruntime.txt"

# same_digits NAME LOGITS-A LOGITS-B: passes if the digits agree on 99.9 % of the images; for 8-bit
# networks.
same_digits() {
    paste -d' ' "$2" "$3" | awk -v name="$1" '
        { for (s = 0; s < 2; s++) {
              best[s] = 1
              for (i = 2; i <= 10; i++) if ($(10 * s + i) > $(10 * s + best[s])) best[s] = i
          }
          same += best[0] == best[1] }
        END { printf "%s: %d of %d digits agree\n", name, same, NR
              exit !(NR > 0 && same >= 0.999 * NR) }'
}

gzip -dc "$images" | tail -c +17 | head -c 784000 >"$work/mnist.u8"
node -e 'const fs = require("fs");
    const pixels = Float32Array.from(fs.readFileSync(process.argv[1]), (v) => v / 255);
    fs.writeFileSync(process.argv[2], Buffer.from(pixels.buffer))' \
    "$work/mnist.u8" "$work/mnist.f32"
for model in $carried; do
    original=$root/weights/shipped/$model.safetensors
    "$build/digitpad" convert "$original" "$work/$model.onnx"
    node "$here/answer.js" "$work/mnist.f32" "$work/$model.onnx" >"$work/$model.theirs"
    "$build/tests/onnx/logits" "$original" <"$work/mnist.u8" >"$work/$model.ours"
    compare "$model" "$work/$model.ours" "$work/$model.theirs"
done
for model in $carried; do
    own=$root/weights/shipped/$model.int8.safetensors
    [ -r "$own" ] || continue
    "$build/digitpad" convert "$own" "$work/$model.int8.onnx"
    node "$here/answer.js" "$work/mnist.f32" "$work/$model.int8.onnx" >"$work/$model.theirs"
    "$build/tests/onnx/logits" "$own" <"$work/mnist.u8" >"$work/$model.ours"
    "$build/tests/onnx/logits" "$work/$model.int8.onnx" <"$work/mnist.u8" >"$work/$model.back"
    same_digits "$model in 8 bits" "$work/$model.ours" "$work/$model.theirs"
    same_digits "$model in 8 bits, read back" "$work/$model.ours" "$work/$model.back"
done
