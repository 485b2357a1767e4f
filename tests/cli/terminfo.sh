#!/bin/sh
# The terminal types that the program carries, for systems that do not know them. scripts/static
# draws on them where no others exist.
. "${srcdir:-.}/tests/tap.sh"
embed=$srcdir/scripts/embed-terminfo
types='xterm-256color tmux-256color screen-256color screen linux vt100'

# shellcheck disable=SC2086 # a list
run env INFOCMP=false sh "$embed" $types
is "without infocmp no type is carried" "$status$err" 0
is "and the table is empty" "$(printf '%s\n' "$out" | sed '1,/dp_terminfo_carried/d' |
    tr -d ' \n')" '{NULL,NULL},};'

if ! "$DIGITPAD" --help | grep -q '^  draw '; then
    skip "the program carries them" "built without the pad"
    done_testing
fi
for type in $types; do
    begin=$(infocmp -x -Q2 "$type" 2>/dev/null | sed -n '/^b64:/{p;q;}')
    if [ -n "$begin" ]; then
        ok "the program carries $type" grep -aqF "$begin" "$DIGITPAD"
    else
        skip "the program carries $type" "infocmp cannot print it"
    fi
done
done_testing
