#!/bin/sh
# Networks of other exporters in use. Final sigmoids are probabilities of each digit alone, and a
# network that gives only the digit has no confidence, wherever an answer is shown. 8-bit files run
# on bytes if they can. A newer operator set is warned of.
. "${srcdir:-.}/tests/tap.sh"
"$DIGITPAD" --version | grep -q protobuf-c || skip_all 'built without ONNX support'
find_numpy || skip_all 'needs python3 with numpy'
PYTHONDONTWRITEBYTECODE=1 "$python" "$srcdir/tests/onnx/write.py" "$tmp" sigmoid_at_the_end \
    argmax_alone label_and_scores relu_at_the_end relu_before_softmax sklearn_linear_svc sklearn_label_alone \
    sklearn_scaled_one_against_rest an_operator_set_of_tomorrow signed_bytes unsigned_weights \
    quantize_dequantize quantized_weights_in_the_graph float_bias_of_bytes
head -c 784 "$srcdir/tests/data/five-grey-160x120.pgm" | tr '\0' '\7' >"$tmp/image.raw"

# predict MODEL [OPTION…]: the answer to an image of 784 bytes, taken as it is.
predict() {
    model=$1
    shift
    run "$DIGITPAD" predict -q -m "$tmp/$model.onnx" --norm=unit -i raw --preprocess=never "$@" \
        "$tmp/image.raw"
}

# ---- sigmoids ----------------------------------------------------------------------------

# shares MODEL: the outputs of the network for the image, divided by their sum.
shares() {
    "$builddir/tests/onnx/logits" "$tmp/$1.onnx" unit <"$tmp/image.raw" |
        awk '{ for (i = 1; i <= 10; i++) s += $i
               for (i = 1; i <= 10; i++) printf "%s%.5f", i > 1 ? "," : "", $i / s }'
}
for model in sigmoid_at_the_end sklearn_scaled_one_against_rest; do
    predict "$model" -f csv
    is "$model: the probabilities are the outputs divided by their sum" \
        "$(printf '%s\n' "$out" | sed -n 2p | cut -d, -f6-15 | tr , '\n' |
            awk '{ printf "%s%.5f", NR > 1 ? "," : "", $1 }')" "$(shares "$model")"
done
"$DIGITPAD" convert -q --norm=unit "$tmp/sigmoid_at_the_end.onnx" "$tmp/sigmoid.safetensors"
answer=$(predict sigmoid_at_the_end && printf '%s\n' "$out")
run "$DIGITPAD" predict -m "$tmp/sigmoid.safetensors" -i raw --preprocess=never "$tmp/image.raw"
is "… also after a conversion" "$out" "$answer"

# ---- digits without probabilities --------------------------------------------------------

digit=$(predict label_and_scores && printf '%s' "${out%%	*}")
for model in argmax_alone sklearn_linear_svc relu_at_the_end; do
    predict "$model"
    like "$model: text has no confidence" "$out" '^[0-9]	-$'
    predict "$model" -k 3
    like "$model: the best digit is the only one listed" "$out" '^([0-9])	-	\1:-$'
    predict "$model" -f json
    like "$model: JSON has null" "$out" \
        '"digit":[0-9],"confidence":null,"rejected":false,"probabilities":null,"top":\[\{"digit":[0-9],"probability":null\}\]'
    predict "$model" -f csv
    like "$model: CSV has empty fields" "$out" ',[0-9],,false,,,,,,,,,,,$'
done
predict argmax_alone --min-confidence=0.5
fails "--min-confidence without probabilities" 2 \
    '--min-confidence: argmax_alone.onnx gives digits without probabilities; leave the option out'
