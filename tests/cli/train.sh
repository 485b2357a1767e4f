#!/bin/sh
# digitpad train: short runs on images of bars, and bad requests.
. "${srcdir:-.}/tests/tap.sh"
. "$srcdir/tests/cli/bar_images.sh"
unset DIGITPAD_MNIST DIGITPAD_THREADS OMP_NUM_THREADS
LC_ALL=C
export LC_ALL
make_bars
chain='conv 4 5 stride=2 | bn | relu | maxpool 2 | flatten | dropout 0.1 | dense 10'

# train OPTION…: on the bars.
train() {
    run "$DIGITPAD" train --images "$tmp/images.idx" --labels "$tmp/labels.idx" "$@"
}
# brief OPTION…: the same with few epochs.
brief() {
    train --arch "$chain" --epochs 3 --batch 22 "$@"
}
# refused NAME STATUS PATTERN: the last run failed so, and wrote no network.
refused() {
    fails "$@"
    ok "$1: nothing written" test ! -e "$tmp/no.safetensors"
}

# recipe_of FILE: the canonical recipe in the metadata of a network, a JSON string.
recipe_of() {
    header=$(head -c 4096 "$1" | grep -ao '"digitpad.train":"[^"]*"')
    header=${header#\"digitpad.train\":\"}
    printf '%b' "${header%\"}"
}

# ---- transposed images
make_columns
brief -o "$tmp/rows.safetensors"
train --arch "$chain" --epochs 3 --batch 22 --images "$tmp/columns.idx" --transpose \
    -o "$tmp/columns.safetensors"
ok "--transpose: the same network as from upright images" \
    cmp "$tmp/rows.safetensors" "$tmp/columns.safetensors"

# ---- a run
train --arch 'flatten | dense 16 | relu | dense 10' --epochs 20 --batch 20 --lr 0.01 \
    --average 0.9 --shift 0.3 --rotate 2 --test-images "$tmp/images.idx" \
    --test-labels "$tmp/labels.idx" --log "$tmp/log.csv" -o "$tmp/bars.safetensors"
is "a run succeeds" "$status" 0
is "its stdout is empty" "$out" ""
like "stderr ends in a summary" "$err" '^validation 100\.00 %, test 100\.00 %'
is "stderr has a line per epoch" "$(printf '%s\n' "$err" | grep -c '^epoch ')" 20
ok "no control characters without a terminal" test -z "$(printf '%s' "$err" | tr -d '\n[:print:]')"
is "the log has a header" "$(head -n 1 "$tmp/log.csv")" \
    "epoch,loss,train_accuracy,validation_accuracy,learning_rate,seconds"
is "and a line per epoch" "$(grep -cE '^[0-9]+,([0-9.e-]+,){4}[0-9.]+$' "$tmp/log.csv")" 20
run "$DIGITPAD" eval -m "$tmp/bars.safetensors" -f json "$tmp/images.idx" "$tmp/labels.idx"
like "eval agrees" "$out" '"accuracy":1\.000000.*"correct":240,"total":240,'

# ---- equal runs, equal bytes
for t in 1 2 4; do
    brief -t $t -o "$tmp/t$t.safetensors"
done
ok "2 threads: the same bytes as 1" cmp "$tmp/t1.safetensors" "$tmp/t2.safetensors"
ok "4 threads: the same bytes as 1" cmp "$tmp/t1.safetensors" "$tmp/t4.safetensors"
brief --progress none -o "$tmp/again.safetensors"
ok "again: the same bytes" cmp "$tmp/t1.safetensors" "$tmp/again.safetensors"
is "--progress none is silent" "$out$err" ""
brief --credit 'Bars: A. "Maker"' -o "$tmp/credit.safetensors"
run "$DIGITPAD" convert "$tmp/credit.safetensors" "$tmp/credit.onnx"
run "$DIGITPAD" info "$tmp/credit.onnx"
like "--credit: whose data these are, also after a conversion" "$out" '^metadata +digitpad\.credit: Bars: A\. "Maker"$'
brief --seed 2 -o "$tmp/seed.safetensors"
ok "another seed: other bytes" test -n "$(cmp "$tmp/t1.safetensors" "$tmp/seed.safetensors")"
for t in 1 2; do
    brief -t $t --elastic 0.5 --pen 0.5 -o "$tmp/e$t.safetensors"
done
ok "elastic and pen: other bytes" test -n "$(cmp "$tmp/t1.safetensors" "$tmp/e1.safetensors")"
ok "2 threads: the same bytes as 1" cmp "$tmp/e1.safetensors" "$tmp/e2.safetensors"
like "and the recipe has them" "$(recipe_of "$tmp/e1.safetensors")" '^elastic = 0\.5$'
for t in 1 2; do
    brief -t $t --outliers 0.3 --evidence 0.5 -o "$tmp/evidence$t.safetensors"
done
ok "evidence: the same bytes for 1 and 2 threads" \
    cmp "$tmp/evidence1.safetensors" "$tmp/evidence2.safetensors"
brief --outliers 0.3 -o "$tmp/plain.safetensors"
ok "evidence: other bytes than without" test -n \
    "$(cmp "$tmp/evidence1.safetensors" "$tmp/plain.safetensors")"
like "and the recipe has it" "$(recipe_of "$tmp/evidence1.safetensors")" '^evidence = 0\.5$'
for t in 1 2; do
    brief -t $t --hard 0.5 --misplaced 0.5 --thick 0.5 -o "$tmp/web$t.safetensors"
done
ok "hard, misplaced and thick: the same bytes for 1 and 2 threads" \
    cmp "$tmp/web1.safetensors" "$tmp/web2.safetensors"
is "and the recipe has them" "$(recipe_of "$tmp/web1.safetensors" |
    grep -cE '^(hard|misplaced|thick) = 0\.5$')" 3
