#!/bin/sh
# What the program says besides its data: what to type instead of a wrong command line, hints,
# progress, --quiet and --verbose, and many errors of one kind.
. "${srcdir:-.}/tests/tap.sh"
unset DIGITPAD_MODEL
LC_ALL=C
export LC_ALL
data=$srcdir/tests/data
tab=$(printf '\t')
cd "$tmp" || exit 99
cp "$data/eight-28x28.pgm" eight.pgm
cp "$data/eight-28x28.pgm" "it's an eight.pgm"

# ---- a wrong first word ----------------------------------------------------------------------
# says NAME WANTED WORD…: wrong usage, with exactly this message.
says() {
    name=$1 wanted=$2
    shift 2
    run "$DIGITPAD" "$@" </dev/null
    is "$name" "$status $out$err" "2 $wanted"
}
says "a file" "digitpad: 'eight.pgm' is not a command; to read it: digitpad predict eight.pgm" \
    eight.pgm
says "a file that needs quotes" \
    "digitpad: 'it's an eight.pgm' is not a command; to read it: digitpad predict 'it'\\''s an eight.pgm'" \
    "it's an eight.pgm"
mkdir folder
says "a folder" "digitpad: 'folder' is not a command; to read it: digitpad predict -r folder" folder
says "a name like a file's" "digitpad: 'x.PNG' is not a command; to read it: digitpad predict x.PNG" x.PNG
says "a model" "digitpad: 'x.onnx' is not a command; to read it: digitpad info x.onnx" x.onnx
says "a command with a typing error" "digitpad: unknown command 'pedrict'; did you mean 'predict'?
try 'digitpad --help'" pedrict
says "a word that resembles no command" "digitpad: unknown command 'frobnicate'
try 'digitpad --help'" frobnicate
says "options before the command" "digitpad: the command comes first: digitpad predict -m mlp 'it'\\''s' eight.pgm" \
    -m mlp predict "it's" eight.pgm
says "control characters there" "digitpad: the command comes first: digitpad predict -x '\\x1b[2J'" \
    -x predict "$(printf '\033[2J')"
says "options before a file" "digitpad: a command is missing; to read a file: digitpad predict -k 3 eight.pgm" -k 3 eight.pgm
if "$DIGITPAD" --help | grep -q '^  draw '; then
    says "an option's argument is no such file" "digitpad draw: there is no terminal to draw on (over ssh: ssh -t)" \
        -o eight.pgm
    printf '\001 no picture and no drawing' >thing
    run "$DIGITPAD" draw thing
    fails "draw something else" 1 "thing: .*'digitpad predict -i FORMAT' reads more"
    run "$DIGITPAD" -o predict.txt
    fails "the argument of an option is no command" 2 'draw: predict\.txt: unknown format'
    run "$DIGITPAD" -o predict
    fails "even if it is named like one" 2 'draw: predict: unknown format'
fi

# ---- help -----------------------------------------------------------------------------------
is "help lists the commands" "$("$DIGITPAD" help)" "$("$DIGITPAD" --help)"
# man, as if the page of info were installed and the others were not.
mkdir "$tmp/bin"
cat >"$tmp/bin/man" <<'END'
#!/bin/sh
case $* in
"-w digitpad-info" | "-w digitpad-config") echo /somewhere ;;
digitpad-info | digitpad-config) echo the page ;;
*) exit 16 ;;
esac
END
chmod +x "$tmp/bin/man"
PATH=$tmp/bin:$PATH run "$DIGITPAD" help info
is "help COMMAND is its page" "$status:$out:$err" "0:the page:"
PATH=$tmp/bin:$PATH run "$DIGITPAD" help config
is "help config is a page" "$status:$out:$err" "0:the page:"
PATH=$tmp/bin:$PATH run "$DIGITPAD" help predict
is "without a page, it is COMMAND --help" "$status:$out:$err" \
    "0:$("$DIGITPAD" predict --help):"
run env PATH=/nonexistent "$DIGITPAD" help info
is "and without man" "$status:$out:$err" "0:$("$DIGITPAD" info --help):"
if command -v man >/dev/null && man -w man >/dev/null 2>&1; then
    mkdir -p "$tmp/man/man1"
    cp "$builddir/tui/man/digitpad-info.1" "$tmp/man/man1"
    like "the real man shows it" "$(MANPATH=$tmp/man "$DIGITPAD" help info)" '^DIGITPAD-INFO\(1\)'
else
    skip "the real man shows it" "no man"
