#!/bin/sh
# The manual page describes the options that --help lists, and no others. Its examples and those of
# the README work.
. "${srcdir:-.}/tests/tap.sh"
page=$srcdir/tui/digitpad.1
sed 's/\\-/-/g; s/\\e/\\/g' "$page" >"$tmp/page"

# section HEADING: this section of the page.
section() {
    awk -v heading="$1" '/^\.S[SH]/ { on = $0 == heading } on' "$tmp/page"
}

# options: those that the text on standard input names.
options() {
    grep -oE -e '--[a-z][a-z-]*[a-z]' | sort -u
}

section ".SH OPTIONS" | options >"$tmp/shared"
options <"$tmp/page" >"$tmp/named"
echo "--version" >"$tmp/all"
commands=$("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')
for command in $commands; do
    section ".SS digitpad $command" >"$tmp/section"
    ok "$command has its section" test -s "$tmp/section"
    "$DIGITPAD" "$command" --help | sed -nE 's/^  (-.,|   ) (--[a-z-]+).*/\2/p' |
        sort -u >"$tmp/listed"
    ok "$command lists options" test -s "$tmp/listed"
    options <"$tmp/section" | sort -u - "$tmp/shared" >"$tmp/described"
    is "$command: every option is described" "$(comm -23 "$tmp/listed" "$tmp/described")" ""
    grep -A 1 '^\.TP' "$tmp/section" | options >"$tmp/tags"
    is "$command: every described option exists" "$(comm -23 "$tmp/tags" "$tmp/listed")" ""
    cat "$tmp/listed" >>"$tmp/all"
done
sort -u -o "$tmp/all" "$tmp/all"
if "$DIGITPAD" --help | grep -q '^  draw '; then
    is "every option that the page names exists" "$(comm -23 "$tmp/named" "$tmp/all")" ""
else
    skip "every option that the page names exists" "built without the pad"
fi

if command -v groff >/dev/null; then
    is "the page is formatted without a warning" \
        "$(groff -man -Tutf8 -ww -z "$page" 2>&1)" ""
else
    skip "the page is formatted without a warning" "no groff"
fi

# Run each example in a folder with the files that it names, except those that need a terminal,
# another machine or the MNIST files.
data=$srcdir/tests/data
cp "$data/digits.ndjson" "$tmp/digits.ndjson"
cp "$data/five-grey-160x120.pgm" "$tmp/digit.pgm"
cp "$data/two-four.csv" "$tmp/images.csv"
mkdir "$tmp/bin"
ln -s "$DIGITPAD" "$tmp/bin/digitpad"
awk '/^\.SH/ { on = 0 } /^\.SH EXAMPLES/ { on = 1 }
     on && /^\.EX/ { inside = 1; next }
     /^\.EE/ { inside = 0 }
     inside { if (sub(/\\$/, "")) printf "%s", $0; else print }' "$tmp/page" >"$tmp/examples"
ok "there are examples" test "$(wc -l <"$tmp/examples")" -ge 8
# Add the lines of the ```sh blocks of the README, which may name tests/data.
ln -s "$srcdir/tests" "$tmp/tests"
awk '/^```/ { inside = /^```sh/; next } inside' "$srcdir/README.md" | sed 's/  *#.*//' |
    grep -E '(^|\| )digitpad (predict|info|show)' >>"$tmp/examples"
while read -r example; do
    case $example in
    *draw* | ssh* | *ubyte*) continue ;;
    esac
    cd "$tmp" || exit 99
    PATH=$tmp/bin:$PATH run sh -c "$example"
    is "works: $example" "$status$err" 0
    ok "and prints something" test -n "$out"
done <"$tmp/examples"
done_testing
