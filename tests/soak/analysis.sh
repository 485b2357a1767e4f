#!/bin/sh
# a build and some minutes; what gcc -fanalyzer, clang-tidy, cppcheck and shellcheck say of the sources
#
# ANALYSIS_TOOLS chooses some of them: `ANALYSIS_TOOLS=cppcheck tests/soak/analysis.sh` is quick.
# What they may not say is in .clang-tidy, tests/soak/cppcheck.txt and, as lines FILE [NAME], in
# tests/soak/analyzer.txt and tests/soak/tidy.txt, each with its reason; a false alarm elsewhere is a
# finding until it is explained there.
set -u
. "$(dirname "$0")/common.sh"
tools=${ANALYSIS_TOOLS:-gcc clang-tidy cppcheck shellcheck}
# shellcheck disable=SC2086 # a list
need gcc pkg-config $tools
jobs=$(nproc)

# The build makes config.h and the sources that are generated; gcc analyses while it compiles.
cd "$build" || exit 2
[ -f Makefile ] || "$root/configure" -q CC=gcc CFLAGS='-O1 -g0 -fanalyzer' >configure.log 2>&1 || {
    say "configure failed; see $build/config.log"
    exit 2
}
flags="-std=c11 -DHAVE_CONFIG_H -DDP_LIBEXECDIR=\"\" -DDP_PKGDATADIR=\"\" -I$build -I$root
    $(pkg-config --cflags jansson zlib libmd ncursesw libpng libprotobuf-c libcurl)"

# Kernels of an instruction set need its flags; their common part, the templates, is in portable.c.
sources() {
    (cd "$root" && git ls-files 'engine/*.c' 'weights/*.c' 'tui/*.c') |
        grep -v '/avx[0-9a-z]*\.c$\|/neon\.c$'
}

# What each tool prints: a line FILE:LINE: MESSAGE for each finding.

# unexplained LIST: the lines of standard input, FILE:LINE:… [NAME], that LIST has not as FILE [NAME].
unexplained() {
    sort -u | awk -v list="$root/tests/soak/$1" '
        BEGIN { while ((getline line < list) > 0) if (split(line, w, " ") == 2) known[w[1] w[2]] = 1 }
        { file = $0; sub(/:.*/, "", file); if (!(file $NF in known)) print }'
}

gcc_lines() {
    { make -s clean && make -s weights/onnx/graph/onnx.pb-c.h; } >make.log 2>&1
    make -k -s -j"$jobs" digitpad digitpad-hub libdigitpad.a >make.log 2>&1 ||
        { say "the build failed; see $build/make.log"; exit 2; }
    sed -n "s|^\(\.\./\)*||; s|^$root/||; /: warning: /p" make.log | unexplained analyzer.txt
}

clang_tidy_lines() {
    # One file at a time: of several, clang-tidy 14 calls each va_list of the later ones uninitialised.
    # shellcheck disable=SC2016 # the inner shell expands them
    (cd "$root" && sources | xargs -P "$jobs" -n 1 sh -c '
        flags=$1; shift; exec clang-tidy --quiet "$@" -- $flags' sh "$flags") 2>/dev/null |
        grep ': \(warning\|error\): ' | sed "s|^$root/||" | unexplained tidy.txt
}

cppcheck_lines() {
    (cd "$root" && cppcheck --quiet --std=c11 --enable=warning,performance,portability \
        --suppressions-list=tests/soak/cppcheck.txt -I. -I"$build" -DHAVE_CONFIG_H -D__linux__ \
        -D__x86_64__ --template='{file}:{line}: {message} [{id}]' engine weights tui 2>&1) | sort -u
}

# Shell scripts are found by their first line or their extension, as in scripts/check.
shellcheck_lines() {
    (cd "$root" && git ls-files scripts tests .ci | while read -r file; do
        case $file in
        *.sh) echo "$file" ;;
        *) head -n 1 "$file" | grep -q '^#! */bin/sh' && echo "$file" ;;
        esac
    done | xargs shellcheck -f gcc -x -P SCRIPTDIR)
}

make -s weights/onnx/graph/onnx.pb-c.h >generated.log 2>&1
figures='' worst=0
for tool in $tools; do
    say "$tool"
    case $tool in
    gcc) gcc_lines ;;
    clang-tidy) clang_tidy_lines ;;
    cppcheck) cppcheck_lines ;;
    shellcheck) shellcheck_lines ;;
    esac >"$tool.txt"
    cat "$tool.txt" >&2
    [ ! -s "$tool.txt" ] || worst=1
    figures="$figures $tool=$(wc -l <"$tool.txt" | tr -d ' ')"
done
echo "${figures# }"
exit "$worst"
