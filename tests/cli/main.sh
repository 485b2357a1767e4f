#!/bin/sh
# The program as a whole: help, version, unknown commands, closed descriptors, a full disk.
. "${srcdir:-.}/tests/tap.sh"

run "$DIGITPAD" --help
is "--help exits 0" "$status" 0
like "--help lists the commands" "$out" '^  info  +[a-z]'
is "--help writes nothing to stderr" "$err" ""

run "$DIGITPAD" -h
is "-h is --help" "$status" 0

run "$DIGITPAD" --version
is "--version exits 0" "$status" 0
like "--version names the version" "$out" '^digitpad [0-9]+\.[0-9]+\.[0-9]+$'
like "--version names libraries" "$out" '^jansson [0-9]'
like "--version names the instruction set" "$out" \
    '^instruction set: (reference|portable|avx2|avx512|avx512vnni|neon)$'
like "--version names the threads" "$out" '^threads: [0-9]+$'
is "--version respects DIGITPAD_THREADS" \
    "$(DIGITPAD_THREADS=1 "$DIGITPAD" --version | sed -n 's/^threads: //p')" 1

run "$DIGITPAD" predcit
is "an unknown command exits 2" "$status" 2
is "an unknown command is named" "$err" "digitpad: unknown command 'predcit'; did you mean 'predict'?
try 'digitpad --help'"
is "nothing on stdout then" "$out" ""

run "$DIGITPAD" "$(printf 'a\033[2Jb\302\233c')"
like "an unknown command is printed escaped" "$err" "'a\\\\x1b\\[2Jb\\\\u\\{9b\\}c'"

run "$DIGITPAD" </dev/null
is "no arguments without a terminal exit 2" "$status" 2
like "and name the command to use instead" "$err" 'digitpad predict FILE'
if "$DIGITPAD" --help | grep -q '^  draw '; then
    like "and the reason" "$err" '^digitpad: no terminal to draw in$'
    like "and how to draw over ssh" "$err" 'ssh -t'
else
    like "and the reason" "$err" '^digitpad: built without the pad$'
    is "and nothing about ssh" "$(printf '%s\n' "$err" | grep ssh)" ""
    run "$DIGITPAD" draw
    is "draw exits 2" "$status" 2
    like "draw says why" "$err" '^digitpad: built without the pad$'
fi

commands=$("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')
for command in $commands; do
    run "$DIGITPAD" "$command" --help
    is "$command --help exits 0" "$status" 0
    like "$command --help shows its usage" "$out" "^usage: digitpad (\\[)?$command"
    is "$command --help writes nothing to stderr" "$err" ""
    is "$command --help fits 80 columns" "$(printf '%s\n' "$out" | grep -E '.{81}')" ""
    run "$DIGITPAD" "$command" --no-such-option </dev/null
    is "$command: an unknown option exits 2" "$status" 2
    like "$command: an unknown option is named" "$err" \
        "^digitpad $command: .*--no-such-option"
    like "$command: the message points to --help" "$err" "try 'digitpad $command --help'"
    is "$command: nothing on stdout then" "$out" ""
done

if [ -w /dev/full ]; then
    status=0
    err=$("$DIGITPAD" --help 2>&1 >/dev/full) || status=$?
    is "a full disk exits 5" "$status" 5
    like "a full disk is reported" "$err" 'standard output: No space left'
else
    skip "a full disk exits 5" "no /dev/full"
fi
status=0
err=$("$DIGITPAD" --help 2>&1 >&-) || status=$?
is "a closed stdout exits 5" "$status" 5
run sh -c '"$DIGITPAD" --help <&- 2>&-'
is "closed stdin and stderr do no harm" "$status" 0
"$DIGITPAD" --help 2>"$tmp/err" | :
is "a reader that closes the pipe is not an error" "$(cat "$tmp/err")" ""

for locale in C POSIX C.UTF-8 xx_YY.nonsense; do
    run env LC_ALL=$locale "$DIGITPAD" --help
    is "LC_ALL=$locale works" "$status$err" 0
done
run env -i "$DIGITPAD" --version
is "an empty environment works" "$status" 0
done_testing
