#!/bin/sh
# digitpad predict --skip, --take and --shard: the slices of a run, one after the other, are the
# whole run, byte for byte; and a line filter whose partitions are killed and repeated.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
"$builddir/tests/parity/pixels" <"$data/digits.ndjson" >"$tmp/ten.raw"
cd "$tmp" || exit 99
mkdir folder
cp "$data"/*.pgm folder
# Good and bad texts, two on a line, one on several lines, an array, and lists without a record.
{
    cat "$data/digits.ndjson"
    printf '%s\n' '{"strokes":' '{"strokes":[1]}' '[]' 'nonsense' '[{"strokes":[]},{"pixels":[1]},[]]' \
        '{"strokes":[[[1,1],[9,9]]]} {"strokes":[[[1,1],[1,9]]],"id":"second"}' '{' '"strokes":[]' '}'
    cat "$data/erased.ndjson"
} >mixed.ndjson
gzip -c "$data/digits.ndjson" >digits.ndjson.gz
: >empty

# slices N COMMAND…: the answers and the messages of N shards, one after the other, in `parts` and
# `parts.err`; the statuses in $statuses.
slices() {
    n=$1 i=0 statuses=
    shift
    : >parts
    : >parts.err
    while [ "$i" -lt "$n" ]; do
        status=0
        "$@" --shard="$i/$n" >>parts 2>>parts.err || status=$?
        statuses=$statuses$status
        i=$((i + 1))
    done
}

# whole NAME COUNTS ARGUMENT…: so many shards of `predict ARGUMENT…` are the whole, with its
# messages; the largest status is the whole's.
whole() {
    name=$1 counts=$2
    shift 2
    run "$DIGITPAD" predict -v "$@"
    cp .out whole
    grep -v ' read in all: \| read, ' .err >whole.err
    wanted=$status
    for n in $counts; do
        slices "$n" "$DIGITPAD" predict "$@"
        ok "$name in $n shards" cmp whole parts
        is "$name in $n shards: messages" "$(cat parts.err)" "$(grep -v ' model \| threads$' whole.err)"
        is "$name in $n shards: statuses" "$(printf '%s' "$statuses" | fold -w 1 | sort -n | tail -n 1)" \
            "$wanted"
    done
}

for form in text json csv; do
    whole "files in $form" 3 -f $form mixed.ndjson folder/*.pgm missing empty "$data/two-four.csv" \
        digits.ndjson.gz
done
whole "lines of JSON" "1 2 7 40" -f json mixed.ndjson
whole "a folder" 2 -f json -r folder
ls folder/*.pgm >list
whole "a list" 2 -f json --files-from=list
whole "numbers" 4 -f json --digits=auto "$data/numbers.ndjson"
whole "raw" 3 -f json -i raw ten.raw
is "ten records in three shards" "$(for i in 0 1 2; do
    "$DIGITPAD" predict -i raw --shard=$i/3 ten.raw | grep -c .
done | tr '\n' ' ')" "4 3 3 "

# ---- skip and take ------------------------------------------------------------------------------
"$DIGITPAD" predict -f json -i raw - <ten.raw >whole
: >parts
for skip in 0 3 6 9 12; do
    run "$DIGITPAD" predict -f json -i raw --skip="$skip" --take=3 - <ten.raw
    cat .out >>parts
    is "--skip=$skip --take=3" "$status$err" 0
done
ok "slices of a pipe are the whole" cmp whole parts
for file in mixed.ndjson "$data/two-four.csv" digits.ndjson.gz; do
    "$DIGITPAD" predict -f json "$file" >whole 2>/dev/null
    "$DIGITPAD" predict -f json --take=1 "$file" >parts 2>/dev/null
    "$DIGITPAD" predict -f json --skip=1 "$file" >>parts 2>/dev/null
    ok "--take=1 and --skip=1 of ${file##*/}" cmp whole parts
done
run "$DIGITPAD" predict -f csv --skip=1 "$data/two-four.csv"
like "the header of csv belongs to record 0" "$out" '^1,'
run sh -c 'while cat "$0"; do :; done 2>/dev/null | "$1" predict --take=3' "$data/digits.ndjson" "$DIGITPAD"
is "--take ends before an endless stream does" "$status $(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')" "0 0 1 2 "

# ---- misuse -------------------------------------------------------------------------------------
# misused NAME MESSAGE ARGUMENT…
misused() {
    name=$1 message=$2
    shift 2
    run "$DIGITPAD" predict "$@"
    fails "$name" 2 "^digitpad predict: $message\$"
}
misused "no shard" "--shard: '3' is not I/N, such as 0/4 for the first of four shards" --shard=3 list
misused "no number" "--shard: 'a/2' is not I/N, such as 0/4 for the first of four shards" --shard=a/2 list
misused "no shards" "--shard: '0/0' is not I/N, such as 0/4 for the first of four shards" --shard=0/0 list
misused "from 1" "--shard: '3/3': the shards are numbered from 0; the last is 2/3" --shard=3/3 list
misused "both" "--shard excludes --skip and --take" --shard=0/2 --take=1 list
mkfifo pipe
for stream in - pipe --files-from=-; do
    misused "a stream: $stream" \
        '--shard counts the records before it reads them, so it needs files, not a pipe; on a pipe, use --skip and --take' \
        --shard=0/2 "$stream" </dev/null
done
misused "--take=0" "--take: '0' is not a whole number from 1 to 2147483647" --take=0 list

# ---- a filter -----------------------------------------------------------------------------------
# A line in, a line out, as Spark's rdd.pipe and Hadoop streaming need it: each partition is
# killed in the middle once and repeated.
i=0
while [ $i -lt 40 ]; do
    sed -n "$((i % 10 + 1))s/^{.*\\(\"strokes\"\)/{\"id\":$i,\1/p" "$data/digits.ndjson"
    [ $((i % 7)) -ne 3 ] || echo '{"id":"cut","strokes":[[[1,1],[2'
    i=$((i + 1))
done >lines
split -l 12 lines partition.
for partition in partition.*; do
    "$DIGITPAD" predict -i ndjson -f json <"$partition" 2>/dev/null |
        { head -n 5 >/dev/null; } # the reader leaves: SIGPIPE or the end
    "$DIGITPAD" predict -i ndjson -f json <pipe >begun 2>/dev/null &
    filter=$!
    exec 3>pipe
    head -n 6 "$partition" >&3
    tries=0
    until [ "$(grep -c . begun)" -eq 6 ] || [ $tries -gt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -9 $filter
    wait $filter 2>/dev/null
    exec 3>&-
    "$DIGITPAD" predict -i ndjson -f json <"$partition" 2>/dev/null
done >answers
is "a line in, a line out, also for bad lines" "$(grep -c . answers)" "$(grep -c . lines)"
is "in the order of the lines" "$(sed 's/.*"id":\([^,]*\),.*/\1/; s/null/"cut"/' answers)" \
    "$(sed 's/^{"id":\([^,]*\),.*/\1/' lines)"
is "each bad line has an error" "$(grep -c '"error":"record' answers)" "$(grep -c '"id":"cut"' lines)"
done_testing
