/* What the peers share: networks, timing and output. A peer is a program of peer.c and one
 * other source, which defines `this_peer`:
 *
 *     peer_NAME CHAIN SECONDS
 *
 * CHAIN is a network as `digitpad info` shows it. The program measures each figure for
 * SECONDS and prints lines `PRECISION METRIC THREADS BATCH VALUE`. */
#ifndef DP_TESTS_BENCH_PEER_H
#define DP_TESTS_BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PEER_LAYERS = 16, PEER_SIDE = 28 };

typedef enum peer_act { PEER_LINEAR, PEER_RELU, PEER_GELU } peer_act;

/* A convolution or a dense layer, fused with what follows it. */
typedef struct peer_layer {
    bool conv;
    int in, out;     /* channels; of a dense layer, values */
    int side_in;     /* of the square images that a convolution reads */
    int side_out;    /* of those that it makes, before pooling */
    int kernel, pad; /* of a convolution; its stride is 1 */
    peer_act act;
    bool pool; /* take the maximum of windows of 2 × 2 */
} peer_layer;

/* Batch norms are left out: inference folds them into the convolutions. */
typedef struct peer_network {
    int n;
    peer_layer layer[PEER_LAYERS];
} peer_network;

typedef enum peer_work { PEER_F32, PEER_INT8, PEER_TRAINING } peer_work;

typedef struct peer {
    /* Prepare a network of random weights; NULL if the peer cannot do this work. */
    void *(*create)(const peer_network *net, peer_work work, int batch, int threads);
    void (*run)(void *state); /* one batch, from input to logits, or one training step */
    void (*free)(void *state);
} peer;

extern const peer this_peer;

/* Random values from −bound to bound, aligned to cache lines; to be freed. Ends the
 * program if memory runs out. */
float *peer_floats(size_t n, float bound);
int8_t *peer_bytes(size_t n);

/* The number of weights of a layer. */
size_t peer_weights(const peer_layer *l);
/* The number of values of an image that a layer reads, or makes after pooling. */
size_t peer_inputs(const peer_layer *l);
size_t peer_outputs(const peer_layer *l);

#ifdef __cplusplus
}
#endif

#endif
