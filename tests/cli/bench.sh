#!/bin/sh
# digitpad bench: the form of its reports, the selection, and bad requests. The figures are not
# checked: they depend on the load of the machine.
. "${srcdir:-.}/tests/tap.sh"
unset DIGITPAD_MODEL DIGITPAD_THREADS OMP_NUM_THREADS
LC_ALL=C
export LC_ALL

note='^digitpad bench: warning: the machine is busy: other programs disturbed [0-9]* of [0-9]* measurements; repeat them when it is idle$'
number='[0-9]+(\.[0-9]+)?(e\+[0-9]+)?'
run "$DIGITPAD" bench --quick --only=mlp-a --threads=1 --format=json
is "json: exit status" "$status" 0
is "json: stderr has at most the note on a busy machine" "$(printf '%s' "$err" | grep -v "$note")" ""
is "json: one line" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
like "json: the machine" "$out" \
    "^\{\"machine\":\{\"cpu\":\"[^\"]+\",\"kernel\":\"[a-z0-9]+\",\"threads\":1,\"load\":$number,\"peak_f32_gflops\":\{\"1\":$number\},\"peak_int8_gops\":\{\"1\":$number\}\},\"results\":\["
rows=$(printf '%s\n' "$out" | sed 's/.*"results":\[//; s/\]}$//; s/},{/}\n{/g')
row='^\{"model":"mlp-a","precision":"(f32|int8)","metric":"[a-z_]+","threads":1,"batch":[0-9]+'
is "json: every row has the same shape" "$(printf '%s\n' "$rows" |
    grep -vE "$row,\"(median|mean)\":$number(,\"p99\":$number)?,\"disturbed\":(true|false)}\$")" ""
is "json: rates are means" \
    "$(printf '%s\n' "$rows" | grep '"mean"' | grep -vc 'images_per_s","threads":1')" 0
is "json: the metrics of a reference network" \
    "$(printf '%s\n' "$rows" | sed 's/.*"metric":"\([a-z_]*\)".*/\1/' | tr '\n' ' ')" \
    "latency_us latency_mnist_us images_per_s train_images_per_s latency_us latency_mnist_us images_per_s "
is "json: no time or rate is 0" "$(printf '%s\n' "$rows" | grep -E '"(median|mean)":0[,}]')" ""

run "$DIGITPAD" bench --quick --only mlp-a -t 2
is "text: exit status" "$status" 0
like "text: the load" "$out" '^kernel [a-z0-9]+, threads [12], load [0-9]+\.[0-9]+'
like "text: the peak" "$out" '^peak f32 [0-9]+\.[0-9] GFLOP/s on 1 thread'
like "text: the peak of 8 bits" "$out" '^peak int8 [0-9]+\.[0-9] GOP/s on 1 thread'
like "text: a table" "$out" '^model +metric +threads +batch +value +p99 +% of peak$'
is "text: one image on one thread and on both" \
    "$(printf '%s\n' "$out" | awk '$3 == "latency_us" { print $4 }' | sort -u | tr '\n' ' ')" \
    "$(printf '%s\n' "$out" | sed -n 's/^kernel.*threads \([12]\),.*/\1/p' | sed 's/2/1 2/') "
like "text: a row" "$out" '^mlp-a +int8 +latency_us +1 +1 +[0-9.]+ +[0-9.]+ +([0-9.]+|- +disturbed)$'

# Beside busy programs; how many rows these disturb is left to chance.
neighbours=
for _ in 1 2 3 4; do
    timeout 60 sh -c 'while :; do :; done' &
    neighbours="$neighbours $!"
done
run "$DIGITPAD" bench --quick --only mlp-a -t 2
# shellcheck disable=SC2086 # a list
kill $neighbours
# shellcheck disable=SC2086
wait $neighbours 2>/dev/null
is "busy: exit status" "$status" 0
is "busy: the note counts the marked rows" \
    "$(printf '%s\n' "$err" | sed -n 's/.* disturbed \([0-9]*\) of .*/\1/p')" \
    "$(printf '%s\n' "$out" | grep -c 'disturbed$' | sed 's/^0$//')"
is "busy: a marked row has no share of the peak" \
    "$(printf '%s\n' "$out" | grep 'disturbed$' | grep -v -- ' - *disturbed$')" ""

run "$DIGITPAD" bench --quick --model=mlp --only cold_start -f json --kernel=portable
is "--model: exit status" "$status" 0
like "--model: the program runs itself" "$out" '"model":"mlp",.*"metric":"cold_start_ms",.*"median":'
like "--kernel is used" "$out" '"kernel":"portable"'

run "$DIGITPAD" bench --quick --only no-such-thing
fails "--only that selects nothing" 2 "'no-such-thing'"
run "$DIGITPAD" bench -f csv
fails "an unknown format" 2 "--format: invalid value 'csv' \\(one of text, json\\)"
run "$DIGITPAD" bench --kernel=sse9
fails "an unknown kernel" 2 "--kernel: 'sse9' is unknown"
run "$DIGITPAD" bench -t 0
fails "no threads" 2 "--threads: '0' is not a whole number from 1"
run "$DIGITPAD" bench cnn
fails "an argument" 2 "unexpected argument 'cnn'"
run "$DIGITPAD" bench --quick -m "$tmp/absent.safetensors" --only latency
fails "a missing model" 3 'absent\.safetensors: .*No such file'
done_testing
