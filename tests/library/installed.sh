#!/bin/sh
# libdigitpad as `make install` installs it: its files, its symbols, its header in C and C++, its
# examples, and its answers, which must be those of `digitpad predict -f json`.
. "${srcdir:-.}/tests/tap.sh"

: "${CC:=cc}" "${MAKE:=make}"
data=$srcdir/tests/data
# A sanitizer would have to be linked to each program.
grep -q '^#define DP_SANITIZED' "$builddir/config.h" && skip_all "built with sanitizers"
command -v pkg-config >/dev/null || skip_all "pkg-config is missing"
unset MAKEFLAGS MFLAGS MAKELEVEL
run "$MAKE" -C "$builddir" install DESTDIR="$tmp/root"
is "make install" "$status" 0

# ---- files ---------------------------------------------------------------------------------
pc=$(cd "$tmp/root" && find . -name digitpad.pc)
libdir=$tmp/root/${pc%/pkgconfig/digitpad.pc}
header=$(find "$tmp/root" -name digitpad.h)
include=${header%/digitpad.h}
examples=$(find "$tmp/root" -type d -name examples)
ok "the static library is installed" [ -f "$libdir/libdigitpad.a" ]
ok "the manual page is installed" [ -n "$(find "$tmp/root" -name libdigitpad.3)" ]
ok "the examples are installed" [ -f "$examples/predict.c" ]
shared=no
[ ! -f "$libdir/libdigitpad.so.0" ] || shared=yes
PKG_CONFIG_PATH=$libdir/pkgconfig PKG_CONFIG_SYSROOT_DIR=$tmp/root
LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH
is "pkg-config knows the version" "$(pkg-config --modversion digitpad)" \
    "$("$DIGITPAD" --version | sed -n '1s/digitpad //p')"
is "the header has the same" "$(sed -n 's/^#define DIGITPAD_VERSION "\(.*\)"/\1/p' "$header")" \
    "$(pkg-config --modversion digitpad)"

# ---- symbols ---------------------------------------------------------------------------------
declared=$(grep -o 'digitpad_[a-z_]*(' "$header" | tr -d '(' | sort -u)
# exported FLAG FILE: the functions and variables of others that it defines.
exported() {
    nm "$1" --defined-only "$2" | awk '$2 != "A" && NF == 3 { sub(/@.*/, "", $3); print $3 }' | sort -u
}
is "the static library has the declared symbols alone" \
    "$(exported -g "$libdir/libdigitpad.a")" "$declared"
if [ $shared = yes ]; then
    is "so has the shared one" "$(exported -D "$libdir/libdigitpad.so.0")" "$declared"
    like "it has a soname" "$(readelf -d "$libdir/libdigitpad.so.0")" 'SONAME.*\[libdigitpad\.so\.0\]'
    is "it needs neither curses nor curl" \
        "$(readelf -d "$libdir/libdigitpad.so.0" | grep -E 'NEEDED.*(curses|tinfo|curl|ssl)')" ""
    # Printing, another process, the network, a terminal, and what threads must not call.
    is "it calls nothing that prints, exits, forks, connects or has global state" \
        "$(nm -D --undefined-only "$libdir/libdigitpad.so.0" | sed 's/.* //; s/@.*//' |
            grep -Ex '_?exit|fork|vfork|exec[a-z]*|posix_spawnp?|system|popen|connect|socket|f?puts|[fd]?printf|__f?printf_chk|putchar|fwrite|write|perror|syslog|stdout|stderr|tcsetattr|signal|sigaction|setlocale|setenv|getpwuid|localtime|strtok')" ""
else
    skip "the shared library" "built with --disable-shared"
fi

# ---- the header and the manual page ------------------------------------------------------------
printf '#include <digitpad.h>\nint answer(void); int answer(void) { digitpad_options o = DIGITPAD_OPTIONS;
digitpad_model_options m = DIGITPAD_MODEL_OPTIONS; return (int)(o.size + m.size); }\n' >"$tmp/header.c"
# shellcheck disable=SC2086 # a command
run $CC -std=c99 -pedantic-errors -Wall -Wextra -Werror -I"$include" -fsyntax-only "$tmp/header.c"
is "the header is C99" "$status $err" "0 "
cxx=
for candidate in c++ g++ clang++; do
    [ -n "$cxx" ] || ! command -v "$candidate" >/dev/null || cxx=$candidate
