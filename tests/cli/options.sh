#!/bin/sh
# Every long option that --help lists is used by a test. Comments do not count, nor options that
# a test only expects to be refused or to occur in a message, nor tests/bench, whose programs are
# run by hand.
. "${srcdir:-.}/tests/tap.sh"

find "$srcdir/tests" -path "$srcdir/tests/bench" -prune -o -type f ! -name options.sh \
    \( -name '*.sh' -o -name '*.py' -o -name '*.c' \) -exec cat {} + |
    grep -Ev '^ *(#|/\*|\*|"""|refused |misuse |fails |like )' >"$tmp/tests"

# used NAME HELP: a test uses each option in the help of a program or command.
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