# Each of these changes the result and occurs in the recipe.
for option in --augment=0.25 --optimizer=adam --optimizer=muon --scale=0.5 --schedule=constant --shear=0.5 \
    --skip-sure=0.5 --smoothing=0.3 --warmup=0.5 --weight-decay=0.5; do
    brief "$option" --threads=1 --output="$tmp/option.safetensors"
    ok "$option: other bytes" test -n "$(cmp "$tmp/t1.safetensors" "$tmp/option.safetensors")"
    name=${option%=*}
    is "$option: in the recipe" \
        "$(recipe_of "$tmp/option.safetensors" | sed -n "s/^${name#--} = //p")" "${option#*=}"
done
run "$DIGITPAD" train --threads=0 --arch mlp -o "$tmp/no.safetensors"
refused "--threads: at least 1" 2 "threads: '0' is not a whole number from 1"
ok "no path in the file" test -z "$(grep -a "$tmp" "$tmp/t1.safetensors")"

# ---- recipes
printf '%s\n' '# brief' "arch = $chain" 'epochs = 3' 'batch = 22' >"$tmp/brief.recipe"
train --recipe "$tmp/brief.recipe" -o "$tmp/recipe.safetensors"
ok "a recipe has the same effect as options" cmp "$tmp/t1.safetensors" "$tmp/recipe.safetensors"
train --seed 2 --recipe "$tmp/brief.recipe" -o "$tmp/recipe.safetensors"
ok "the command line overrides the recipe, in any order" cmp "$tmp/seed.safetensors" \
    "$tmp/recipe.safetensors"
train --recipe mlp --epochs 1 --batch 22 -o "$tmp/name.safetensors"
train --recipe "$srcdir/scripts/recipes/mlp.recipe" --epochs 1 --batch 22 -o "$tmp/path.safetensors"
ok "a recipe of the program has a name" cmp "$tmp/name.safetensors" "$tmp/path.safetensors"
train --recipe fsat -o "$tmp/no.safetensors"
refused "an unknown name gets the list" 2 'fsat: neither a file nor a recipe .*cnn, mlp, nano, fast or fast-30'
cp "$tmp/brief.recipe" "$tmp/mlp"
out=$(cd "$tmp" && "$DIGITPAD" train --recipe mlp --images images.idx --labels labels.idx \
    -o file.safetensors 2>&1)
ok "a file goes before a name" cmp "$tmp/t1.safetensors" "$tmp/file.safetensors"
mkdir "$tmp/fast"
run sh -c "cd '$tmp' && '$DIGITPAD' train --recipe fast --images images.idx --labels labels.idx \
    -o none/no.safetensors"
refused "a folder does not" 5 'none/no\.safetensors: No such file'
recipe_of "$tmp/seed.safetensors" >"$tmp/canonical.recipe"
like "the canonical recipe names the program" "$(head -n 1 "$tmp/canonical.recipe")" \
    '^# digitpad [0-9]'
train --recipe "$tmp/canonical.recipe" -o "$tmp/recipe.safetensors"
ok "the canonical recipe of a file reproduces the file" cmp "$tmp/seed.safetensors" \
    "$tmp/recipe.safetensors"

# ---- fine-tuning
train --from "$tmp/bars.safetensors" --lr 1e-5 --epochs 1 --batch 20 -o "$tmp/fine.safetensors"
like "--from: as accurate as the original" "$err" '^validation 100\.00 %'
like "--from: uses its chain" "$(recipe_of "$tmp/fine.safetensors")" '^arch = flatten \| dense 16 '
like "--from: in the metadata" "$(recipe_of "$tmp/fine.safetensors")" \
    '^# from weights [0-9a-f]{16}$'
train --from "$tmp/bars.safetensors" --arch 'flatten | dense 16 | relu | dense 10' --lr 1e-5 \
    --epochs 1 --batch 20 -o "$tmp/x.safetensors"
ok "--from: --arch may repeat the chain" cmp "$tmp/fine.safetensors" "$tmp/x.safetensors"
train --arch 'flatten | dense 16 | relu | dense 10' --lr 1e-5 --epochs 1 --batch 20 \
    --progress ndjson -o "$tmp/x.safetensors"
ok "without --from, one epoch is not enough" test -z \
    "$(printf '%s\n' "$out" | grep '"validation_accuracy":1\.0')"

# ---- the carried networks
# Each recipe in scripts/recipes is, except for comments, the one in the metadata of its network.
for name in $carried; do
    recipe_of "$srcdir/weights/shipped/$name.safetensors" | grep -v '^#' >"$tmp/told"
    grep -v '^#' "$srcdir/scripts/recipes/$name.recipe" | sort >"$tmp/written"
    is "$name was made with its recipe" "$(cat "$tmp/told")" "$(cat "$tmp/written")"
done

# The other recipes are valid: the path of the output is checked only after the recipe.
for recipe in "$srcdir"/scripts/recipes/demo-*.recipe; do
    train --recipe "$recipe" -o "$tmp/none/no.safetensors"
    refused "${recipe##*/} can be read" 5 'none/no\.safetensors: No such file'
done

# ---- drawings
# Eight writers who draw a one and a seven in turn.
for w in 1 2 3 4 5 6 7 8; do
    for i in 1 2 3 4 5; do
        printf '{"label":1,"writer":"w%d","strokes":[[[%d,0],[%d,90]]]}\n' $w $w $i
        printf '{"label":7,"writer":"w%d","strokes":[[[0,%d],[60,0],[%d,90]]]}\n' $w $i $w
    done
done >"$tmp/pen.ndjson"
for t in 1 2; do
    brief -t $t --strokes "$tmp/pen.ndjson" --strokes "$tmp/pen.ndjson" --epochs 30 --test \
        --progress ndjson --log "$tmp/pen.csv" -o "$tmp/pen$t.safetensors"
done
is "drawings: exit status" "$status" 0
ok "drawings: the same bytes for 1 and 2 threads" cmp "$tmp/pen1.safetensors" "$tmp/pen2.safetensors"
is "drawings: an accuracy per epoch" "$(printf '%s\n' "$out" | grep -c '"validation_accuracy":[01]\.[0-9]*,"strokes_accuracy":[01]\.[0-9]*,"learning')" 30
like "drawings: and those of the result" "$(printf '%s\n' "$out" | tail -n 1)" \
    '"strokes_accuracy":1\.0+,"strokes_test_accuracy":1\.0+,"seconds"'
is "drawings: a column of the log" "$(head -n 1 "$tmp/pen.csv")" \
    "epoch,loss,train_accuracy,validation_accuracy,strokes_accuracy,learning_rate,seconds"
is "drawings: in each line" "$(grep -cE '^[0-9]+(,[0-9.e-]+){6}$' "$tmp/pen.csv")" 30
ok "drawings: in the metadata" grep -aq ' strokes=1\.0000 strokes_test=1\.0000' "$tmp/pen1.safetensors"
brief --strokes "$tmp/pen.ndjson" --test -o "$tmp/x.safetensors"
like "drawings: reported apart from images" "$err" \
    '^validation [0-9.]+ %, strokes [0-9.]+ %, test strokes [0-9.]+ %, [0-9]+ s in all$'
brief --strokes "$tmp/pen.ndjson" -o "$tmp/x.safetensors"
like "drawings: test writers are measured only if asked" "$err" \
    '^validation [0-9.]+ %, strokes [0-9.]+ %, [0-9]+ s in all$'
ok "and they are not in the metadata" test -z "$(grep -ao 'test=' "$tmp/x.safetensors")"
brief --strokes "$tmp/pen.ndjson" --hold-out 'w[12]' --test -o "$tmp/x.safetensors"
like "--hold-out: the others train" "$err" \
    '^validation [0-9.]+ %, strokes [0-9.]+ %, [0-9]+ s in all$'
brief --strokes "$tmp/pen.ndjson" --hold-out 'w[12]' -v -o "$tmp/x.safetensors"
like "--hold-out: two writers" "$err" \
    ' 60 drawings of digits and 0 of other things to train on; held out 20, 20 and 0; '

# ---- mixtures
for t in 1 2; do
    brief -t $t --strokes "$tmp/pen.ndjson" --repeat-strokes 2 --styles 0.5 --made-up 0.2 \
        --outliers 0.3 -o "$tmp/mix$t.safetensors"
done
ok "a mixture: the same bytes for 1 and 2 threads" cmp "$tmp/mix1.safetensors" "$tmp/mix2.safetensors"
is "a mixture: in the recipe" "$(recipe_of "$tmp/mix1.safetensors" | grep -cE \
    '^(repeat-strokes = 2|styles = 0\.5|made-up = 0\.2|outliers = 0\.3)$')" 4
ok "a mixture with outliers: a rule of trust" grep -aqE \
    '"digitpad\.trust":"bias=[-0-9.e]+ evidence=[0-9.e-]+ odds=[0-9.e-]+ least=[-0-9.e]+"' \
    "$tmp/mix1.safetensors"
ok "without outliers, no rule" test -z "$(grep -ao 'digitpad\.trust' "$tmp/pen1.safetensors")"
train --from "$tmp/mix1.safetensors" --lr 1e-5 --epochs 1 --batch 20 -o "$tmp/x.safetensors"
ok "--from keeps a rule" grep -aq 'digitpad\.trust' "$tmp/x.safetensors"
run "$DIGITPAD" eval -m "$tmp/mix1.safetensors" -f json "$tmp/images.idx" "$tmp/labels.idx"
rejected=$(printf '%s\n' "$out" | sed -n 's/.*"digits":{"rejected":\([0-9]*\),"total":240}.*/\1/p')
ok "few digits are rejected: $rejected of 240" test "$rejected" -le 24

# ---- drawings of other things than digits: three alphabets of two crosses each
for alphabet in A B C; do
    for i in 1 2; do
        printf '{"class":"%s/%d","strokes":[[[0,0],[60,60]],[[60,%d],[0,60]]]}\n' $alphabet $i $i
    done
done >"$tmp/other.ndjson"
printf '{"class":"A/3","lookalike":true,"strokes":[[[0,0],[0,60]]]}\n' >>"$tmp/other.ndjson"
for t in 1 2; do
    brief -v -t $t --outlier-strokes "$tmp/other.ndjson" --repeat-outliers 9 \
        -o "$tmp/other$t.safetensors"
done
ok "outliers: the same bytes for 1 and 2 threads" cmp "$tmp/other1.safetensors" "$tmp/other2.safetensors"
like "outliers: two of three alphabets train, without look-alikes" "$err" \
    ' 0 drawings of digits and 4 of other things to train on; held out 20, 0 and 2; '
like "outliers: the share that is rejected" "$err" \
    '^validation [0-9.]+ %, other drawings rejected [0-9.]+ %, [0-9]+ s in all$'
like "outliers: in the recipe" "$(recipe_of "$tmp/other1.safetensors")" '^repeat-outliers = 9$'
ok "outliers: in the metadata" grep -aqE ' outliers=[01]\.[0-9]{4}' "$tmp/other1.safetensors"
ok "outliers: a rejection threshold" grep -aq 'digitpad\.trust' "$tmp/other1.safetensors"
brief --outlier-strokes "$tmp/other.ndjson" --hold-out B --progress ndjson -o "$tmp/x.safetensors"
like "outliers: ndjson" "$(printf '%s\n' "$out" | tail -n 1)" '"outliers_rejected":[01]\.[0-9]+,"seconds"'

# ---- images by writer: of 24 writers of ten images each, the twelfth and the last are held out
awk 'BEGIN { print "writer\tseries"; for (i = 0; i < 240; i++) print int(i / 10) "\t0" }' \
    >"$tmp/writers.tsv"
for t in 1 2; do
    brief -v -t $t --writers "$tmp/writers.tsv" -o "$tmp/writer$t.safetensors"
done
ok "writers: the same bytes for 1 and 2 threads" cmp "$tmp/writer1.safetensors" "$tmp/writer2.safetensors"
like "writers: a twelfth is held out" "$err" ': 220 images, .*; held out 20, 0 and 0; '
ok "writers: other images are held out than without" test -n \
    "$(cmp "$tmp/writer1.safetensors" "$tmp/t1.safetensors")"
sed 5d "$tmp/writers.tsv" >"$tmp/fewer.tsv"
brief --writers "$tmp/fewer.tsv" -o "$tmp/no.safetensors"
refused "writers: too few lines" 5 'fewer\.tsv:241: the table ends after 239 of 240 images'

# ---- refitting on all data
mix() {
    brief --strokes "$tmp/pen.ndjson" --outlier-strokes "$tmp/other.ndjson" --outliers 0.1 "$@"
}
mix -o "$tmp/chosen.safetensors"
for t in 1 2; do
    mix -v -t $t --all --calibration "$tmp/chosen.safetensors" --seed 2 --log "$tmp/all.csv" \
        -o "$tmp/all$t.safetensors"
done
is "all: exit status" "$status" 0
ok "all: the same bytes for 1 and 2 threads" cmp "$tmp/all1.safetensors" "$tmp/all2.safetensors"
like "all: nothing is held out" "$err" \
    ': 240 images, 80 drawings of digits and 6 of other things to train on; held out 0, 0 and 0; '
like "all: without validation" "$err" '^[0-9]+ s in all$'
is "all: empty columns in the log" "$(grep -cE '^[0-9]+,[0-9.]+,[0-9.]+,,,[0-9.e-]+,[0-9.]+$' "$tmp/all.csv")" 3
like "all: in the metadata" "$(recipe_of "$tmp/all1.safetensors")" \
    '^# trained on all data, calibrated as weights [0-9a-f]{16}$'
for key in temperature trust; do
    is "all: the $key of the other network" \
        "$(grep -ao "\"digitpad.$key\":\"[^\"]*\"" "$tmp/all1.safetensors")" \
        "$(grep -ao "\"digitpad.$key\":\"[^\"]*\"" "$tmp/chosen.safetensors")"
