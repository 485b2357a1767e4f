#!/bin/sh
# scripts/publish: the repository that it lays out, fetched back by itself.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
command -v python3 >/dev/null || skip_all "python3 is missing"
[ -x "$builddir/digitpad-hub" ] || skip_all "built without the Hub"
"$DIGITPAD" --version | grep -q protobuf-c || skip_all "built without ONNX support"

# Bars in the place of the MNIST test images: accuracies are measured, but on few images.
make_bars
mkdir "$tmp/mnist"
cp "$tmp/images.idx" "$tmp/mnist/t10k-images-idx3-ubyte"
cp "$tmp/labels.idx" "$tmp/mnist/t10k-labels-idx1-ubyte"
DIGITPAD_MNIST=$tmp/mnist
export DIGITPAD_MNIST

HF_TOKEN='' run "$srcdir/scripts/publish" some-one/digits "$tmp/repository" "$builddir"
is "it is laid out, and can be fetched back" "$status" 0
cd "$tmp/repository" || exit 99
for file in README.md LICENSE SHA256SUMS; do
    ok "it has $file" test -s "$file"
done
for name in $carried; do
    for file in $name.safetensors $name.onnx $name.int8.safetensors $name.int8.onnx; do
        ok "it has $file" test -s "$file"
    done
done
ok "the hashes are right" sha256sum --quiet -c SHA256SUMS
like "the card has its licence" "$(sed -n 2p README.md)" '^license: mit$'
is "the card lists every file" "$(grep -c '^| [a-z]*\.' README.md)" \
    "$(find . -name '*.safetensors' -o -name '*.onnx' -o -name '*.json' | wc -l)"
sed -n '2,/^---$/p' README.md >"$tmp/front"
is "the front matter has the accuracies of every network" "$(grep -c '^- name: ' "$tmp/front")" \
    "$(($(printf '%s\n' "$carried" | wc -w)))"
for name in $carried; do
    for form in "float32 $name.safetensors" "8.bits $name.int8.safetensors"; do
        value=$(awk -v name="$name" -v form="${form% *}" '
            /^- name:/ { on = $3 == name } on && $0 ~ "name: " form "$" { found = 1 }
            found && /value:/ { printf "%.2f %%", 100 * $2; exit }' "$tmp/front")
        like "model-index: ${form#* }" "$(grep "^| ${form#* } |" README.md)" "\| $value \|"
    done
done
if python3 -c 'import yaml' 2>/dev/null; then
    like "it is YAML" "$(sed '$d' "$tmp/front" | python3 -c '
import sys, yaml
card = yaml.safe_load(sys.stdin)
print(card["license"], [m["name"] for m in card["model-index"]],
      {r["dataset"]["type"] for m in card["model-index"] for r in m["results"]})')" \
        "^mit \['cnn', 'mlp', 'nano'\] \{'ylecun/mnist'\}"
else
    skip "it is YAML" "no python3-yaml"
fi
like "it says whose data these are" "$(cat README.md)" 'International Unipen'
ok "and its accuracy" test -z "$(grep '^| [a-z]*\.' README.md | grep -v '| [0-9.]* % |')"
run "$srcdir/scripts/publish" some-one/digits "$tmp/repository" "$builddir"
fails "a folder that exists is left alone" 1 'repository.?: File exists'
DIGITPAD_MNIST=$tmp/none HF_TOKEN='' run "$srcdir/scripts/publish" some-one/digits "$tmp/bare" "$builddir"
is "without images it is laid out, too" "$status" 0
is "… without accuracies" "$(grep -c 'model-index\|[0-9] % |' "$tmp/bare/README.md")" 0
run "$srcdir/scripts/publish"
fails "without arguments it says how" 2 '^usage: scripts/publish OWNER/NAME'
done_testing
