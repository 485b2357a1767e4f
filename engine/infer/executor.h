/* How a session runs a network: a table of functions for each arithmetic (floats, 8 bits,
 * the 8-bit reference). A plan is a chain of steps. Step i reads activation i and writes
 * activation i + 1; the last step writes the output. The session owns the activations and
 * shares the work between threads; an executor only computes. */
#ifndef DP_ENGINE_INFER_EXECUTOR_H
#define DP_ENGINE_INFER_EXECUTOR_H

#include "engine/kernels/kernels.h"
#include "engine/net/spec.h"

#include <stdint.h>

enum { DP_MAX_STEPS = 2 * DP_MAX_LAYERS + 1 };

/* The images of a call: pixels, or values x that are already normalised. */
typedef struct dp_model_input {
    const uint8_t *pixels; /* [n, input shape]; NULL if x is given */
    const float *x;        /* [n, input shape]; NULL if pixels are given */
    const float *norm;     /* [256]: the value of each pixel */
} dp_model_input;

/* The memory of an activation, for one image. */
typedef struct dp_activation {
    size_t bytes;
    uint8_t padding; /* what every byte is set to once: steps do not write padding */
} dp_activation;

typedef struct dp_step_traits {
    size_t macs;    /* multiply-accumulates for one image */
    bool dense;     /* mostly reads weights: run it on all images of a tile at once */
    bool divisible; /* threads can share it */
    bool in_place;  /* can write its output over its input */
} dp_step_traits;

/* The arguments of a step: n images, x → y. scratch belongs to the calling thread. A step
 * that is not divisible is called with the part { 0, 1 } only. */
typedef struct dp_step_call {
    const void *plan;
    int step, n;
    const void *x;
    void *y, *scratch;
    dp_part part;
} dp_step_call;

typedef struct dp_executor {
    /* The steps before the first dense one (the head) run on as many images as have their
     * activations in head_bytes of cache, but at least one; the others (the tail) on as
     * many as have them in tile_bytes. */
    size_t head_bytes, tile_bytes;

    size_t macs_per_ms; /* multiply-accumulates of one thread in about a millisecond */

    int (*count_steps)(const void *plan);
    dp_activation (*activation)(const void *plan, int i); /* that step i reads */
    dp_step_traits (*traits)(const void *plan, int i);
    /* Bytes of scratch that step i needs for n images. NULL: none. */
    size_t (*scratch)(const void *plan, int i, int n);

    /* The caller's images, if step 0 can read them where they are; else NULL: then `load`
     * converts n images to activation 0. */
    const void *(*borrow)(const void *plan, const dp_model_input *in);
    void (*load)(const void *plan, const dp_model_input *in, int n, void *activation);

    void (*run)(const dp_step_call *call);
} dp_executor;

extern const dp_executor dp_f32_executor;            /* of a dp_f32_plan */
extern const dp_executor dp_int8_executor;           /* of a dp_int8_plan */
extern const dp_executor dp_int8_reference_executor; /* of a dp_quant */

#endif
