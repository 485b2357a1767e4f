#!/bin/sh
# open-ended, up to 200 mutants; seeded bugs in parsers, cache, Hub and terminal code
#
# MUTANTS=N changes their number, MUTATION_SEED=N the lines that are changed. Lines of
# equivalent.txt explain changes that make no difference. Builds are kept, and so are the results
# in results.tsv: a later run goes on where this one ends. MUTATIONS_AGAIN=1 judges the survivors again,
# with the tests as they are now.
set -u
. "$(dirname "$0")/common.sh"
need gcc gcov python3 autoreconf
folders='weights/images weights/data weights/corpora weights/safetensors weights/model weights/onnx
    weights/onnx/graph weights/onnx/writer weights/io weights/network weights/store weights/hub
    tui/term tui/ink'

# prepare FOLDER SOURCE FLAGS: configure and build with these flags. gcov writes its counters when a
# program ends, which the sandbox would refuse; built with this macro, the program leaves it out.
prepare() {
    mkdir -p "$build/$1" && (
        cd "$build/$1" || exit
        [ -f Makefile ] || "$2/configure" -q CC="$compiler" CFLAGS="$3" CPPFLAGS="${4-}"
        make -s -j2 && make -s -j2 check TESTS=
    ) >"$build/$1.log" 2>&1 && return
    say "the build failed; see $build/$1.log"
    exit 2
}

compiler=gcc
! command -v ccache >/dev/null || compiler='ccache gcc'
say 'building for gcov'
prepare covered "$root" '-O1 -g0 --coverage -fprofile-update=atomic' -D__SANITIZE_THREAD__
say 'running each test alone'
# shellcheck disable=SC2086 # a list
python3 "$root/tests/soak/cover.py" "$build/covered" "$build/map.json" $folders || exit 2

say 'building a copy of the sources'
source=$build/source
mkdir -p "$source"
# Only what differs is copied, so that only that is compiled again.
(cd "$root" && git ls-files | while read -r file; do
    cmp -s "$file" "$source/$file" || cp --parents "$file" "$source"
done
[ ! -d ../shared ] || ln -sfn "$root/../shared" "$build/shared" # the tests look for data there
cd "$source" && autoreconf -i >/dev/null 2>&1) || exit 2
prepare plain "$source" '-O1 -g0'
say 'changing lines'
# shellcheck disable=SC2086 # a list
exec python3 "$root/tests/soak/mutations.py" --seconds="$SOAK_SECONDS" --count="${MUTANTS:-200}" --seed="${MUTATION_SEED:-1}" \
    ${MUTATIONS_AGAIN:+--again} "$source" "$build/plain" "$build/map.json" "$build/results.tsv" $folders
