#!/bin/sh
# Streams of every command that reads or writes them: bytes that come one by one, readers that leave,
# a full disk, and descriptors that are closed from the start. PIPES=all leaves after every byte.
. "${srcdir:-.}/tests/tap.sh"
data=$srcdir/tests/data
corpus=$srcdir/tests/fuzz/corpus
unset DIGITPAD_MODEL
XDG_DATA_HOME=$tmp/data
export XDG_DATA_HOME
mkdir -p "$XDG_DATA_HOME/digitpad"
sed 's/"id":/"time":/' "$data/digits.ndjson" >"$XDG_DATA_HOME/digitpad/samples.ndjson"
# Ten images and their labels.
{
    printf '\000\000\010\003\000\000\000\012\000\000\000\034\000\000\000\034'
    awk 'BEGIN { for (i = 0; i < 7840; i++) printf "%c", i % 7 < 2 ? 33 + i % 90 : 32 }'
} >"$tmp/images"
printf '\000\000\010\001\000\000\000\012\001\002\003\004\005\006\007\010\011\001' >"$tmp/labels"

# A file for standard input, and the command line.
cat >"$tmp/readers" <<END
$data/digits.ndjson predict -f json
$data/numbers.ndjson predict --digits=auto -f csv
$data/five-grey-160x120.pgm predict
$data/two-four.csv predict
$corpus/png/good-interlaced predict
$corpus/jpeg/good-progressive predict
$corpus/npy/good-double predict
$corpus/npz/good-deflated predict
$corpus/idx/good-zipped predict
$tmp/images predict -k 3
$data/five-grey-160x120.pgm show
$data/digits.ndjson show
END
cat >"$tmp/writers" <<END
--help
--version
help predict
predict -f json $data/digits.ndjson
predict -f csv $data/digits.ndjson
eval -m nano $tmp/images $tmp/labels
eval -m nano -f json $tmp/images $tmp/labels
info cnn
info -f json cnn
show $data/eight-28x28.pgm
models
models -f json
data
data -f json
samples
samples -f json
samples export
doctor
doctor -f json
END
! "$DIGITPAD" --help | grep -q '^  draw' || echo 'draw --layout=80x24' >>"$tmp/writers"

# ---- one byte at a time --------------------------------------------------------------------
# shellcheck disable=SC2086 # $command is words
while read -r input command; do
    run "$DIGITPAD" $command <"$input"
    case $err in *'without PNG'* | *'without JPEG'*) continue ;; esac
    is "$command <${input##*/}: exit status" "$status" 0
    cp "$tmp/.out" "$tmp/wanted"
    dd bs=1 if="$input" 2>"$tmp/dd" | "$DIGITPAD" $command >"$tmp/got" 2>"$tmp/err"
    ok "one byte at a time: the same answer" cmp "$tmp/wanted" "$tmp/got"
    run "$DIGITPAD" $command <&-
    is "a closed standard input: exit status" "$status" 5
    like "a closed standard input: its message" "$err" '-: .*Bad file descriptor'
done <"$tmp/readers"

# ---- standard output -----------------------------------------------------------------------
# leaves N COMMAND…: the reader takes N bytes and leaves. 141 is death by SIGPIPE.
leaves() {
    bytes=$1
    shift
    {
        "$DIGITPAD" "$@" 2>"$tmp/err" </dev/null
        echo $? >"$tmp/status"
    } | head -c "$bytes" >"$tmp/got"
    case $(cat "$tmp/status") in 0 | 141) ;; *) return 1 ;; esac
    [ ! -s "$tmp/err" ] || return 1
    [ "$varies" = yes ] || head -c "$bytes" "$tmp/wanted" | cmp -s - "$tmp/got"
}

# shellcheck disable=SC2086
while read -r command; do
    run "$DIGITPAD" $command </dev/null
    is "$command: exit status" "$status" 0
    cp "$tmp/.out" "$tmp/wanted"
    case $command in eval* | doctor*) varies=yes ;; *) varies=no ;; esac
    size=$(wc -c <"$tmp/wanted") bytes=0 wrong=''
    step=$((size / 2))
    [ "${PIPES-}" != all ] || step=1
    while [ "$bytes" -lt "$size" ]; do
        leaves "$bytes" $command || wrong="$wrong $bytes"
        bytes=$((bytes + step))
    done
    is "a reader may leave after any byte" "$wrong" ''
    if [ -w /dev/full ]; then
        status=0
        "$DIGITPAD" $command >/dev/full 2>"$tmp/err" </dev/null || status=$?
        is "a full disk: exit status" "$status" 5
        like "a full disk: its message" "$(cat "$tmp/err")" 'standard output: No space left'
    fi
    status=0
    "$DIGITPAD" $command >&- 2>"$tmp/err" </dev/null || status=$?
    is "a closed standard output: exit status" "$status" 5
    like "a closed standard output: its message" "$(cat "$tmp/err")" 'standard output: '
    "$DIGITPAD" $command >"$tmp/got" <&- 2>&-
    is "closed standard input and error: exit status" $? 0
    [ "$varies" = yes ] || ok "and the answer" cmp "$tmp/wanted" "$tmp/got"
done <"$tmp/writers"

# ---- files that are opened while descriptors are closed ------------------------------------------
# A message must not go into a file that got the number of a closed descriptor.
mkdir "$tmp/open" "$tmp/closed"
"$DIGITPAD" convert cnn:f32 "$tmp/open/net.safetensors"
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
    rm -f "$tmp/closed/"*
    eval "\"\$DIGITPAD\" convert -v cnn:f32 \"\$tmp/closed/net.safetensors\" $closed" 2>/dev/null
    is "$closed: convert -v" $? 0
    ok "$closed: its file is whole" cmp "$tmp/open/net.safetensors" "$tmp/closed/net.safetensors"
    eval "\"\$DIGITPAD\" convert cnn:f32 \"\$tmp/closed/net.json\" $closed" 2>/dev/null
    is "$closed: a failure keeps its exit status" $? 3
    is "$closed: and writes nothing" "$(ls "$tmp/closed")" net.safetensors
done
done_testing
