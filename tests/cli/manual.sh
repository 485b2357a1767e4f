#!/bin/sh
# Each command has a page of the manual with the options that --help lists, in the same words. What the
# pages name exists. Their examples and those of the README work.
. "${srcdir:-.}/tests/tap.sh"
pages=$builddir/tui/man
generate=$builddir/tui/generate/generate

# plain: standard input without the escapes of roff.
plain() {
    sed -E 's/\\f[BIR]//g; s/\\-/-/g; s/\\\(aq/'\''/g; s/\\\(dq/"/g; s/\\e/\\/g'
}

# options: those that the text on standard input names.
options() {
    grep -oE -e '--[a-z][a-z-]*[a-z]' | sort -u
}

# listed COMMAND: the entries of its --help, each on a line and in small letters.
listed() {
    "$DIGITPAD" "$1" --help | awk '
        /^  (-.,|   ) --/ { flush(); entry = $0; next }
        /^       *[^ ]/ && entry { sub(/^ +/, " "); entry = entry $0; next }
        { flush() }
        END { flush() }
        function flush() { if (entry) print entry; entry = "" }' |
        sed -E 's/^ +//; s/  +/ /; s/\.$//' | tr '[:upper:]' '[:lower:]'
}

# described COMMAND: the same of its page, without what the page adds.
described() {
    plain <"$pages/digitpad-$1.1" |
        awk '/^\.TP/ { getline tag; getline text; if (tag ~ /^-/) print tag, text }' |
        sed 's/\.$//' | tr '[:upper:]' '[:lower:]'
}

echo "--version" >"$tmp/all"
commands=$("$DIGITPAD" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')
for command in $commands; do
    ok "$command has a page" test -s "$pages/digitpad-$command.1"
    listed "$command" >"$tmp/listed"
    ok "$command lists options" test -s "$tmp/listed"
    is "$command: the page has these options and texts" "$(described "$command")" \
        "$(cat "$tmp/listed")"
    like "digitpad(1) lists $command" "$(plain <"$pages/digitpad.1")" "^$command\$"
    "$DIGITPAD" "$command" --help | options >>"$tmp/all"
done
sort -u -o "$tmp/all" "$tmp/all"
# The examples of digitpad-serve(7) need other machines; tests/serve has them.
cat "$pages"/*.[15] >"$tmp/pages"
plain <"$tmp/pages" | grep -v 'find --\|digitpad-hub' | options >"$tmp/named"
if "$DIGITPAD" --help | grep -q '^  draw '; then
    is "every option that the pages name exists" "$(comm -23 "$tmp/named" "$tmp/all")" ""
    is "every page that they name exists" "$(plain <"$tmp/pages" |
        sed -nE 's/.*(digitpad-[a-z-]+) ?\(([157])\).*/\1.\2/p' | sort -u |
        while read -r page; do [ -f "$pages/$page" ] || echo "$page"; done)" ""
else
    skip "every option that the pages name exists" "built without the pad"
    skip "every page that they name exists" "built without the pad"
fi
like "digitpad-config(5) lists the keys" "$(plain <"$pages/digitpad-config.5" | tr '\n' ' ')" \
    "TP 32n outliers = FILE \\| X eval, train \\.TP .* threads = N predict, eval, train, bench"
for heading in PRIVACY SECURITY BUGS FILES ENVIRONMENT; do
    like "digitpad(1) has $heading" "$(cat "$pages/digitpad.1")" "^\\.SH $heading"
done
like "the header names the version" "$(cat "$pages/digitpad.1")" \
    "^\\.TH DIGITPAD 1 .*\"$("$DIGITPAD" --version | head -n 1)\""

for page in "$pages"/*.[157] "$srcdir/weights/library/libdigitpad.3"; do
    name=${page##*/}
    if command -v groff >/dev/null; then
        is "$name is formatted without a warning" \
            "$(groff -t -man -Tutf8 -rLL=78n -ww -z "$page" 2>&1)" ""
    else
        skip "$name is formatted without a warning" "no groff"
    fi
done

# refused LINE TEXT: the generator finds nothing in the tables for this line of the source of a page.
refused() {
    printf '%b' "$2" >"$tmp/digitpad-info.1.in"
    run "$generate" man "$tmp/digitpad-info.1.in"
    is "refused: $1" "$status $err" \
        "1 digitpad-info: the tables have nothing for the line: $1"
}
refused "@option model" '@option model\n'
refused "@action list" '@action list\n'
refused "@nonsense" '.SH NAME\n@nonsense\n'
refused "@option nonsense" '@options\n@option nonsense\n@end\n'

# The README names the packages that scripts/run installs.
. "$srcdir/scripts/common.sh"
grep '^| Debian, Ubuntu |' "$srcdir/README.md" | grep -o '[a-z0-9.+-]*' >"$tmp/packages"
for package in $build_packages; do
    ok "the README names $package" grep -qxF "$package" "$tmp/packages"
done

# ---- examples -------------------------------------------------------------------------------
# Run each example in a folder with the files that it names, except those that need a terminal,
# another machine or the MNIST files.
data=$srcdir/tests/data
cp "$data/digits.ndjson" "$tmp/digits.ndjson"
cp "$data/five-grey-160x120.pgm" "$tmp/digit.pgm"
cp "$data/two-four.csv" "$tmp/images.csv"
mkdir "$tmp/bin"
ln -s "$DIGITPAD" "$tmp/bin/digitpad"
plain <"$tmp/pages" | awk '
    /^\.EX/ { inside = 1; next }
    /^\.EE/ { inside = 0 }
    inside { if (sub(/\\$/, "")) printf "%s", $0; else print }' >"$tmp/examples"
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
