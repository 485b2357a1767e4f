#include "config.h"

#include "weights/images/signature.h"

#include "engine/core/arith.h"

#include <string.h>

/* The remedies that several entries share. */
#define CONVERT                                                                          \
    "; convert it with ImageMagick: convert FILE -auto-orient -background white -alpha " \
    "remove -resize '1024x1024>' png:- | digitpad predict"
#define UNPACK "; unpack it first"
#define MODEL  ", a model and not an image; give it with -m"
#define SAVE   "; save the images as .npy with numpy.save"

/* The first entry that fits is the answer. */
static const struct signature {
    size_t at, size;
    const char *bytes, *text;
} signatures[] = {
    /* images */
    { 8, 4, "WEBP", "a WebP image" CONVERT },
    { 0, 4, "GIF8", "a GIF image" CONVERT },
    { 0, 4, "II*\0", "a TIFF image" CONVERT },
    { 0, 4, "MM\0*", "a TIFF image" CONVERT },
    { 4, 8, "ftypavif", "an AVIF image" CONVERT },
    { 4, 8, "ftypheic", "a HEIC image" CONVERT },
    { 4, 8, "ftypheix", "a HEIC image" CONVERT },
    { 4, 8, "ftypmif1", "a HEIF image" CONVERT },
    { 4, 8, "ftypmsf1", "a HEIF image" CONVERT },
    { 4, 4, "ftyp", "a video; save a picture of it as PNG" },
    { 4, 8, "JXL \r\n\x87\n", "a JPEG XL image" CONVERT },
    { 0, 2, "\xff\x0a", "a JPEG XL image" CONVERT },
    { 4, 8, "jP  \r\n\x87\n", "a JPEG 2000 image" CONVERT },
    { 0, 4, "8BPS", "a Photoshop image" CONVERT },
    { 0, 4, "\0\0\1\0", "an icon" CONVERT },
    { 0, 3, "P7\n", "a PAM image" CONVERT },
    { 0, 4, "<svg", "an SVG drawing; draw it with rsvg-convert FILE | digitpad predict" },
    { 0, 5, "%PDF-",
      "a PDF document; draw its pages with pdftoppm -gray FILE | digitpad "
      "predict" },
    { 0, 4, "%!PS", "a PostScript document; convert it to PNG" },
    /* archives and compressed files */
    { 0, 4, "PK\3\4", "a ZIP archive" UNPACK },
    { 0, 4, "PK\5\6", "an empty ZIP archive" },
    { 0, 3, "BZh",
      "compressed with bzip2; unpack it: bzip2 -dc FILE | digitpad predict" },
    { 0, 6,
      "\xfd"
      "7zXZ\0",
      "compressed with xz; unpack it: xz -dc FILE | digitpad predict" },
    { 0, 4, "\x28\xb5\x2f\xfd",
      "compressed with zstd; unpack it: zstd -dc FILE | digitpad predict" },
    { 0, 4, "\x04\x22\x4d\x18", "compressed with lz4; unpack it first" },
    { 0, 2, "\x1f\x9d",
      "compressed with compress; unpack it: zcat FILE | digitpad predict" },
    { 0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive" UNPACK },
    { 0, 4, "Rar!", "a RAR archive" UNPACK },
    { 257, 5, "ustar", "a tar archive" UNPACK },
    /* data */
    { 0, 6, "\x93NUMPY", "a NumPy array" },
    { 0, 4, "PAR1", "a Parquet file; write it as CSV with pandas: read_parquet, to_csv" },
    { 0, 6, "ARROW1",
      "an Arrow file; write it as CSV with pandas: read_feather, to_csv" },
    { 0, 10, "MATLAB 7.3", "a MATLAB file; read it with h5py" SAVE },
    { 0, 6, "MATLAB", "a MATLAB file; read it with scipy.io.loadmat" SAVE },
    { 0, 8, "\x89HDF\r\n\x1a\n", "an HDF5 file; read it with h5py" SAVE },
    { 0, 16, "SQLite format 3\0", "an SQLite database; write the images as CSV" },
    { 0, 2, "\x80\2", "a Python pickle" SAVE },
    { 0, 2, "\x80\3", "a Python pickle" SAVE },
    { 0, 2, "\x80\4", "a Python pickle" SAVE },
    { 0, 2, "\x80\5", "a Python pickle" SAVE },
    { 0, 22, "version https://git-lf",
      "a Git LFS pointer; download the file that it points "
      "to: git lfs pull" },
    { 0, 2, "\xff\xfe", "text in UTF-16; save it as UTF-8" },
    { 0, 2, "\xfe\xff", "text in UTF-16; save it as UTF-8" },
    { 0, 5, "data:",
      "a data: URL; decode what follows the comma: cut -d, -f2 FILE | base64 -d | "
      "digitpad predict" },
    { 0, 9, "<!DOCTYPE", "a web page; download the file itself" },
    { 0, 9, "<!doctype", "a web page; download the file itself" },
    { 0, 5, "<html", "a web page; download the file itself" },
    { 0, 5, "<HTML", "a web page; download the file itself" },
    { 0, 1, "<", "an XML document; it holds no pixels" },
    { 0, 4,
      "\x7f"
      "ELF",
      "a program" },
    /* models */
    { 8, 2, "{\"", "a safetensors file" MODEL },
    { 4, 4, "TFL3", "a TensorFlow Lite file, a model and not an image" },
    { 0, 4, "GGUF", "a GGUF file, a model and not an image" },
};

static bool fits(const struct signature *s, const unsigned char *bytes, size_t size)
{
    return size >= s->at + s->size && memcmp(bytes + s->at, s->bytes, s->size) == 0;
}

/* Bitmaps of Windows begin with "BM", as some texts do, and have four zeros at byte 6. */
static bool is_bmp(const unsigned char *b, size_t size)
{
    return size >= 10 && memcmp(b, "BM", 2) == 0 && memcmp(b + 6, "\0\0\0\0", 4) == 0;
}

/* An XML document is a drawing if its first element is svg. */
static bool is_svg(const unsigned char *b, size_t size)
{
    for (size_t i = 0; size >= 4 && b[0] == '<' && i <= size - 4; i++)
        if (memcmp(b + i, "<svg", 4) == 0)
            return true;
    return false;
}

/* ONNX: the tag of the version, a version below 32, and the tag of a name. */
static bool is_onnx(const unsigned char *b, size_t size)
{
    return size >= 4 && b[0] == 8 && b[1] < 32 && (b[2] == 0x12 || b[2] == 0x3a);
}

const char *dp_signature_name(const unsigned char *bytes, size_t size)
{
    if (size > 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        bytes += 3, size -= 3;
    if (is_bmp(bytes, size))
        return "a BMP image" CONVERT;
    if (is_svg(bytes, size))
        bytes = (const unsigned char *)"<svg", size = 4;
    if (is_onnx(bytes, size))
        return "an ONNX file" MODEL;
    for (size_t i = 0; i < DP_COUNT(signatures); i++)
        if (fits(&signatures[i], bytes, size))
            return signatures[i].text;
    return NULL;
}

bool dp_signature_is_binary(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] < ' ' && !(bytes[i] >= '\t' && bytes[i] <= '\r'))
            return true;
    return false;
}