fi
run "$DIGITPAD" help evla
fails "help for no command" 2 "unknown command 'evla'; did you mean 'eval'\\?"
run "$DIGITPAD" help predict eval
fails "help for two" 2 'only one COMMAND is allowed'
like "help names the manual page" "$("$DIGITPAD" help)" 'digitpad\(1\)'
like "help of predict names files of other programs" "$("$DIGITPAD" predict --help | tr '\n' ' ')" \
    "models' lists .*\\.onnx or *\\.json\\), or *hf:OWNER/REPO"

# ---- similar names ----------------------------------------------------------------------------
similar() {
    pattern=$1
    shift
    run "$DIGITPAD" "$@"
    fails "$*: $pattern is suggested" "$wanted" "did you mean '$pattern'\\?"
}
wanted=2
similar --min-confidence predict --min-confidense=1 eight.pgm
similar --min-confidence predict --confidence=1 eight.pgm
similar json predict -f jsno eight.pgm
similar fetch models ftech mlp
wanted=3
similar cnn predict -m cn eight.pgm
similar mnist-8 info mnist8
similar cnn info CNN
wanted=2
similar mnist-8 models fetch mnist_8
run "$DIGITPAD" models path frobnicate
fails "a name of no model" 2 "frobnicate: no model has this name; 'digitpad models' lists the names"
run "$DIGITPAD" info frobnicate
fails "a name of no model and no file" 3 "frobnicate: no model has this name, and no file; 'digitpad models'"
run "$DIGITPAD" predict --kernel=mmx eight.pgm
fails "an unknown kernel lists the known ones" 2 "'mmx' is unknown .*, which has reference, portable"
run "$DIGITPAD" predict ''
like "an empty name is visible" "$err" "^digitpad predict: '': No such file"
run "$DIGITPAD" predict --in=png eight.pgm
fails "an ambiguous option lists what it may mean" 2 "option '--in' is ambiguous: input, invert"

# ---- errors of one kind -----------------------------------------------------------------------
i=0
while [ $i -lt 1500 ]; do
    printf '{"pixels":%d}\n' $i
    [ $((i % 500)) -ne 3 ] || printf '%d' $i
    i=$((i + 1))
done >many.ndjson
run "$DIGITPAD" predict many.ndjson
is "like errors: ten are printed, the others are counted" "$status $(printf '%s\n' "$err" | wc -l)" "1 14"
like "like errors: how many" "$err" '^digitpad predict: \.\.\. and 1,487 more like "record 1, byte 0: '
is "like errors: each input has its line" "$(printf '%s\n' "$out" | grep -c "^!$tab-")" 1500
run "$DIGITPAD" predict -f json many.ndjson
is "like errors: json has all of them" "$(printf '%s\n' "$out" | grep -c '"error":"record')" 1500
run "$DIGITPAD" predict --verbose many.ndjson
is "like errors: --verbose prints all of them" "$(printf '%s\n' "$err" | grep -c 'many.ndjson: record')" 1500
cp many.ndjson more.ndjson
run "$DIGITPAD" predict many.ndjson more.ndjson
like "like errors: in several files" "$err" 'and 2,984 more like ".*", in 2 files$'
run "$DIGITPAD" eval many.ndjson
fails "like errors: eval" 5 'digitpad eval: \.\.\. and 1,[0-9]* more like "record 1, '
run "$DIGITPAD" show many.ndjson
like "like errors: show" "$err" 'digitpad show: \.\.\. and 1,487 more like "record 1, '
run "$DIGITPAD" show </dev/null
fails "show: an empty input" 1 'digitpad show: -: no images found'
run "$DIGITPAD" show -v eight.pgm
like "show -v: the format" "$err" '^digitpad show: eight\.pgm: pgm$'
run "$DIGITPAD" predict --quiet many.ndjson
is "like errors: --quiet leaves errors" "$(printf '%s\n' "$err" | wc -l)" 14

# ---- --quiet, --verbose -------------------------------------------------------------------------
forget "$srcdir/weights/shipped/mlp.safetensors" foreign
for command in "predict $data/digits.ndjson" "eval $data/digits.ndjson"; do
    # shellcheck disable=SC2086 # the command and its file
    set -- $command
    run "$DIGITPAD" "$@" -m foreign --arch="$chain"
    like "$1: a warning" "$err" "digitpad $1: warning: .*assuming --norm="
    run "$DIGITPAD" "$@" -m foreign --arch="$chain" -q
    is "$1 -q: no warning" "$status$err" 0
    run "$DIGITPAD" "$@" -v -m mlp
    like "$1 -v: the model" "$err" "^digitpad $1: model mlp: carried in the program, [0-9]+ bytes$"
    like "$1 -v: how it runs" "$err" "^digitpad $1: model mlp: input scale unit, 8 bits, kernels [a-z0-9]+$"
