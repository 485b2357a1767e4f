#!/bin/sh
# Which folder may include which, read off the #include lines: tui → weights → engine, never
# upward, and the same between the folders inside. README.md in each of the three says why.
. "${srcdir:-.}/tests/tap.sh"
cd "$srcdir" || exit 99

# A folder and the folders that its files may include from, besides itself.
arrows='
engine/core:
engine/kernels: engine/core
engine/kernels/f32: engine/kernels engine/core
engine/kernels/int8: engine/kernels engine/core
engine/layers: engine/kernels engine/core
engine/net: engine/layers engine/kernels engine/core
engine/quant: engine/net engine/layers engine/kernels engine/core
engine/infer: engine/quant engine/net engine/layers engine/kernels engine/core
engine/ink: engine/core
engine/segment: engine/infer engine/ink engine/core
engine/synth: engine/ink engine/core
engine/eval: engine/segment engine/infer engine/synth engine/ink engine/core
engine/train: engine/eval engine/infer engine/net engine/layers engine/kernels engine/synth engine/ink engine/core
engine/tune: engine/train engine/infer engine/net engine/kernels engine/synth engine/ink engine/core
weights/io: engine/core
weights/sandbox: engine/core
weights/data: weights/io engine/ink engine/core
weights/images: weights/data weights/io engine/ink engine/core
weights/corpora: weights/io engine/core
weights/network: weights/io engine/quant engine/net engine/core
weights/safetensors: weights/network weights/io engine/quant engine/net engine/core
weights/onnx/graph: weights/io engine/core
weights/onnx: weights/onnx/graph weights/network weights/io engine/quant engine/net engine/kernels engine/core
weights/onnx/writer: weights/onnx weights/onnx/graph weights/network weights/io engine/quant engine/net engine/core
weights/model: weights/safetensors weights/onnx weights/network weights/io engine/train engine/net engine/core
weights/store: weights/model weights/safetensors weights/network weights/io engine/infer engine/net engine/core
weights/library: weights/store weights/images engine/segment engine/infer engine/core
weights/hub: weights/corpora weights/sandbox weights/store weights/model weights/safetensors weights/io engine/core
tui/term: engine/core
tui/ink: tui/term weights/io engine/ink engine/core
tui/cli: tui/term weights/sandbox weights/store weights/io engine/infer engine/core
tui/pad: tui/ink tui/term weights/store weights/data weights/io engine/segment engine/infer engine/ink engine/core
tui/view: tui/pad tui/ink tui/term engine/ink engine/core
tui/report: weights/io engine/core
tui/commands: tui/report tui/cli tui/term weights/* engine/*
tui/predict: tui/cli tui/term weights/* engine/*
tui/eval: tui/cli tui/term weights/* engine/*
tui/train: tui/cli tui/term weights/* engine/*
tui/bench: tui/report tui/cli tui/term weights/* engine/*
tui/generate: tui/cli tui/train weights/corpora weights/images engine/kernels engine/core
tui/draw: tui/view tui/pad tui/ink tui/cli tui/term weights/sandbox weights/store weights/images weights/data weights/io engine/core
tui: tui/cli tui/term weights/io engine/kernels engine/core
'

# The C files of folders, without those that protoc-c makes.
sources() {
    find "$@" -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort
}

# includes FILE…: "file header" of every include.
includes() {
    awk '/^ *# *include *[<"]/ { sub(/^[^<"]*[<"]/, ""); sub(/[>"].*/, ""); print FILENAME, $0 }' "$@"
}

# forbidden: those lines of includes, read from standard input, that no arrow allows.
forbidden() {
    awk -v arrows="$arrows" '
        function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
        BEGIN {
            n = split(arrows, line, "\n")
            for (i = 1; i <= n; i++) {
                m = split(line[i], word, /:? +|:$/)
                known[word[1]] = 1
                for (j = 2; j <= m; j++)
                    allowed[word[1], word[j]] = 1
            }
        }
        !(folder($1) in known) { print $1 ": its folder has no line in tests/layers.sh"; next }
        $2 !~ /^(engine|weights|tui)\// { next }
        {
            from = folder($1); to = folder($2); top = to
            sub(/\/.*/, "/*", top)
            if (from != to && !((from, to) in allowed) && !((from, top) in allowed))
                print $1 " includes " $2
        }'
}

