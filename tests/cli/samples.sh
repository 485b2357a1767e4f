#!/bin/sh
# digitpad samples: what the pad's digit keys left, listed, exported, removed.
. "${srcdir:-.}/tests/tap.sh"

XDG_DATA_HOME=$tmp/data
export XDG_DATA_HOME
tab=$(printf '\t')
file=$XDG_DATA_HOME/digitpad/samples.ndjson

run "$DIGITPAD" samples
is "without a file there are none" "$status:$out:$err" "0::"
run "$DIGITPAD" samples remove 1
is "and none to remove" "$status" 5

mkdir -p "$XDG_DATA_HOME/digitpad"
sed 's/{"id":"plain \([0-9]\)",/{"time":"2026-01-31T12:00:0\1Z",/' "$srcdir/tests/data/digits.ndjson" >"$file"
chmod 600 "$file"
run "$DIGITPAD" samples list
is "list has a line each" "$(printf '%s\n' "$out" | wc -l)" 10
is "with number, digit, time and strokes" "$(printf '%s\n' "$out" | sed -n 4p)" \
    "4${tab}3${tab}2026-01-31T12:00:03Z${tab}2 strokes"
"$DIGITPAD" samples export >"$tmp/export"
ok "export is what is in the file" cmp "$file" "$tmp/export"
is "and predict reads it" "$("$DIGITPAD" predict "$tmp/export" | cut -f 1 | tr -d '\n')" 0123456789

run "$DIGITPAD" samples remove 2 10 2
is "remove takes out by number" "$status:$("$DIGITPAD" samples | cut -f 2 | tr -d '\n')" "0:02345678"
is "and leaves the file to its user alone" "$(ls -l "$file" | cut -c 1-10)" "-rw-------"
run "$DIGITPAD" samples remove 9
is "a number that is not there is bad input" "$status" 1
like "and says how many there are" "$err" "no sample 9; the last is 8"

echo '{"label":"x"}' >>"$file"
run "$DIGITPAD" samples
is "a damaged line is marked" "$status:$(printf '%s\n' "$out" | tail -n 1)" "1:9${tab}!"
is "and not exported" "$("$DIGITPAD" samples export | wc -l)" 8

for arguments in "remove" "remove x" "remove 0" "list 3" "show"; do
    # shellcheck disable=SC2086
    run "$DIGITPAD" samples $arguments
    is "samples $arguments is misuse" "$status" 2
done

done_testing
