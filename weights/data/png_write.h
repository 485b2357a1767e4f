/* Encoding of grey images as PNG. */
#ifndef DP_WEIGHTS_DATA_PNG_WRITE_H
#define DP_WEIGHTS_DATA_PNG_WRITE_H

#include "engine/ink/normalize.h"

#include <stddef.h>

/* Encode an image as a PNG file in memory, which the caller frees with free(). DP_USAGE
 * if the program is built without libpng; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_png_write(unsigned char **out, size_t *size,
                                   const dp_gray *picture, dp_err *err);

#endif
