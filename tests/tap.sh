# TAP for shell tests, to be sourced. Each case is one of `ok NAME COMMAND…`, `is NAME GOT
# WANTED`, `like NAME GOT PATTERN` and `fails NAME STATUS PATTERN`. A test ends with
# `done_testing`.
# shellcheck shell=sh disable=SC2034
# make sets $DIGITPAD (the program), $srcdir (the sources) and $builddir (the build).

: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${builddir:=$PWD}"
: "${DIGITPAD:=$builddir/digitpad}"
carried='cnn mlp nano' # the networks inside the program
tap_count=0
tap_failed=0

# The test's own folder, removed when it ends.
tmp=$(mktemp -d "${TMPDIR:-/tmp}/digitpad-test.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

pass() {
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s\n' "$tap_count" "$1"
}

# fail NAME [DETAIL…]: the details become comments in the TAP.
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

# find_numpy: set $python to a Python that has NumPy, or to nothing.
find_numpy() {
    for python in /usr/bin/python3 python3; do
        ! "$python" -c 'import numpy' 2>/dev/null || return 0
    done
    python=
    return 1
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

# like NAME TEXT PATTERN: the pattern is an extended regular expression.
like() {
    if printf '%s\n' "$2" | grep -Eq -e "$3"; then
        pass "$1"
    else
        fail "$1" "got:" "$2" "wanted a match of: $3"
    fi
}

# run COMMAND…: put its stdout into $out, its stderr into $err and its exit status into $status.
# A crash always fails the test, even one that expects the command to fail.
run() {
    status=0
    "$@" >"$tmp/.out" 2>"$tmp/.err" || status=$?
    out=$(cat "$tmp/.out") err=$(cat "$tmp/.err")
    judge "$*"
}

# judge COMMAND: fail if $status or $err shows a crash: death by a signal, a sanitizer's report,
# or a helper that ended without an answer. 130 is the exit status after SIGINT.
judge() {
    if { [ "$status" -gt 128 ] && [ "$status" -ne 130 ]; } || printf '%s\n' "$err" |
        grep -Eq 'ended without an answer|ERROR: [A-Za-z]*Sanitizer|runtime error:'; then
        fail "a crash of $1" "exit status $status" "$err"
    fi
}

# fails NAME STATUS PATTERN: the last `run` ended with this status, a message that matches, and
# nothing on stdout.
fails() {
    if [ "$status" = "$2" ] && [ -z "$out" ] && printf '%s\n' "$err" | grep -Eq -e "$3"; then
        pass "$1"
    else
        fail "$1" "exit status $status, not $2" "stdout: $out" "$err" "wanted a match of: $3"
    fi
}

# forget IN OUT: copy a network without its architecture and its norm, so that it looks like a
# third-party file. $chain is the architecture.
forget() {
    chain=$(grep -ao '"digitpad.arch":"[^"]*"' "$1" | cut -d '"' -f 4)
    sed 's/digitpad\.arch/digitpad.bach/; s/digitpad\.norm/digitpad.form/' "$1" >"$2"
}

done_testing() {
    printf '1..%d\n' "$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit
}
