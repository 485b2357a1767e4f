/* The networks carried in the program. scripts/embed writes the matching carried.c when
 * the program is built. */
#ifndef DP_WEIGHTS_STORE_CARRIED_H
#define DP_WEIGHTS_STORE_CARRIED_H

#include <stddef.h>

typedef struct dp_carried {
    const char *name;
    const unsigned char *data; /* a safetensors file, starting on a cache line */
    size_t size;
} dp_carried;

/* The default first; ends with a NULL name. */
extern const dp_carried dp_carried_models[];

#endif
