#include "config.h"

#include "weights/io/deflate.h"

#include <stdlib.h>
#include <zlib.h>

unsigned char *dp_deflate(size_t *size, const unsigned char *bytes, size_t n)
{
    uLongf used = compressBound((uLong)n);
    unsigned char *out = malloc(used);
    if (!out)
        return NULL;
    if (compress2(out, &used, bytes, (uLong)n, Z_BEST_COMPRESSION) != Z_OK) {
        free(out);
        return NULL;
    }
    *size = used;
    return out;
}
