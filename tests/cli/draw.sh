#!/bin/sh
# draw and restore-terminal without a terminal: layouts, usage and errors.
. "${srcdir:-.}/tests/tap.sh"

if ! "$DIGITPAD" --help | grep -q '^  draw '; then
    skip_all "built without the pad"
fi

# Run the program without a controlling terminal.
detached() {
    run setsid -w "$DIGITPAD" "$@" </dev/null
}

run "$DIGITPAD" draw --layout=80x24
is "layout: status" "$status" 0
is "layout: one line" "$(printf '%s\n' "$out" | wc -l)" 1
like "layout: the pad of 80×24" "$out" '"pad":\{"x":1,"y":1,"w":40,"h":20\}'
run "$DIGITPAD" draw --layout=20x5
is "layout: too small" "$out" '{"cols":20,"rows":5,"too_small":true}'
for size in 80 80x 80x24x3 x24 -5x24 80x24\  axb; do
    run "$DIGITPAD" draw "--layout=$size"
    fails "layout '$size'" 2 "--layout: '$size' is not COLSxROWS"
done

# refused STATUS PATTERN ARGUMENT…
refused() {
    wanted=$1 pattern=$2
    shift 2
    detached "$@"
    fails "$*" "$wanted" "$pattern"
}

refused 2 'no terminal' draw
refused 2 'no terminal' draw --once -o -
refused 2 '/dev/tty' restore-terminal
refused 2 "unexpected argument 'now'" restore-terminal now
refused 2 "'0'.*1 to 9" draw --pen=0
refused 2 "'10'.*1 to 9" draw --pen=10
refused 2 "'big'" draw --charset=big
refused 2 "'oil'.*auto, pixels, octants, half.*ascii" draw --ink=oil
refused 2 "'maybe'" draw --color=maybe
refused 2 "'sepia' .one of auto, dark, light" draw --theme=sepia
refused 2 'needs --once' draw --timeout=5
refused 2 'needs --once' draw -o -
refused 2 "'soon'" draw --once --timeout=soon
refused 2 '\.ndjson.*\.pgm' draw -o drawing.jpeg
refused 2 'needs a drawing' draw --replay
refused 2 '--once prints the digit; use it without --print' draw --once --print
refused 2 "'maybe'.*yes or no" draw --fetch=maybe
refused 2 'only one FILE' draw a.ndjson b.ndjson
refused 2 'frobnicate' draw --frobnicate
refused 3 'no-such-model' draw -m no-such-model
refused 3 'no-such-model' draw --model=no-such-model
refused 2 'needs --once' draw --output=-
refused 5 'missing\.ndjson' draw "$tmp/missing.ndjson"

printf '{"strokes":[[[1,2],[3,"x"]]]}\n' >"$tmp/bad.ndjson"
refused 1 'bad\.ndjson: line 1: .*strokes' draw "$tmp/bad.ndjson"
printf '\nnot json\n' >"$tmp/bad.ndjson"
refused 1 'bad\.ndjson: line 2: column [0-9]+: not valid JSON' draw "$tmp/bad.ndjson"
: >"$tmp/empty.ndjson"
refused 1 'empty\.ndjson' draw "$tmp/empty.ndjson"
refused 5 'directory' draw "$tmp"
refused 5 '^digitpad draw: -: ' draw -

# Pictures: known formats have predict's messages.
printf '\001\002\003 neither this nor that, but long enough to be a file' >"$tmp/notes.txt"
refused 1 "notes\.txt: neither drawings nor a picture of a known format; 'digitpad predict -i" \
    draw "$tmp/notes.txt"
printf 'P5\n28 28\n255\nshort' >"$tmp/short.pgm"
refused 1 'short\.pgm: record 1, byte [0-9]+: ' draw "$tmp/short.pgm"
printf 'P5\n5000 5000\n255\n' >"$tmp/large.pgm"
refused 1 'large\.pgm: record 1, byte [0-9]+: .*4096' draw "$tmp/large.pgm"
printf 'GIF89a and so on, and on, and on, and on, and on, and on' >"$tmp/picture.gif"
refused 1 'picture\.gif: record 1, byte [0-9]+: .*GIF' draw "$tmp/picture.gif"
refused 2 '--replay needs a drawing' draw --replay "$srcdir/tests/data/five-grey-160x120.pgm"
refused 2 'no terminal' draw "$srcdir/tests/data/five-grey-160x120.pgm"

run "$DIGITPAD" draw --help
is "help: status" "$status" 0
like "help: options" "$out" '--once'
run "$DIGITPAD" restore-terminal --help
is "help of restore-terminal" "$status" 0
done_testing
