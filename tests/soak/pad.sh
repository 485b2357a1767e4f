#!/bin/sh
# 60 minutes; the pad in storms of window sizes, mouse reports, any bytes and signals, with sanitizers
#
# Every ink gets STORM_SIZES sizes of the window, reports of the mouse (STORM_REPORTS × 10 bytes)
# and STORM_BYTES random bytes (tests/pty/test_storm.c), chosen by STORM_SEED. Each of twelve signals
# comes SIGNAL_RUNS times while the pad draws in cells, and as often while it draws in pixels;
# SIGKILL, and `digitpad restore-terminal` after it, SIGNAL_RUNS times.
set -eu
. "$(dirname "$0")/common.sh"
need clang make
: "${STORM_SIZES:=10000}" "${STORM_REPORTS:=200000}" "${STORM_BYTES:=2000000}"
: "${STORM_SEED:=$(date +%s)}" "${STORM_QUIT_MS:=1000}" "${SIGNAL_RUNS:=84}"
export STORM_SIZES STORM_REPORTS STORM_BYTES STORM_SEED STORM_QUIT_MS SIGNAL_RUNS
cd "$build"
{
    [ -f Makefile ] || "$root/configure" --quiet CC=clang CFLAGS='-g1 -O1' --enable-sanitizers
    # shellcheck disable=SC2046 # lists
    make -s -j2 $(make -s print-plain) &&
        make -s -j2 all tests/pty/test_storm tests/pty/test_terminal tests/pty/test_ink
} >&2 || exit 2

export DIGITPAD="$build/digitpad" srcdir="$root" builddir="$build" OMP_WAIT_POLICY=passive
# What is freed stays in memory only for a while, so that the pad's growth shows.
export ASAN_OPTIONS="quarantine_size_mb=8:${ASAN_OPTIONS-}"
export LSAN_OPTIONS="suppressions=$root/tests/lsan.supp:print_suppressions=0"
findings=0

# storm NAME [CASE]: run a test of tests/pty, or one case of it. Its output goes to NAME.log.
storm() {
    say "tests/pty/$1 ${2-}"
    CK_RUN_CASE=${2-} "tests/pty/$1" >"$1.log" 2>&1 </dev/null || findings=$((findings + 1))
    ! grep -E '^not ok|crashed' "$1.log" >&2 || say "see $build/$1.log; STORM_SEED=$STORM_SEED"
}

storm test_storm
storm test_terminal signals_at_any_moment
storm test_ink signals_at_any_moment
kills=$(sed -n 's/^# \([0-9]*\) signals$/\1/p' test_terminal.log test_ink.log | awk '{ n += $1 } END { print n + 0 }')
storm test_terminal restore_terminal_after_kill_9
awk -v kills="$kills" -v findings=$findings '
    /^# [0-9]+ sizes/ { sizes += $2 }
    /^# [0-9]+ bytes of reports/ { reports += $2; next }
    /^# [0-9]+ bytes/ { bytes += $2 }
    /^# [0-9]+ times SIGKILL/ { sigkills = $2 }
    /^# slowest_quit_ms=/ { rest = $2 " " $3 " " $4 }
    END { printf "sizes=%d mouse_bytes=%d bytes=%d kills=%d sigkills=%d %s findings=%d\n",
              sizes, reports, bytes, kills, sigkills, rest, findings }' test_storm.log test_terminal.log
[ $findings -eq 0 ]