done
run "$DIGITPAD" eval -m "$tmp/all1.safetensors" --report "$tmp/all.html" --log "$tmp/all.csv" \
    "$tmp/images.idx" "$tmp/labels.idx"
ok "all: the log makes a report" test "$status" -eq 0 -a -z "$(grep -o 'nan' "$tmp/all.html")"
mix --all --calibration "$tmp/chosen.safetensors" --test-images "$tmp/images.idx" \
    --test-labels "$tmp/labels.idx" --progress ndjson -o "$tmp/x.safetensors"
like "all: test images may be measured" "$(printf '%s\n' "$out" | tail -n 1)" \
    '^\{"done":true,"validation_accuracy":null,"test_accuracy":[01]\.[0-9]+,"strokes_accuracy":null,'
mix --all -o "$tmp/no.safetensors"
refused "all: without a calibration" 2 '--all holds out nothing to calibrate .*--calibration=MODEL'
mix --calibration "$tmp/chosen.safetensors" -o "$tmp/no.safetensors"
refused "a calibration without --all" 2 '--calibration needs --all'
mix --all --calibration "$tmp/chosen.safetensors" --writers "$tmp/writers.tsv" -o "$tmp/no.safetensors"
refused "all: with writers" 2 '--all holds nothing out: omit --writers and --hold-out'
mix --all --calibration "$tmp/chosen.safetensors" --epochs 4 -o "$tmp/no.safetensors"
refused "all: another recipe" 2 "chosen\.safetensors: its recipe has another 'epochs'"
mix --all --calibration "$tmp/chosen.safetensors" --made-up 1 -o "$tmp/no.safetensors"
refused "all: another option that may be omitted" 2 "chosen\.safetensors: its recipe has another 'made-up'"
mix --all --calibration "$tmp/none.safetensors" -o "$tmp/no.safetensors"
refused "all: a missing calibration" 3 'none\.safetensors'
brief --outlier-strokes "$tmp/other.ndjson" --all --calibration "$tmp/t1.safetensors" -o "$tmp/no.safetensors"
refused "all: a calibration that rejects nothing" 3 \
    't1\.safetensors: no rejection threshold in it; train it with --outlier-strokes'

