/* Files of the Unix program compress (.Z). */
#ifndef DP_WEIGHTS_CORPORA_LZW_H
#define DP_WEIGHTS_CORPORA_LZW_H

#include "weights/io/text.h"

#include <stdint.h>

/* Append what a file of `size` bytes decompresses to, at most `limit` bytes. DP_INPUT if it is no
 * such file, damaged, or too large. */
DP_MUST_CHECK dp_code dp_lzw_expand(dp_text *out, const uint8_t *bytes, size_t size,
                                    size_t limit, dp_err *err);

#endif
