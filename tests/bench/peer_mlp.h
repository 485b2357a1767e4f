/* MLPs by hand on a library's matrix product, which the library's source defines. */
#ifndef DP_TESTS_BENCH_PEER_MLP_H
#define DP_TESTS_BENCH_PEER_MLP_H

#include "peer.h"

typedef struct mlp_layer {
    int in, out;
    int row; /* floats from one image's outputs to the next image's */
    bool relu;
    float *w; /* in the library's own layout; owned */
    float *b; /* [row], behind the weights */
} mlp_layer;

typedef struct mlp {
    int n, batch, threads;
    mlp_layer layer[PEER_LAYERS];
    float *x[PEER_LAYERS + 1]; /* [batch, row] of the layer before */
} mlp;

/* Defined by the library's source. Fill l->row, l->w and l->b. */
void mlp_fill(mlp_layer *l);
/* Defined by the library's source. y[batch, l->row] += x · w, for outputs [from, to);
 * `from` is a multiple of 64. */
void mlp_product(const mlp_layer *l, const float *x, float *y, int batch, int from,
                 int to);

/* NULL if the network has a convolution. */
mlp *mlp_create(const peer_network *net, int batch, int threads);
void mlp_free(mlp *m);

/* One image is divided by outputs, a batch by images. */
void mlp_run(const mlp *m);
/* All layers on images [from, to), on the calling thread. */
void mlp_forward(const mlp *m, int from, int to);

#endif