# ---- only calibration
for t in 1 2; do
    train -t $t --from "$tmp/pen1.safetensors" --epochs 0 --batch 20 --outliers 0.3 \
        --strokes "$tmp/pen.ndjson" -o "$tmp/rule$t.safetensors"
    is "--epochs 0, $t threads: exit status" "$status" 0
done
ok "--epochs 0: the same bytes for 1 and 2 threads" cmp "$tmp/rule1.safetensors" \
    "$tmp/rule2.safetensors"
ok "--epochs 0: a rule of trust" grep -aq 'digitpad\.trust' "$tmp/rule1.safetensors"
run "$DIGITPAD" predict -m "$tmp/pen1.safetensors" "$tmp/images.idx"
before=$out
run "$DIGITPAD" predict -k 1 -m "$tmp/rule1.safetensors" "$tmp/images.idx"
is "--epochs 0: the network reads the same digits" "$(printf '%s\n' "$out" | cut -f 1)" \
    "$(printf '%s\n' "$before" | cut -f 1)"

# ---- teachers
for t in 1 2; do
    brief -t $t --teacher "$tmp/bars.safetensors" --teacher "$tmp/mix1.safetensors" \
        --teacher-temperature 3 --teacher-copies 2 --epochs 4 --clean-epochs 1 \
        -o "$tmp/taught$t.safetensors"
