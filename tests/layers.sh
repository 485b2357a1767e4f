#!/bin/sh
# The dependency rule of CONTRIBUTING.md, read off the #include lines:
# tui → weights → engine → libc, libm, OpenMP, and never upward.
. "${srcdir:-.}/tests/tap.sh"
cd "$srcdir" || exit 99

# includes FOLDER: "file:line:header" of every include in it.
includes() {
    grep -n '^ *# *include' "$1"/*.c "$1"/*.h |
        sed 's/^\([^:]*:[0-9]*\):[^<"]*[<"]\([^>"]*\)[>"].*/\1:\2/'
}

# nothing NAME LINES: passes when there are none.
nothing() {
    is "$1" "$2" ""
}

nothing "engine includes nothing of weights or tui" \
    "$(includes engine | grep -E ':(weights|tui)/')"
nothing "weights includes nothing of tui" "$(includes weights | grep -E ':tui/')"
nothing "engine includes only the standard library, threads, OpenMP and intrinsics" \
    "$(includes engine | grep -vE ':(engine/|config\.h|(assert|errno|float|limits|math|pthread|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|time|omp|immintrin|arm_neon|cpuid)\.h)')"
nothing "engine touches no stream, file, environment or exit" \
    "$(grep -nE '\b(f?printf|puts|fopen|fputs|fwrite|getenv|exit|isatty|stderr|stdout|open|read|write)[ (;]' engine/*.c | grep -vE ':[0-9]+: *(\*|/\*)|snprintf')"
nothing "OpenMP is used in the engine alone" \
    "$(grep -nE '# *pragma omp|:omp\.h|<omp\.h>' weights/*.[ch] tui/*.[ch])"
nothing "the Hub helper includes nothing of tui" "$(includes weights/hub | grep -E ':tui/')"
nothing "curl is used in the Hub helper alone" \
    "$(for folder in engine weights tui; do includes "$folder"; done | grep -E ':curl/')"
nothing "format libraries are used in weights alone" \
    "$(includes engine | grep -E ':(jansson|png|zlib|sha2|curl|protobuf-c)|onnx\.pb-c'
    includes tui | grep -E ':(jansson|png|zlib|sha2|curl|protobuf-c)|onnx\.pb-c')"
is "curses is included in exactly one header" \
    "$(includes tui | grep -cE ':(n?curses|ncursesw/.*|term)\.h')" \
    "$(includes tui | grep -cE 'tui/screen\.h:[0-9]+:(n?curses|term)\.h')"
nothing "every source includes config.h first" \
    "$(for f in engine/*.c weights/*.c weights/hub/*.c tui/*.c; do
        [ "$f" = weights/onnx/onnx.pb-c.c ] || # made by protoc-c, where the build is in the tree
            [ "$(grep -m1 '^#include' "$f")" = '#include "config.h"' ] || echo "$f"
    done)"
nothing "no header includes config.h" "$(grep -ln 'include "config.h"' engine/*.h weights/*.h tui/*.h)"
done_testing
