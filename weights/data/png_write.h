/* Grey pictures as PNG. */
#ifndef DP_WEIGHTS_DATA_PNG_WRITE_H
#define DP_WEIGHTS_DATA_PNG_WRITE_H

#include "engine/ink/normalize.h"

#include <stddef.h>

/* The bytes of a PNG file, to be freed with free(). DP_USAGE where the program was built without
 * libpng; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_png_write(unsigned char **out, size_t *size,
                                   const dp_gray *picture, dp_err *err);

#endif
