#include "config.h"

#include "weights/libraries.h"

#include <jansson.h>
#include <stddef.h>
#include <zlib.h>
#if HAVE_PNG
#include <png.h>
#endif

const char *dp_library(int i, const char **version)
{
    switch (i) {
    case 0:
        *version = JANSSON_VERSION;
        return "jansson";
    case 1:
        *version = zlibVersion();
        return "zlib";
#if HAVE_PNG
    case 2:
        *version = png_get_libpng_ver(NULL);
        return "libpng";
#endif
    default:
        return NULL;
    }
}
