#!/bin/sh
# What releases wrote opens, with the same answers: networks, drawings, samples, the configuration,
# the state and the Hub's cache; a stopped training is for the same version. tests/releases/make.py writes the
# folder of a release.
. "${srcdir:-.}/tests/tap.sh"
"$DIGITPAD" --version | grep -q protobuf-c || onnx=missing
own=$("$DIGITPAD" --version | sed -n '1s/^digitpad \([^ ]*\).*/\1/p')

# same NAME CSV: the CSV in $out has the same digits and rejections as the file, and probabilities
# that differ by at most 0.0001.
same() {
    difference=$(printf '%s\n' "$out" | tr -d '\r' | awk -F, '
        NR == FNR { wanted[FNR] = $0; n = FNR; next }
        { split(wanted[FNR], w); seen = FNR }
        FNR == 1 { if ($0 != wanted[1]) print "header: " $0; next }
        { if ($3 != w[3] || $5 != w[5]) print "line " FNR ": " $0
          for (i = 4; i <= 15; i++) if (i != 5 && ($i - w[i]) ^ 2 > 1e-8) print "line " FNR ": " $i " for " w[i] }
        END { if (seen != n) print seen + 0 " lines, not " n }' "$2" -)
    is "$1" "$status $difference" '0 '
}

# release FOLDER VERSION
release() {
    version=$2
    mkdir "$tmp/$version" && cp -R "$1/." "$tmp/$version" && cd "$tmp/$version" && tar -xf hub.tar || exit 99
    XDG_DATA_HOME=$PWD/data XDG_STATE_HOME=$PWD/state XDG_CACHE_HOME=$PWD/cache
    XDG_CONFIG_HOME=$PWD/none HF_HUB_CACHE=$PWD/hub
    export XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME HF_HUB_CACHE

    for answers in *.*.csv; do
        model=${answers%.csv}
        case $model-${onnx-} in
        *.onnx-missing)
            skip "$version: $model" 'built without ONNX support'
            continue
            ;;
        esac
        run "$DIGITPAD" predict -f csv -m "./$model" drawings.ndjson
        same "$version: predict with $model" "$answers"
    done

    run "$DIGITPAD" predict saved.ndjson
    like "$version: a drawing that the pad saved" "$status $out" '^0 1	0\.9'
    run "$DIGITPAD" samples list
    like "$version: a sample" "$status $out" '^0 1	1	....-..-..T..:..:..Z	1 stroke'
    is "$version: all samples" "$(printf '%s\n' "$out" | cut -f 2 | tr '\n' ' ')" '1 0 1 2 3 4 5 6 7 8 '
    run "$DIGITPAD" predict -f csv -m nano-mine drawings.ndjson
    same "$version: the network learned from them" nano-mine.csv
    run "$DIGITPAD" predict -f csv -m hf:someone/digits:net.safetensors drawings.ndjson
    same "$version: a model in the cache" int8.safetensors.csv

    run "$DIGITPAD" train --resume --arch='avgpool 4 | flatten | dense 16 | relu | dense 10' \
        --images=drawings.ndjson --made-up=10 --outliers=0 --kernel=portable --epochs=12 \
        --batch=10 --progress=none --log=stopped.csv -o stopped.safetensors
    if [ "$version" = "$own" ]; then
        is "$version: a stopped training goes on" "$status $(wc -l <stopped.csv)" '0 13'
    else
        fails "$version: its checkpoint is named as such" 2 "belongs to a run with '# digitpad $version'"
    fi
    if command -v script >/dev/null; then
        run env TERM=xterm-256color script -qec "$DIGITPAD draw --once --timeout=1" /dev/null
        like "$version: the pad starts with the model that it used last" "$out" '[^a-z]mlp '
    else
        skip "$version: the model that the pad used last" 'script(1) is missing'
    fi
    XDG_CONFIG_HOME=$PWD/config
    run "$DIGITPAD" predict --verbose drawings.ndjson
    like "$version: the configuration" "$status $out $err" '^0 index,source,'
    cd "$tmp" || exit 99
}

for folder in "$(cd "$srcdir" && pwd)"/tests/releases/*/; do
    release "$folder" "$(basename "$folder")"
done
done_testing