done
run "$DIGITPAD" predict -v "$data/digits.ndjson" eight.pgm
like "predict -v: each file" "$err" "digits\\.ndjson: ndjson, 10 read, 0 of them bad$"
like "predict -v: its format" "$err" "eight\\.pgm: [a-z]+, 1 read, 0 of them bad$"
like "predict -v: the sum" "$err" "^digitpad predict: 11 read in all: 0 bad, 0 blank, 0 rejected$"
like "predict -v: threads" "$err" "^digitpad predict: at most [0-9]+ threads$"
run "$DIGITPAD" convert foreign -q --arch="$chain" out.safetensors
is "convert -q: no warning" "$status$err" 0
run "$DIGITPAD" predict -q -v -m foreign --arch="$chain" eight.pgm
is "-q wins over -v" "$status$err" 0
. "$srcdir/tests/cli/bar_images.sh"
make_bars
run "$DIGITPAD" train -v --arch 'flatten | dense 10' --images images.idx --labels labels.idx \
    --epochs 1 --progress none -o bars.safetensors
like "train -v: the files" "$err" "^digitpad train: reading images\\.idx$"
like "train -v: what they hold" "$err" \
    "^digitpad train: 220 images, 0 drawings of digits and 0 of other things to train on; held out 20, 0 and 0; kernels [a-z0-9]+$"
run "$DIGITPAD" eval -v -m bars.safetensors images.idx labels.idx
like "eval -v: the images" "$err" "^digitpad eval: images\\.idx: 240 images, and 0 bad inputs$"
run "$DIGITPAD" quantize -v bars.safetensors --calibrate images.idx -o bars8.safetensors
like "quantize -v: the images" "$err" "^digitpad quantize: images\\.idx: 240 images to measure"
run "$DIGITPAD" quantize -q bars.safetensors --calibrate images.idx -o bars8.safetensors
is "quantize -q" "$status$out$err" 0
run "$DIGITPAD" bench -q --quick --model=bars.safetensors --only=latency_us
is "bench -q: no warning on a busy machine" "$status$err" 0
run "$DIGITPAD" models -q list
is "models -q" "$status$err" 0
run "$DIGITPAD" convert -v mlp out.safetensors
like "convert -v" "$err" "^digitpad convert: model mlp: carried in the program"
run "$DIGITPAD" info foreign
like "info: a warning" "$err" "^digitpad info: warning: the file records neither its layers nor"
run "$DIGITPAD" info --quiet foreign
is "info -q: no warning" "$status$err" 0
mkdir -p config/digitpad
echo 'colour = red' >config/digitpad/config
run env XDG_CONFIG_HOME="$tmp/config" "$DIGITPAD" predict eight.pgm
like "a warning about the configuration" "$err" "warning: .*config:1: unknown option 'colour'"
run env XDG_CONFIG_HOME="$tmp/config" "$DIGITPAD" predict -q eight.pgm
is "predict -q: no warning about the configuration" "$status$err" 0
echo 'quiet = yes' >config/digitpad/config
run env XDG_CONFIG_HOME="$tmp/config" "$DIGITPAD" predict -m foreign --arch="$chain" "$data/digits.ndjson"
is "the configuration may have quiet" "$status$err" 0

# ---- progress ---------------------------------------------------------------------------------
# The second line comes late enough for the progress to be shown.
line=$(head -n 1 "$data/digits.ndjson")
cat >slowly <<END
{ printf '%s\n' '$line' '{"pixels":1}'; sleep 1.3; printf '%s\n' '$line' '{"pixels":2}'; } |
    "$DIGITPAD" predict "\$@" >answers
END
if command -v script >/dev/null && script --version 2>/dev/null | grep -q util-linux; then
    TERM=xterm script -qec "sh slowly" /dev/null </dev/null >typed 2>&1
    like "progress: on a terminal" "$(cat typed)" "$(printf '\r')3 read$(printf '\033')\\[K"
    like "progress: it is erased before a message" "$(cat typed)" \
        "^$(printf '.*\r\033')\\[Kdigitpad predict: -: record 4"
    is "progress: the answers are not disturbed" "$(cut -f 1 answers | tr -d '\n')" "0!0!"
    TERM=xterm script -qec "sh slowly -q" /dev/null </dev/null >typed 2>&1
    is "progress: -q shows none" "$(grep -c "$(printf '\033')" typed)" 0
    TERM=dumb script -qec "sh slowly" /dev/null </dev/null >typed 2>&1
    is "progress: none on a terminal that cannot erase" "$(grep -c "$(printf '\033')" typed)" 0
else
    skip "progress" "no script(1)"
fi
run sh slowly
is "progress: none without a terminal" "$(printf '%s' "$err" | grep -c "$(printf '\r')")" 0
done_testing
