/* MLPs on libxsmm's generated kernels. Weights lie in panels of 64 outputs. */
#include "peer_mlp.h"

#include <libxsmm.h>
#include <stdlib.h>

enum { PANEL = 64, DEPTH = 196 }; /* outputs; inputs whose weights stay in the L1 cache */

void mlp_fill(mlp_layer *l)
{
    l->row = (l->out + 15) / 16 * 16; /* whole vectors */
    const int padded = (l->out + PANEL - 1) / PANEL * PANEL;
    l->w = peer_floats((size_t)padded * ((size_t)l->in + 1), 0.05f);
    l->b = l->w + padded * l->in;
}

static void multiply(const float *w, const float *x, float *y, int m, int n, int k,
                     int ld_x, int ld_y)
{
    const int ld_w = m < PANEL ? m : PANEL;
    const libxsmm_smmfunction f =
        libxsmm_smmdispatch(m, n, k, &ld_w, &ld_x, &ld_y, NULL, NULL, NULL, NULL);
    f(w, x, y);
}

void mlp_product(const mlp_layer *l, const float *x, float *y, int batch, int from,
                 int to)
{
    const int depth = batch == 1 ? l->in : DEPTH;
    const int end = to < l->out ? to : l->row;
    for (int o = from; o < end; o += PANEL) {
        const int m = end - o < PANEL ? end - o : PANEL;
        for (int k = 0; k < l->in; k += depth) {
            const int some = l->in - k < depth ? l->in - k : depth;
            multiply(l->w + o * l->in + k * m, x + k, y + o, m, batch, some, l->in,
                     l->row);
        }
    }
}

static void *create(const peer_network *net, peer_work work, int batch, int threads)
{
    return work == PEER_F32 ? mlp_create(net, batch, threads) : NULL;
}

static void run(void *state)
{
    mlp_run(state);
}

static void destroy(void *state)
{
    mlp_free(state);
}

const peer this_peer = { create, run, destroy };
