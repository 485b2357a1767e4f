/* Files of compress for tests of weights/corpora. */
#ifndef DP_TESTS_LZW_H
#define DP_TESTS_LZW_H

#include "weights/io/text.h"

#include <stdint.h>

/* Append a file of compress (.Z) that is not compressed: eight codes of nine bits, of which the
 * last one empties the table, are nine bytes. */
static inline void lzw_store(dp_text *out, const uint8_t *data, size_t size)
{
    enum { GROUP = 7, BITS = 9, CLEAR = 256 };
    dp_text_append(out, "\x1f\x9d\x90", 3);
    for (size_t at = 0; at < size; at += GROUP) {
        const size_t n = size - at < GROUP ? size - at : GROUP;
        uint8_t bytes[BITS] = { 0 };
        for (size_t i = 0; i <= n; i++) {
            const unsigned code = i < n ? data[at + i] : CLEAR;
            for (size_t bit = 0; bit < BITS; bit++)
                bytes[(i * BITS + bit) / 8] |=
                    (uint8_t)((code >> bit & 1) << (i * BITS + bit) % 8);
        }
        /* The last group ends with its last code. */
        dp_text_append(out, (const char *)bytes, n == GROUP ? BITS : (n * BITS + 7) / 8);
    }
}

#endif