done
ok "teachers: the same bytes for 1 and 2 threads" cmp "$tmp/taught1.safetensors" \
    "$tmp/taught2.safetensors"
is "teachers: in the metadata" "$(recipe_of "$tmp/taught1.safetensors" |
    grep -cE '^# taught by weights [0-9a-f]{16}$|^teacher-(temperature = 3|copies = 2)$')" 4

# ---- ndjson
brief --progress ndjson -o "$tmp/x.safetensors"
is "ndjson: a line per epoch" \
    "$(printf '%s\n' "$out" | grep -cE '^\{"epoch":[123],"epochs":3,.*"validation_accuracy":[01]\.[0-9]+,.*\}$')" 3
like "ndjson: a last line" "$(printf '%s\n' "$out" | tail -n 1)" \
    '^\{"done":true,"validation_accuracy":[0-9.]+,"test_accuracy":null,"seconds":[0-9.]+\}$'
is "ndjson: stderr is empty" "$err" ""

# ---- the folder of the images
mkdir "$tmp/mnist"
cp "$tmp/images.idx" "$tmp/mnist/train-images-idx3-ubyte"
gzip -c "$tmp/labels.idx" >"$tmp/mnist/train-labels-idx1-ubyte.gz"
cp "$tmp/images.idx" "$tmp/mnist/t10k-images-idx3-ubyte"
cp "$tmp/labels.idx" "$tmp/mnist/t10k-labels-idx1-ubyte"
# found OPTION…: a run on these.
found() {
    run env DIGITPAD_MNIST="$tmp/mnist" "$DIGITPAD" train --arch "$chain" --epochs 1 --batch 22 \
        -o "$tmp/x.safetensors" "$@"
}
found
is "DIGITPAD_MNIST: exit status" "$status" 0
like "DIGITPAD_MNIST: no test images unless asked" "$err" '^validation [0-9.]+ %, [0-9]+ s in all$'
found --test
like "DIGITPAD_MNIST: --test finds them" "$err" '^validation .* test '
cp "$tmp/x.safetensors" "$tmp/random.safetensors"
gzip -c "$tmp/writers.tsv" >"$tmp/mnist/train-writers.tsv.gz"
found --test
ok "DIGITPAD_MNIST: the writers are found" test -n "$(cmp "$tmp/x.safetensors" "$tmp/random.safetensors")"