done
if [ -n "$cxx" ]; then
    cp "$tmp/header.c" "$tmp/header.cc"
    run "$cxx" -std=c++98 -pedantic-errors -Wall -Wextra -Werror -Wno-long-long -I"$include" \
        -fsyntax-only "$tmp/header.cc"
    is "the header is C++" "$status $err" "0 "
else
    skip "the header is C++" "no C++ compiler"
fi
# block SECTION: the code of a section of the manual page.
block() {
    awk -v section="$1" '$1 == ".SH" { here = $2 == section } here && $1 == ".EE" { exit }
        code && here { gsub(/\\e/, "\\"); print } here && $1 == ".EX" { code = 1 }' \
        "$srcdir/weights/library/libdigitpad.3"
}
block SYNOPSIS >"$tmp/synopsis.c"
is "the synopsis has every function" \
    "$(grep -o 'digitpad_[a-z_]*(' "$tmp/synopsis.c" | tr -d '(' | sort -u)" "$declared"
# shellcheck disable=SC2086
run $CC -std=c99 -pedantic-errors -Wall -Werror -I"$include" -fsyntax-only "$tmp/synopsis.c"
is "its declarations are those of the header" "$status $err" "0 "

# ---- programs ------------------------------------------------------------------------------------
# compile OUTPUT SOURCE PKG-CONFIG-ARGUMENT…
compile() {
    output=$1 source=$2
    shift 2
    # shellcheck disable=SC2046,SC2086 # lists
    run $CC -std=c99 -Wall -Werror "$source" $(pkg-config --cflags --libs "$@" digitpad) \
        -o "$output"
    is "${source##*/} compiles${1:+ ($1)}" "$status $err" "0 "
}
compile "$tmp/predict" "$examples/predict.c"
compile "$tmp/answers" "$srcdir/tests/library/answers.c"
block EXAMPLE >"$tmp/example.c"
compile "$tmp/example" "$tmp/example.c"
is "the example of the manual page reads a 1" "$("$tmp/example" | cut -d ' ' -f 1)" 1

# The same without the shared library: ld prefers one that it finds.
rm -f "$libdir/libdigitpad.so"
compile "$tmp/static" "$srcdir/tests/library/answers.c" --static

# ---- answers --------------------------------------------------------------------------------------
# wanted OPTION… FILE: what predict prints, in the form of answers.c.
wanted() {
    "$DIGITPAD" predict -q -f json "$@" | awk '{
        sub(/.*"model":"cnn",/, ""); sub(/,"error".*/, "")
        gsub(/,"top":\[[^]]*\]/, "")              # its entries hold no brackets
        if (sub(/,"number":[^[]*\[/, "")) {
            sub(/\]$/, "")
            gsub(/\},\{|[{}]/, "\n"); gsub(/\n+/, "\n"); sub(/\n$/, "")
        }
        print }'
}
# same NAME HOW FILE OPTION…: the library and the program answer the same, OPTION is for the program.
same() {
    name=$1 how=$2 file=$3
    shift 3
    answers=$(wanted "$@" "$file")
    for program in "$tmp/answers" "$tmp/static"; do
        run "$program" "$how" "$file"
        is "$name (${program##*/})" "$out" "$answers"
    done
}
printf '{"strokes":[]}\n' | cat "$data/digits.ndjson" "$data/erased.ndjson" - >"$tmp/drawings.ndjson"
same "drawings have the same answers" reader "$tmp/drawings.ndjson"
same "tables have the same answers" reader "$data/two-four.csv"
for picture in "$data"/*.pgm; do
    same "${picture##*/} has the same answer" image "$picture"
done
same "a form has the same answer" image "$data/forms/boxes-176x56.pgm"
same "and its number" numbers "$data/forms/boxes-176x56.pgm" --digits=auto
tail -c 6000 "$data/seven-corner-100x60.pgm" >"$tmp/seven"
printf 'P5 100 60 255\n' | cat - "$tmp/seven" >"$tmp/plain.pgm"
same "pixels of a picture have the same answer" picture "$tmp/plain.pgm"
same "numbers have the same answers" numbers "$data/numbers.ndjson" --digits=auto
# More than one batch: bytes of the program, most of which are rejected, and an 8.
head -c 234416 "$DIGITPAD" >"$tmp/many.raw"
tail -c 784 "$data/eight-28x28.pgm" >>"$tmp/many.raw"
same "300 images of bytes have the same answers" pixels "$tmp/many.raw" --input=raw
same "and of floats" floats "$tmp/many.raw" --input=raw
is "300 answers" "$("$tmp/answers" pixels "$tmp/many.raw" | wc -l)" 300
if ! command -v python3 >/dev/null || ! "$DIGITPAD" --version | grep -q libpng; then
    skip "a PNG of a 7" "no python3, or built without libpng"
