#!/bin/sh
# Files that other programs write: transparent PNG, NumPy arrays, JPEG by ImageMagick; early ends,
# single bytes, and files that claim or inflate to too much.
. "${srcdir:-.}/tests/tap.sh"

data=$srcdir/tests/data
corpus=$srcdir/tests/fuzz/corpus
features=$("$DIGITPAD" --version)
find_numpy || : # the parts that need it are skipped

# has LIBRARY
has() {
    printf '%s' "$features" | grep -q "$1"
}
# answers FILE…: the answers as one word.
answers() {
    "$DIGITPAD" predict "$@" 2>&1 | awk -F '\t' '{ printf "%s", $(NF - 1) }'
}
# bad NAME PATTERN FILE: a file that is refused with status 1 and this message.
bad() {
    run "$DIGITPAD" predict "$3"
    like "$1" "$status $err" "^1 .*: $2"
}

# ---- by NumPy ----------------------------------------------------------------------------------
if [ -z "$python" ]; then
    skip "files by NumPy" "no NumPy"
else
    "$builddir/tests/parity/pixels" <"$data/digits.ndjson" >"$tmp/pixels.raw"
    wanted=$(answers -i raw "$tmp/pixels.raw")
    "$python" - "$tmp" <<'END'
import sys, zlib, struct
import numpy as np
folder = sys.argv[1] + "/"
x = np.fromfile(folder + "pixels.raw", np.uint8).reshape(10, 28, 28)
u = x / 255
arrays = {
    "u1": x, "u1-flat": x.reshape(10, 784), "u1-channel": x[..., None], "u1-first": x[:, None],
    "u1-fortran": np.asfortranarray(x), "i8-frame": np.asfortranarray(x.reshape(10, 784), "i8"),
    "f4": u.astype("<f4"), "f8": u, "f2": u.astype("<f2"), "f4-big": x.astype(">f4"),
    "i2": x.astype("<i2"), "u4-big": x.astype(">u4"), "f4-fortran": np.asfortranarray(u, "f4"),
}
for name, array in arrays.items():
    np.save(folder + "array-" + name + ".npy", array)
with open(folder + "array-v2.npy", "wb") as f:
    np.lib.format.write_array(f, x, version=(2, 0))
with open(folder + "array-each.npy", "wb") as f:
    for image in x:
        np.save(f, image)