# circles: the circles between modules in lines of includes on standard input. A source and its
# header are one module; a header without a source is a part of those that include it.
circles() {
    awk '
        { from[NR] = $1; to[NR] = $2 }
        $1 ~ /\.c$/ { name = $1; sub(/\.c$/, "", name); source[name] = 1 }
        function follow(module, header,    name, i) {
            name = header; sub(/\.h$/, "", name)
            if (name in source) { if (name != module) print module, name; return }
            if ((module, header) in seen) return
            seen[module, header] = 1
            for (i = 1; i <= NR; i++)
                if (from[i] == header && to[i] ~ /\//) follow(module, to[i])
        }
        END {
            for (k = 1; k <= NR; k++) {
                module = from[k]; sub(/\.[ch]$/, "", module)
                if (to[k] ~ /^(engine|weights|tui)\// && module in source) follow(module, to[k])
            }
        }' | { tsort >/dev/null; } 2>&1
}

# nothing NAME LINES: passes if there are none.
nothing() {
    is "$1" "$2" ""
}

# at_least NAME COUNT LEAST: the check looked at something.
at_least() {
    is "$1" "$([ "$2" -ge "$3" ] && echo yes || echo "only $2")" yes
}

# shellcheck disable=SC2046 # file names of our own, without spaces
all=$(includes $(sources engine weights tui))
at_least "the check reads at least 380 files" "$(sources engine weights tui | wc -l)" 380
at_least "the check reads at least 1500 includes" "$(printf '%s\n' "$all" | wc -l)" 1500

nothing "folders include only those below them" "$(printf '%s\n' "$all" | forbidden)"
nothing "no circle between modules" "$(printf '%s\n' "$all" | circles)"
nothing "no circle between folders" "$(printf '%s' "$arrows" | sed 's/\*//g' |
    awk -F: '/:/ { n = split($2, to, " "); for (i = 1; i <= n; i++) print $1, to[i] }' |
    { tsort >/dev/null; } 2>&1)"
nothing "every line of the table is a folder with sources" "$(printf '%s' "$arrows" |
    sed -n 's/:.*//p' | while read -r folder; do
    [ -n "$(find "$folder" -maxdepth 1 -name '*.c')" ] || echo "$folder"
done)"
nothing "no folder has more than 32 files" "$(find engine weights tui tests/unit tests/pty \
    -type f ! -name '*.o' ! -name '*.pb-c.*' ! -path '*/.*' | sed 's|/[^/]*$||' | sort |
    uniq -c | awk '$1 > 32')"

# The check itself finds what it should.
is "an arrow upward is found" \
    "$(echo engine/core/arena.c engine/train/trainer.h | forbidden)" \
    "engine/core/arena.c includes engine/train/trainer.h"
is "an unknown folder is found" "$(echo engine/attic/a.c engine/core/arena.h | forbidden)" \
    "engine/attic/a.c: its folder has no line in tests/layers.sh"
is "a circle is found" "$(printf '%s\n' 'tui/a.c tui/b.h' 'tui/b.c tui/c.h' 'tui/c.h tui/a.h' |
    circles | grep -c loop)" 1

nothing "engine includes only the standard library, threads, OpenMP and intrinsics" \
    "$(printf '%s\n' "$all" | grep '^engine/' | grep -vE ' (engine/.*|config\.h|(assert|errno|float|limits|math|pthread|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|time|omp|immintrin|arm_neon|cpuid)\.h)$')"
nothing "engine touches no stream, file, environment or exit" \
    "$(sources engine | xargs grep -n . | sed 's|/\*.*||' | grep -E '\b(f?printf|puts|fopen|fputs|fwrite|getenv|exit|isatty|stderr|stdout|open|read|write)[ (;]' |
        grep -vE ':[0-9]+: *\*|snprintf')"
nothing "OpenMP is used where the table says" "$(sources engine weights tui |
    grep -vE '^engine/(core|train)/|^engine/infer/sharing\.c$|^engine/kernels/peak\.c$' |
    xargs grep -nE '# *pragma omp (parallel|for|sections|task|barrier)|<omp\.h>')"
nothing "format libraries are used in weights alone" "$(printf '%s\n' "$all" |
    grep -v '^weights/' | grep -E ' (jansson|png|zlib|sha.*|curl/.*|protobuf-c/.*)\.h$|onnx\.pb-c')"
nothing "curl is used in the Hub helper alone" "$(printf '%s\n' "$all" |
    grep -v '^weights/hub/' | grep ' curl/')"
is "curses is included in exactly one header" "$(printf '%s\n' "$all" |
    grep -E ' (n?curses|ncursesw/.*|term)\.h$' | sed 's/ .*//' | sort -u)" tui/term/screen.h
nothing "every source includes config.h first" "$(sources engine weights tui | grep '\.c$' |
    while read -r f; do
        [ "$(grep -m1 '^#include' "$f")" = '#include "config.h"' ] || echo "$f"
    done)"
nothing "no header includes config.h" "$(printf '%s\n' "$all" | grep '\.h config\.h$')"
# shellcheck disable=SC2046
nothing "unit tests of the engine include the engine alone" \
    "$(includes $(sources tests/unit/engine) |
        grep -vE ' (engine/.*|tests/unit/[a-z]*\.h|tests/short_memory\.h|config\.h|[a-z]*\.h|sys/[a-z]*\.h)$')"
done_testing