# ---- bad requests
run "$DIGITPAD" train --arch mlp -o "$tmp/no.safetensors"
refused "no images" 2 'DIGITPAD_MNIST'
train -o "$tmp/no.safetensors"
refused "no architecture" 2 '--arch, --recipe or --from'
train --arch mlp
refused "no output" 2 '-o OUT is required'
brief --no-such -o "$tmp/no.safetensors"
refused "unknown option" 2 "no-such"
brief -o "$tmp/no.safetensors" surplus
refused "surplus argument" 2 "unexpected argument 'surplus'"
brief --epochs -1 -o "$tmp/no.safetensors"
refused "bad number" 2 "^digitpad train: --epochs: '-1' is not a whole number from 0"
brief --epochs 0 -o "$tmp/no.safetensors"
refused "no epochs of no network" 2 '^digitpad train: --epochs=0 only calibrates: it needs --from=MODEL'
brief --progress lots -o "$tmp/no.safetensors"
refused "bad progress" 2 "bar, ndjson, none"
brief --kernel abacus -o "$tmp/no.safetensors"
refused "bad kernel" 2 "abacus"
brief --test-images "$tmp/images.idx" -o "$tmp/no.safetensors"
refused "test images alone" 2 'images\.idx: this is an IDX file of images: give LABELS too'
brief --test-labels "$tmp/labels.idx" -o "$tmp/no.safetensors"
refused "test labels alone" 2 '--test-labels needs --test-images'
brief --test -o "$tmp/no.safetensors"
refused "a test of nothing" 2 '--test: no test images, .*; --test-images names some'
brief --strokes "$tmp/pen.ndjson" --hold-out 'x*' -o "$tmp/no.safetensors"
refused "a pattern that matches nothing" 2 "--hold-out: no writer or alphabet matches 'x\*'"
brief --outlier-strokes "$tmp/pen.ndjson" -o "$tmp/no.safetensors"
refused "digits as outliers" 5 'pen\.ndjson: record 1: a "class" such as "Korean/01" is required'
train --arch 'flatten | dense 11' -o "$tmp/no.safetensors"
refused "eleven logits" 2 '10 logits'
train --arch 'flatten | dens 10' -o "$tmp/no.safetensors"
refused "a typing error in the chain" 2 'dens'
train --arch 'conv 4 3 dilation=2 | flatten | dense 10' --batch 20 -o "$tmp/no.safetensors"
refused "a layer that cannot be trained" 2 'layer 0.*cannot be trained'
brief --batch 221 -o "$tmp/no.safetensors"
refused "a batch that never fills" 2 '220 images .* batch of 221'
printf 'epochs = 3\nepocs = 4\n' >"$tmp/bad.recipe"
train --recipe "$tmp/bad.recipe" -o "$tmp/no.safetensors"
refused "unknown key" 2 "bad\.recipe:2: .*'epocs'"
brief --from "$tmp/bars.safetensors" -o "$tmp/no.safetensors"
refused "another chain than that of --from" 2 'bars\.safetensors: its layers differ'
train --from "$tmp/none.safetensors" -o "$tmp/no.safetensors"
refused "a missing model" 3 'none\.safetensors'
train --from "$tmp/images.idx" -o "$tmp/no.safetensors"
refused "a file that is not a model" 3 'images\.idx'
brief --teacher "$tmp/none.safetensors" -o "$tmp/no.safetensors"
refused "a missing teacher" 3 'none\.safetensors'
brief --teacher mnist-mlp.onnx -o "$tmp/no.safetensors"
refused "a teacher that is not a model" 3 'mnist-mlp\.onnx'
brief --outliers -1 -o "$tmp/no.safetensors"
refused "a negative number of outliers" 2 "^digitpad train: --outliers: '-1' is not a number from 0"
train --recipe "$tmp/none.recipe" -o "$tmp/no.safetensors"
refused "missing recipe" 5 'none\.recipe: No such file'
deep='flatten'
for i in 1 2 3 4 5 6 7 8 9 10; do
    deep="$deep | dense 32 | dense 32 | dense 32 | dense 32"