np.savez(folder + "archive-one.npz", x)
np.savez_compressed(folder + "archive-mnist.npz", x_test=x, y_test=np.arange(10))
np.savez(folder + "two.npz", left=x, right=x)
np.save(folder + "labels.npy", np.arange(10))
np.save(folder + "colour.npy", np.zeros((32, 32, 3), np.uint8))
np.save(folder + "centred.npy", (x / 127.5 - 1).astype("f4"))
np.save(folder + "objects.npy", np.array([x, None], dtype=object), allow_pickle=True)
np.savez_compressed(folder + "bomb.npz", images=np.zeros((4097, 8), "f8"))
np.savez_compressed(folder + "large.npz", images=np.zeros((4096, 4096), "f8"))

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(name, colour, rows, width, height, extra=b""):
    with open(folder + name + ".png", "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n"
                + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
                + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
def lines(image):
    return b"".join(b"\0" + row.tobytes() for row in image)
# The 7 on a larger transparent canvas, in white, in a light grey and in palette colours.
ink = np.kron(np.pad(x[7], 14), np.ones((4, 4), np.uint8))
h, w = ink.shape
for level in (255, 240, 0):
    rgb = np.full((h, w, 3), level, np.uint8)
    png("alpha-rgba%d" % level, 6, lines(np.dstack([rgb, ink])), w, h)
    png("alpha-la%d" % level, 4, lines(np.dstack([rgb[..., 0], ink])), w, h)
png("alpha-palette", 3, lines((ink > 127).astype(np.uint8)), w, h,
    chunk(b"PLTE", b"\xff" * 6) + chunk(b"tRNS", b"\0\xff"))
png("alpha-key", 2, lines(np.dstack([np.where(ink > 127, 255, 254).astype(np.uint8)] * 3)), w, h,
    chunk(b"tRNS", struct.pack(">HHH", 254, 254, 254)))
png("huge", 0, lines(np.zeros((4096, 4096), np.uint8)), 4096, 4096)
png("claims", 0, b"", 65535, 65535)
END
    for file in "$tmp"/array-*.npy "$tmp"/archive-*.npz; do
        is "${file##*/} gives the same answers" "$(answers "$file")" "$wanted"
    done
    is "an array of single bytes gives the same" \
        "$(dd if="$tmp/array-f4.npy" bs=1 2>/dev/null | answers)" "$wanted"
    is "an archive of single bytes too" \
        "$(dd if="$tmp/archive-mnist.npz" bs=1 2>/dev/null | answers)" "$wanted"
    like "an archive has labels" "$("$DIGITPAD" predict -f json "$tmp/archive-mnist.npz" | sed -n 8p)" \
        '"label":7,.*"digit":7,'
    run "$DIGITPAD" eval "$tmp/archive-mnist.npz"
    like "and eval takes them" "$status $out" '^0 cnn: 10 of 10 correct'
    run "$DIGITPAD" eval "$tmp/array-u1.npy" "$tmp/labels.npy"
    fails "images and labels in two arrays" 5 \
        'array-u1\.npy: .*a NumPy array; save images and labels in one file: numpy.savez'
    gzip -c "$tmp/array-f4.npy" >"$tmp/array.npy.gz"
    is "and one in gzip" "$(answers "$tmp/array.npy.gz")" "$wanted"
    is "-i npy reads arrays" "$(answers -i npy "$tmp/array-u1.npy")" "$wanted"
    is "-i npz reads archives" "$(answers -i npz "$tmp/archive-one.npz")" "$wanted"
    is "a pipe that closes early is no error" \
        "$("$DIGITPAD" predict "$tmp/array-u1.npy" | head -n 1 | cut -f 1)" "$(echo "$wanted" | cut -c 1)"
    head -c 5000 "$tmp/array-u1.npy" >"$tmp/cut.npy"
    bad "a cut array" "record 7, byte 5000: the file ends inside the array" "$tmp/cut.npy"
    bad "an array of labels" 'an array of shape \(10,\) and type i8; images have the shape' "$tmp/labels.npy"
    bad "an array with colours" 'an array of shape \(32, 32, 3\) and type u1 has colours; save array' "$tmp/colour.npy"
    bad "values below 0" 'value 1 is -1; pixels go from 0 to 255' "$tmp/centred.npy"
    bad "an array of objects" 'the array has Python objects and not numbers; save' "$tmp/objects.npy"
    bad "an archive with two arrays" "2 arrays: 'left', 'right'; save the one with the images as 'images'" "$tmp/two.npz"
    bad "an array that is too large" 'the image is 8x4097; the limit is 4096x4096' "$tmp/bomb.npz"
    is "the largest array is read" "$(answers "$tmp/large.npz")" -
    if has libpng; then
        for file in "$tmp"/alpha-*.png; do
            is "${file##*/}: its ink is read" "$(answers "$file")" 7
        done
        is "the largest PNG is read" "$(answers "$tmp/huge.png")" -
        bad "a PNG that claims more" 'the image is 65535x65535; the limit is 4096x4096' "$tmp/claims.png"
    else
        bad "a PNG without libpng" 'a PNG image, but digitpad is built without libpng; convert it: convert FILE' "$tmp/huge.png"
    fi
fi

# ---- JPEG ----------------------------------------------------------------------------------------
if ! has libjpeg; then
    bad "a JPEG without libjpeg" 'a JPEG image, but digitpad is built without libjpeg; convert it: convert FILE' "$corpus/jpeg/good-grey"
elif ! command -v convert >/dev/null; then
    skip "JPEG by ImageMagick" "no ImageMagick"
else
    five=$data/five-grey-160x120.pgm
    for option in "-type TrueColor" "-interlace JPEG" "-colorspace CMYK" "-quality 30" \
        "-resize 4000x3000" "-resize 3000x3000 -interlace JPEG"; do
        # shellcheck disable=SC2086 # a list
        convert "$five" $option "$tmp/five.jpg"
        is "a JPEG with $option" "$(answers "$tmp/five.jpg")" 5
    done
    convert "$five" -interlace JPEG "$tmp/five.jpg"
    is "a JPEG of single bytes" "$(dd if="$tmp/five.jpg" bs=1 2>/dev/null | answers)" 5
    is "several images of several formats in one stream" \
        "$(cat "$tmp/five.jpg" "$five" "$tmp/five.jpg" | answers)" 555
    head -c 800 "$tmp/five.jpg" >"$tmp/cut.jpg"
    bad "a cut JPEG" 'record 1, byte 800: damaged JPEG: the file ends inside the image' "$tmp/cut.jpg"
    bad "a JPEG of 65500x65500" 'the JPEG is 65500x65500; the limit is 16384x16384' "$corpus/jpeg/bad-huge"
    bad "a JPEG of 300 scans" '101 scans are too many for a JPEG of 64x8' "$corpus/jpeg/bad-scans"
fi
done_testing