predict argmax_alone --digits=auto
fails "--digits=auto without probabilities" 2 '--digits=auto: argmax_alone\.onnx gives digits without'
"$DIGITPAD" convert -q --norm=unit "$tmp/argmax_alone.onnx" "$tmp/only.safetensors"
"$DIGITPAD" convert -q "$tmp/only.safetensors" "$tmp/again.onnx"
for file in only.safetensors again.onnx; do
    run "$DIGITPAD" predict -m "$tmp/$file" -i raw --preprocess=never "$tmp/image.raw"
    like "$file: a conversion invents no confidence" "$out" '^[0-9]	-$'
done

predict label_and_scores
like "a label beside scores: the scores count" "$out" "^$digit	0\\.[0-9]{4}\$"
predict relu_before_softmax
like "a softmax after a ReLU: its probabilities are in the file" "$out" '^[0-9]	0\.[0-9]{4}$'
answer=$out
"$DIGITPAD" convert -q --norm=unit "$tmp/relu_before_softmax.onnx" "$tmp/logits.safetensors"
"$DIGITPAD" convert -q "$tmp/logits.safetensors" "$tmp/logits.onnx"
predict logits
is "… also after conversions" "$out" "$answer"
predict sklearn_label_alone
like "a label of a softmax: its probabilities are in the file" "$out" '^[0-9]	0\.[0-9]{4}$'

# ---- eval --------------------------------------------------------------------------------

{
    printf '\0\0\010\003\0\0\0\002\0\0\0\034\0\0\0\034'
    cat "$tmp/image.raw" "$tmp/image.raw"
} >"$tmp/images"
printf '\0\0\010\001\0\0\0\002\001\002' >"$tmp/labels"
run "$DIGITPAD" eval -m "$tmp/argmax_alone.onnx" --norm=unit --report="$tmp/report.html" \
    "$tmp/images" "$tmp/labels"
is "eval without probabilities exits 0" "$status" 0
like "… and says so" "$out" '^digits without probabilities, [0-9]+ images/s$'
ok "… without a calibration error" [ -z "$(printf '%s' "$out$err" | grep -Ei 'calibration|nan')" ]
like "… also in the report" "$(cat "$tmp/report.html")" \
    'The network gives digits without probabilities\.'
ok "… without a number that is none" [ -z "$(grep -o '[^a-z]nan[^a-z]' "$tmp/report.html")" ]
run "$DIGITPAD" eval -m "$tmp/argmax_alone.onnx" --norm=unit -f json "$tmp/images" "$tmp/labels"
like "eval as JSON has null" "$out" '"ece":null,"selective":null,"hardest":\[\{.*"confidence":null\}'

# ---- bytes -------------------------------------------------------------------------------

# kind MODEL [OPTION…]: "8 bits" or "float32", as the program runs it.
kind() {
    model=$1
    shift
    "$DIGITPAD" predict -v -m "$tmp/$model.onnx" -i raw --preprocess=never "$@" "$tmp/image.raw" 2>&1 |
        sed -n 's/.*model .*input scale \([a-z]*\), \(.*\), kernels.*/\1, \2/p'
}
for model in signed_bytes unsigned_weights; do
    is "$model: runs on bytes, and the first step tells the input scale" "$(kind $model)" \
        "unit, 8 bits"
done
is "another input scale does not fit the bytes" "$(kind signed_bytes --norm=mnist)" "mnist, float32"
for model in quantize_dequantize quantized_weights_in_the_graph float_bias_of_bytes; do
    is "$model: runs in floats" "$(kind $model)" "unit, float32"
done

# ---- operator sets -----------------------------------------------------------------------

run "$DIGITPAD" predict -m "$tmp/an_operator_set_of_tomorrow.onnx" --norm=unit -i raw \
    --preprocess=never "$tmp/image.raw"
is "a newer operator set is read" "$status" 0
is "… with one warning" "$err" \
    "digitpad predict: warning: the file uses operator set 23, which is newer than this program; its operators are read as those of set 22"
run "$DIGITPAD" info "$tmp/an_operator_set_of_tomorrow.onnx"
like "… also by info" "$err" 'warning: the file uses operator set 23'
done_testing
