#!/bin/sh
# Models that cannot be used: exit status 3, a message with the source, nothing on stdout.
. "${srcdir:-.}/tests/tap.sh"
mlp=$srcdir/weights/shipped/mlp.safetensors
size=$(($(wc -c <"$mlp")))
head -c 784 /dev/zero >"$tmp/blank.raw"

# refused NAME MODEL PATTERN [OPTION…]: info and predict both refuse the model.
refused() {
    name=$1 model=$2 pattern=$3
    shift 3
    run "$DIGITPAD" info "$model" "$@"
    fails "info: $name" 3 "$pattern"
    run "$DIGITPAD" predict -i raw -m "$model" "$@" "$tmp/blank.raw"
    fails "predict: $name" 3 "$pattern"
}

refused "an unknown name" resnet "resnet: no model has this name, and no file; 'digitpad models' lists the names"
refused "a missing file" "$tmp/none.safetensors" 'none.safetensors: .*No such file'
refused "a directory" "$tmp" 'is a directory'
: >"$tmp/empty"
refused "an empty file" "$tmp/empty" 'empty: the file is empty'
echo "this is text, not weights" >"$tmp/text"
refused "a text file" "$tmp/text" 'text: unsupported format: text'
printf '\211PNG\r\n\032\n0000000000000000' >"$tmp/png"
refused "an image" "$tmp/png" 'png: unsupported format: a PNG image'
head -c $((size - 1)) "$mlp" >"$tmp/short"
refused "a file without its last byte" "$tmp/short" 'short: tensor .*data_offsets'
head -c 100 "$mlp" >"$tmp/shorter"
refused "a file that ends inside its header" "$tmp/shorter" 'shorter: truncated'
{ cat "$mlp"; echo; } >"$tmp/long"
refused "a file with one byte too many" "$tmp/long" 'long: 1 bytes after the last tensor'
{ head -c $((size - 4)) "$mlp"; printf '\0\0\200\177'; } >"$tmp/infinite"
refused "a weight that is infinite" "$tmp/infinite" 'is not a finite float'
sed 's/digitpad\.arch/digitpad.bach/' "$mlp" >"$tmp/no-arch"
run "$DIGITPAD" predict -i raw -m "$tmp/no-arch" "$tmp/blank.raw"
is "the layers of a file without a chain are inferred" "$status" 0
like "and a warning says so" "$err" 'warning: the file does not record its layers; assuming --arch='
sed 's/digitpad\.norm/digitpad.form/' "$mlp" >"$tmp/no-norm"
refused "a file without a norm" "$tmp/no-norm" 'no-norm: .*give --norm'
sed 's/flatten | dense [0-9]*/flatten | dense 11/' "$mlp" >"$tmp/other-arch"
refused "a chain that does not fit" "$tmp/other-arch" 'other-arch: '
truncate -s 65M "$tmp/huge" 2>/dev/null && refused "a huge file" "$tmp/huge" \
    'huge: 68157440 bytes, more than the limit of 67108864'
mkfifo "$tmp/fifo" && refused "a pipe" "$tmp/fifo" 'fifo: '
done_testing
