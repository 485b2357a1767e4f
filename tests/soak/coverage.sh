#!/bin/sh
# as long as `make check`, built for gcov; lines and branches that it runs, of the parsers and of all
#
# Goals: 95 % of the branches of the parsers, 85 % of all. The figures are raw: failed allocations
# and errors of the system that no test provokes count as branches that were not taken. Fails below
# the goals, and lists the files with the most branches that no test takes.
set -u
. "$(dirname "$0")/common.sh"
need gcc gcovr
parsers='weights/(images|data|corpora|safetensors|model|onnx)/'

compiler=gcc
! command -v ccache >/dev/null || compiler='ccache gcc'
cd "$build" || exit 2
# gcov writes its counters when a program ends, which the sandbox would refuse; built with this macro,
# the program leaves it out.
[ -f Makefile ] || "$root/configure" -q CC="$compiler" CPPFLAGS=-D__SANITIZE_THREAD__ \
    CFLAGS='-O1 -g0 --coverage -fprofile-update=atomic' >configure.log 2>&1 || exit 2
make -s -j2 >make.log 2>&1 || { say "the build failed; see $build/make.log"; exit 2; }
find . -name '*.gcda' -delete
# A program that is killed while it writes its counters spoils those of all runs before it, and what is
# linked to the library outside the build lacks them.
tests=$(make -s print-tests | tr ' ' '\n' | grep -vx 'tests/faults/.*\|tests/net/kill.sh\|tests/library/installed.sh' | tr '\n' ' ')
FUZZ_FAULTS=0 make -k -j2 check TESTS="$tests" >check.log 2>&1 || grep '^FAIL: ' check.log >&2

# report NAME REGEX: gcovr's sums of the files whose path matches.
report() {
    gcovr --root "$root" --filter "$root/$2" --exclude '.*\.pb-c\.' --exclude "$build/.*" \
        --object-directory "$build" --json-summary "$1.json" --csv "$1.csv" . >/dev/null 2>"$1.log"
}
if ! report parsers "$parsers" || ! report all '(engine|weights|tui)/'; then
    cat parsers.log all.log >&2
    exit 2
fi
python3 - <<'END'
import csv, json, sys
figures, met = [], True
for name, goal in ("parsers", 95), ("all", 85):
    with open(name + ".json") as f:
        s = json.load(f)
    figures += [f"{name}_branches={s['branch_percent']}", f"{name}_lines={s['line_percent']}"]
    met = met and s["branch_percent"] >= goal
with open("all.csv") as f:
    rows = [(int(r["branch_total"]) - int(r["branch_covered"]), r["filename"]) for r in csv.DictReader(f)]
for missing, file in sorted(rows, reverse=True)[:30]:
    print(f"{missing} branches not taken: {file}", file=sys.stderr)
print(*figures)
sys.exit(0 if met else 1)
END
