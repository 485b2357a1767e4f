#!/bin/sh
# Every long option that --help lists is used by some test. Comments do not count, nor what is
# refused or said in a message, nor the programs of tests/bench, which run by hand.
# tests/cli/config.sh and manual.sh take their lists of options from --help, as this test does:
# they name none that they do not use.
. "${srcdir:-.}/tests/tap.sh"

find "$srcdir/tests" -path "$srcdir/tests/bench" -prune -o -type f ! -name options.sh \
    \( -name '*.sh' -o -name '*.py' -o -name '*.c' \) -exec cat {} + |
    grep -Ev '^ *(#|/\*|\*|"""|refused |misuse |fails |like )' >"$tmp/tests"

# used NAME HELP: each option of a program's or command's help.
used() {
    printf '%s\n' "$2" | grep -oE -e '(^|[^a-z-])--[a-z][a-z0-9-]*' | sed 's/^[^-]//' |
        sort -u >"$tmp/options"
    ok "$1 has options" test -s "$tmp/options"
    while read -r option; do
        ok "$1 $option" grep -qE -e "(^|[^a-z0-9-])$option([^a-z0-9:-]|\$)" "$tmp/tests"
    done <"$tmp/options"
}

ok "there are tests" test -s "$tmp/tests"
used digitpad "$("$DIGITPAD" --help)"
commands=$("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')
ok "there are commands" test "$(printf '%s\n' "$commands" | grep -c .)" -ge 8
for command in $commands; do
    used "$command" "$("$DIGITPAD" "$command" --help)"
done
if [ -x "$builddir/digitpad-hub" ]; then
    used digitpad-hub "$("$builddir/digitpad-hub" 2>&1)"
fi
done_testing