done
train --arch "$deep | dense 10" --lr 10 --schedule constant --warmup 0 --epochs 20 \
    --batch 20 -o "$tmp/no.safetensors"
refused "divergence" 2 'diverged: the loss is not finite in epoch .* a lower rate may help'

# ---- bad data
pair() {
    run "$DIGITPAD" train --arch "$chain" --images "$1" --labels "$2" \
        -o "$tmp/no.safetensors"
}
head -c 4000 "$tmp/images.idx" >"$tmp/cut.idx"
pair "$tmp/cut.idx" "$tmp/labels.idx"
refused "truncated images" 5 'cut\.idx: byte '
printf '\0\0\10\1\0\0\0\012\0\1\2\3\4\5\6\7\10\11' >"$tmp/few.idx"
pair "$tmp/images.idx" "$tmp/few.idx"
refused "counts differ" 5 'images\.idx: 240 images, but 10 labels'
{ head -c 8 "$tmp/few.idx" && printf 'x' && tail -c 9 "$tmp/few.idx"; } >"$tmp/odd.idx"
pair "$tmp/images.idx" "$tmp/odd.idx"
refused "a label out of range" 5 'odd\.idx: byte 8: label 120'
pair "$tmp/labels.idx" "$tmp/labels.idx"
refused "labels for images" 5 'holds labels'
pair "$tmp/none.idx" "$tmp/labels.idx"
refused "missing images" 5 'none\.idx: No such file'
sed '12s/"label":7/"label":11/' "$tmp/pen.ndjson" >"$tmp/odd.ndjson"
brief --strokes "$tmp/odd.ndjson" -o "$tmp/no.safetensors"
refused "a drawing without a digit" 5 'odd\.ndjson: record 12: .*from 0 to 9'
brief --strokes "$tmp/none.ndjson" -o "$tmp/no.safetensors"
refused "missing drawings" 5 'none\.ndjson: No such file'

# ---- an output that cannot be written
brief -o "$tmp/none/no.safetensors"
refused "no such folder" 5 'none/no\.safetensors: No such file'
is "it is refused before any epoch" "$(printf '%s\n' "$err" | grep -c '^epoch')" 0
mkdir "$tmp/folder.safetensors"
brief -o "$tmp/folder.safetensors"
refused "a folder" 5 'not a regular file'
brief --log "$tmp/none/log.csv" -o "$tmp/no.safetensors"
refused "log in no folder" 5 'none/log\.csv'
# Simulate a full disk: no file may grow beyond 512 or 1024 bytes.
printf 'precious' >"$tmp/full.safetensors"
status=0
(
    trap '' XFSZ
    ulimit -f 1
    exec "$DIGITPAD" train --arch 'flatten | dense 10' --images "$tmp/images.idx" \
        --labels "$tmp/labels.idx" --epochs 1 --batch 22 -o "$tmp/full.safetensors"
) 2>"$tmp/.err" || status=$?
out='' err=$(cat "$tmp/.err")
judge "train on a full disk"
refused "a full disk" 5 'full\.safetensors\.ckpt: '
is "a full disk: the old file is kept" "$(cat "$tmp/full.safetensors")" precious
is "a full disk: nothing else is written" "$(echo "$tmp"/full*)" "$tmp/full.safetensors"
printf 'precious' >"$tmp/kept.safetensors"
pair "$tmp/images.idx" "$tmp/few.idx"
run "$DIGITPAD" train --arch "$chain" --images "$tmp/images.idx" --labels "$tmp/few.idx" \
    --log "$tmp/kept.safetensors" -o "$tmp/kept.safetensors"
is "a refused run overwrites nothing" "$(cat "$tmp/kept.safetensors")" precious

# ---- other formats of the output
three='flatten | dense 16 | relu | dense 16 | relu | dense 10'
formats=json
! "$DIGITPAD" --version | grep -q protobuf-c || formats="json onnx"
for format in $formats; do
    brief --arch "$three" -o "$tmp/three.$format"
    is "$format: exit status" "$status" 0
    like "$format: it is that format" "$("$DIGITPAD" info "$tmp/three.$format")" \
        "^format +$(echo "$format" | tr '[:lower:]' '[:upper:]')\$"
    ok "$format: no checkpoint remains" test ! -e "$tmp/three.$format.ckpt"
