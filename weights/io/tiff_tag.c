#include "config.h"

#include "weights/io/tiff_tag.h"

#include <stdbool.h>
#include <string.h>

typedef struct tiff {
    const uint8_t *bytes;
    size_t size;
    bool big_endian;
} tiff;

/* A number of n bytes; 0 beyond the end. */
static uint32_t number(const tiff *t, size_t at, size_t n)
{
    uint32_t value = 0;
    if (at > t->size || n > t->size - at)
        return 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | t->bytes[at + (t->big_endian ? i : n - 1 - i)];
    return value;
}

uint32_t dp_tiff_tag(const uint8_t *bytes, size_t size, unsigned tag, uint32_t otherwise)
{
    enum { SHORT = 3, LONG = 4, ENTRY = 12 };
    const tiff t = { bytes, size, size > 0 && bytes[0] == 'M' };
    if (size < 8 || memcmp(bytes, t.big_endian ? "MM\0*" : "II*\0", 4) != 0)
        return otherwise;
    const size_t directory = number(&t, 4, 4), n = number(&t, directory, 2);
    for (size_t i = 0; i < n; i++) {
        const size_t entry = directory + 2 + i * ENTRY;
        if (entry + ENTRY > size)
            return otherwise;
        const uint32_t type = number(&t, entry + 2, 2);
        if (number(&t, entry, 2) != tag)
            continue;
        if (number(&t, entry + 4, 4) != 1 || (type != SHORT && type != LONG))
            return otherwise;
        return number(&t, entry + 8, type == SHORT ? 2 : 4);
    }
    return otherwise;
}