else
    python3 -c '
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
pixels = sys.stdin.buffer.read()
rows = b"".join(b"\0" + pixels[i:i + 100] for i in range(0, 6000, 100))
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 60, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))' <"$tmp/seven" >"$tmp/seven.png"
    same "a PNG of a 7 has the same answer" image "$tmp/seven.png"
    like "which is a 7" "$("$tmp/answers" image "$tmp/seven.png")" '^"digit":7,'
fi
for format in png jpeg; do
    if "$DIGITPAD" --version | grep -q "lib$format"; then
        for file in "$srcdir/tests/fuzz/corpus/$format"/good-*; do
            same "$format/${file##*/} has the same answers" reader "$file"
        done
    else
        skip "$format" "built without lib$format"
    fi
done

# ---- errors ---------------------------------------------------------------------------------------
# refused NAME HOW FILE CODE PATTERN
refused() {
    run "$tmp/answers" "$2" "$3"
    fails "$1" "$4" "^answers: code $4: $5"
}
: >"$tmp/empty"
refused "an empty file" image "$tmp/empty" 2 'no images found$'
refused "two images in place of one" image "$data/two-four.csv" 2 \
    'more than one image; digitpad_reader_open reads them all$'
refused "a file of another kind" image "$srcdir/tests/data/small.safetensors" 2 'record 1, byte 0: '
echo '{"strokes":[[[1,2],[3]]]}' >"$tmp/bad.ndjson"
refused "a bad drawing" image "$tmp/bad.ndjson" 2 'record 1, byte 0: strokes\[0\]\[1\]: '

# ---- the examples ---------------------------------------------------------------------------------
files="$data/digits.ndjson $data/erased.ndjson $data/two-four.csv $data/five-grey-160x120.pgm"
# shellcheck disable=SC2086 # a list
text=$("$DIGITPAD" predict -q $files)
# shellcheck disable=SC2086
run "$tmp/predict" $files
is "the example in C prints what predict prints" "$out" "$text"
run "$tmp/predict" "$tmp/bad.ndjson"
fails "and its messages" 1 "^predict: $tmp/bad.ndjson: record 1, byte 0: strokes"
if [ $shared = no ] || ! command -v python3 >/dev/null; then
    skip "the example in Python" "no shared library or no python3"
else
    # shellcheck disable=SC2086
    run python3 "$examples/predict.py" $files
    is "the example in Python prints what predict prints" "$err$out" "$text"
    run python3 -c "import sys; sys.path.insert(0, '$examples'); sys.dont_write_bytecode = True
from predict import Predictor
with Predictor('nano') as p:
    print(p.strokes([[(10, 0), (10, 15), (10, 30)]]).digit)
    try: list(p.file(b'BM'))
    except ValueError as e: print(e)
Predictor('nosuch')"
    is "its class reads a 1" "$(printf '%s\n' "$out" | head -n 1)" 1
    like "and says why a file is bad" "$out" 'record 1, byte 0: '
    like "and a model" "$err" 'ValueError: nosuch: no model has this name, and no file'
fi

# A program whose locale has another decimal point gets the same answers, and prints them so.
if command -v localedef >/dev/null && mkdir "$tmp/locale" &&
    localedef -i de_DE -f UTF-8 "$tmp/locale/de_DE.UTF-8" 2>/dev/null; then
    for file in "$data/digits.ndjson" "$data/two-four.csv"; do
        run env LOCPATH="$tmp/locale" LC_ALL=de_DE.UTF-8 "$tmp/answers" reader "$file"
        is "${file##*/} in a German locale" "$out" "$(wanted "$file" | tr . ,)"
    done
else
    skip "a German locale" "it cannot be made here"
fi

# ---- make uninstall ---------------------------------------------------------------------------------
run "$MAKE" -C "$builddir" uninstall DESTDIR="$tmp/root"
is "make uninstall" "$status" 0
is "leaves no file" "$(find "$tmp/root" ! -type d)" ""
done_testing
