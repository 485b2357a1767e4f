#include "config.h"

#include "weights/io/versions.h"

#include "engine/core/arith.h"

#include <jansson.h>
#include <stddef.h>
#include <zlib.h>
#if HAVE_PNG
#include <png.h>
#endif
#if HAVE_JPEG
#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>
#define TEXT_OF(x)       #x
#define EXPANDED_TEXT(x) TEXT_OF(x)
#endif
#if HAVE_ONNX
#include <protobuf-c/protobuf-c.h>
#endif

/* For jansson and libjpeg, only the version of their headers is known. */
typedef struct library {
    const char *name, *version;
} library;

const char *dp_library(int i, const char **version)
{
    const library libraries[] = {
        { "jansson", JANSSON_VERSION },
        { "zlib", zlibVersion() },
#if HAVE_PNG
        { "libpng", png_get_libpng_ver(NULL) },
#endif
#if HAVE_JPEG
#ifdef LIBJPEG_TURBO_VERSION
        { "libjpeg-turbo", EXPANDED_TEXT(LIBJPEG_TURBO_VERSION) },
#else
        { "libjpeg", EXPANDED_TEXT(JPEG_LIB_VERSION) },
#endif
#endif
#if HAVE_ONNX
        { "protobuf-c", protobuf_c_version() },
#endif
    };
    if (i < 0 || (size_t)i >= DP_COUNT(libraries))
        return NULL;
    *version = libraries[i].version;
    return libraries[i].name;
}