done
brief --arch "$three" -o "$tmp/three.safetensors"
"$DIGITPAD" convert "$tmp/three.safetensors" "$tmp/converted.json"
ok "json: the same weights as by convert" test "$(sed 's/"name":"[^"]*"//' "$tmp/three.json")" = \
    "$(sed 's/"name":"[^"]*"//' "$tmp/converted.json")"
if [ "$formats" = json ]; then
    brief -o "$tmp/no.onnx"
    refused "onnx without ONNX" 3 'without ONNX support'
    is "it is refused before any epoch" "$(printf '%s\n' "$err" | grep -c '^epoch')" 0
else
    "$DIGITPAD" convert "$tmp/three.safetensors" "$tmp/converted.onnx"
    ok "onnx: the same as by convert" cmp "$tmp/three.onnx" "$tmp/converted.onnx"
fi
brief --arch cnn -o "$tmp/no.json"
refused "json of a convolutional network" 3 'only three dense layers'
is "it is refused before any epoch" "$(printf '%s\n' "$err" | grep -c '^epoch')" 0
brief -o "$tmp/no.pt"
refused "an unknown extension" 2 'no\.pt: the name must end in \.safetensors, \.onnx or \.json'
train --epochs 1 --batch 22 --arch 'flatten | dense 10' -q -o "$tmp/quiet.safetensors"
is "--quiet: nothing is printed" "$status$out$err" 0

# ---- SIGINT and --resume
# long OPTION…: a run that is long enough to interrupt.
long() {
    train --arch 'flatten | dropout 0.1 | dense 10' --epochs 400 --batch 22 -t 1 "$@"
}
long --log "$tmp/whole.csv" -o "$tmp/whole.safetensors"
is "a long run succeeds" "$status" 0
ok "its checkpoint is gone" test ! -e "$tmp/whole.safetensors.ckpt"
"$DIGITPAD" train --arch 'flatten | dropout 0.1 | dense 10' --epochs 400 --batch 22 -t 1 \
    --images "$tmp/images.idx" --labels "$tmp/labels.idx" --log "$tmp/int.csv" \
    -o "$tmp/no.safetensors" >/dev/null 2>"$tmp/int.err" &
pid=$!
i=0
while [ "$(sed -n 2p "$tmp/int.csv" 2>/dev/null)" = "" ] && [ $i -lt 1000 ]; do
    sleep 0.02
    i=$((i + 1))
done
kill -INT $pid
status=0
wait $pid || status=$?
out='' err=$(cat "$tmp/int.err")
refused "SIGINT" 130 'stopped in epoch [0-9]+, after step [0-9]+; continue with --resume'
checkpoint=$tmp/no.safetensors.ckpt
ok "SIGINT leaves a checkpoint" test -s "$checkpoint"
ok "and no other file" test "$(echo "$tmp"/no.safetensors*)" = "$checkpoint"
cp "$checkpoint" "$tmp/kept.ckpt"
long -o "$tmp/no.safetensors"
refused "a checkpoint is not overwritten" 2 'no\.safetensors\.ckpt: .*; give --resume or remove it'
long --resume --lr 0.01 -o "$tmp/no.safetensors"
refused "a checkpoint of another recipe" 2 "ckpt: .*'lr = 0\.003', not 'lr = 0\.01'"
long --resume --arch mlp -o "$tmp/no.safetensors"
refused "a checkpoint of another architecture" 2 "ckpt: .*'arch = flatten .*', not 'arch = avgpool 2 .*'"
long --resume --kernel reference -o "$tmp/no.safetensors"
refused "a checkpoint of other kernels" 2 "ckpt: .*, not 'kernel = reference'"
long --resume --labels "$tmp/other.idx" -o "$tmp/no.safetensors"
refused "missing data" 5 'other\.idx'
{ head -c 8 "$tmp/labels.idx" && printf '\1' && tail -c +10 "$tmp/labels.idx"; } >"$tmp/other.idx"
long --resume --labels "$tmp/other.idx" -o "$tmp/no.safetensors"
refused "a checkpoint of other data" 2 "ckpt: .*'images = [0-9a-f]{16}', not"
head -c 1000 "$tmp/kept.ckpt" >"$checkpoint"
long --resume -o "$tmp/no.safetensors"
refused "a damaged checkpoint" 5 'ckpt: not a checkpoint, or damaged'
ok "it is not changed" test "$(wc -c <"$checkpoint")" -eq 1000
cp "$tmp/kept.ckpt" "$checkpoint"
long --resume --log "$tmp/int.csv" -o "$tmp/no.safetensors"
is "--resume succeeds" "$status" 0
ok "a resumed run: the same bytes" cmp "$tmp/no.safetensors" "$tmp/whole.safetensors"
ok "its checkpoint is gone, too" test ! -e "$checkpoint"
is "the log is continued" "$(cut -d, -f1-5 "$tmp/int.csv")" "$(cut -d, -f1-5 "$tmp/whole.csv")"
rm "$tmp/no.safetensors"
long --resume -o "$tmp/no.safetensors"
refused "--resume without a checkpoint" 5 'ckpt: No such file'

run "$DIGITPAD" train --help
is "--help succeeds" "$status" 0
like "--help lists the recipe's options" "$out" '--weight-decay'
done_testing
