/* The networks that are compiled into the program. scripts/embed generates carried.c during
 * the build. */
#ifndef DP_WEIGHTS_STORE_CARRIED_H
#define DP_WEIGHTS_STORE_CARRIED_H

#include <stddef.h>

typedef struct dp_carried {
    const char *name;          /* "cnn" */
    const char *personal;      /* the name after fine-tuning on the user's drawings */
    const unsigned char *data; /* a safetensors file, aligned to a cache line */
    size_t size;
} dp_carried;

/* The default network is first; a NULL name ends the array. */
extern const dp_carried dp_carried_models[];

#endif
