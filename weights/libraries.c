#include "config.h"

#include "weights/libraries.h"

#include <jansson.h>
#include <stddef.h>
#include <zlib.h>

const char *dp_library(int i, const char **version)
{
    switch (i) {
    case 0:
        *version = JANSSON_VERSION;
        return "jansson";
    case 1:
        *version = zlibVersion();
        return "zlib";
    default:
        return NULL;
    }
}
