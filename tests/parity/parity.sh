#!/bin/sh
# Compare the probabilities of the shipped networks with an independent NumPy evaluation of their
# files. The inputs are the sample drawings, as strokes and as normalised 28×28 images.
. "${srcdir:-.}/tests/tap.sh"
find_numpy || skip_all "no python3 with numpy"

drawings=$srcdir/tests/data/digits.ndjson
"$builddir/tests/parity/pixels" <"$drawings" >"$tmp/pixels.raw" || exit 99
for model in $carried; do
    for form in "-i ndjson $drawings" "-i raw --preprocess=never $tmp/pixels.raw"; do
        # shellcheck disable=SC2086 # options, and a file name without spaces
        "$python" "$srcdir/tests/parity/parity.py" "$DIGITPAD" \
            "$srcdir/weights/shipped/$model.safetensors" "$tmp/pixels.raw" $form |
            sed "s/ - / - $model ${form%% /*}: /" >>"$tmp/tap"
    done
done
cat "$tmp/tap"
printf '1..%d\n' "$(grep -cE '^(not )?ok' "$tmp/tap")"
