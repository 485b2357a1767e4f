#include "config.h"

#include "weights/io/fingerprint.h"

uint64_t dp_fingerprint(uint64_t so_far, const void *data, size_t size)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < size; i++)
        so_far = (so_far ^ byte[i]) * UINT64_C(0x100000001b3);
    return so_far;
}
