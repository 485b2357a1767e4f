# TAP for shell tests; to be sourced. Every case is one `ok NAME COMMAND…`, `is NAME GOT
# WANTED` or `like NAME GOT PATTERN`; end with `done_testing`.
# shellcheck shell=sh disable=SC2034
# Variables of the harness: $DIGITPAD the program, $srcdir the sources, $builddir the build.

: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${builddir:=$PWD}"
: "${DIGITPAD:=$builddir/digitpad}"
tap_count=0
tap_failed=0

# A scratch directory that goes away with the test.
tmp=$(mktemp -d "${TMPDIR:-/tmp}/digitpad-test.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

pass() {
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s\n' "$tap_count" "$1"
}

# fail NAME [DETAIL…]: details become TAP comments.
fail() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    printf 'not ok %d - %s\n' "$tap_count" "$1"
    shift
    for tap_detail; do
        printf '%s\n' "$tap_detail" | sed 's/^/# /'
    done
}

# skip NAME REASON
skip() {
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

ok() {
    tap_name=$1
    shift
    if "$@"; then pass "$tap_name"; else fail "$tap_name" "failed: $*"; fi
}

is() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "got:" "$2" "wanted:" "$3"
    fi
}

# like NAME TEXT PATTERN: an extended regular expression.
like() {
    if printf '%s\n' "$2" | grep -Eq -e "$3"; then
        pass "$1"
    else
        fail "$1" "got:" "$2" "wanted a match of: $3"
    fi
}

# run COMMAND…: leaves stdout in $out, stderr in $err, the exit status in $status. No program
# may crash, whatever it is given: that fails the test, even if any failure would do.
run() {
    status=0
    "$@" >"$tmp/.out" 2>"$tmp/.err" || status=$?
    out=$(cat "$tmp/.out") err=$(cat "$tmp/.err")
    judge "$*"
}

# judge COMMAND: what run does after it. 130 is how a program ends that SIGINT stopped.
judge() {
    if { [ "$status" -gt 128 ] && [ "$status" -ne 130 ]; } || printf '%s\n' "$err" |
        grep -Eq 'ended without an answer|ERROR: [A-Za-z]*Sanitizer|runtime error:'; then
        fail "a crash of $1" "exit status $status" "$err"
    fi
}

# fails NAME STATUS PATTERN: what was run last ended so, with a message that matches and
# nothing on stdout.
fails() {
    if [ "$status" = "$2" ] && [ -z "$out" ] && printf '%s\n' "$err" | grep -Eq -e "$3"; then
        pass "$1"
    else
        fail "$1" "exit status $status, not $2" "stdout: $out" "$err" "wanted a match of: $3"
    fi
}

# forget IN OUT: a network as one of elsewhere, which tells neither its layers ($chain) nor its
# norm.
forget() {
    chain=$(grep -ao '"digitpad.arch":"[^"]*"' "$1" | cut -d '"' -f 4)
    sed 's/digitpad\.arch/digitpad.bach/; s/digitpad\.norm/digitpad.form/' "$1" >"$2"
}

done_testing() {
    printf '1..%d\n' "$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit
}
