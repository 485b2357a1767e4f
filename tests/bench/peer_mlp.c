#include "peer_mlp.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 }; /* outputs; a thread computes whole pieces */

mlp *mlp_create(const peer_network *net, int batch, int threads)
{
    for (int i = 0; i < net->n; i++)
        if (net->layer[i].conv)
            return NULL;
    mlp *m = calloc(1, sizeof *m);
    m->n = net->n;
    m->batch = batch;
    m->threads = threads;
    m->x[0] = peer_floats((size_t)batch * (size_t)net->layer[0].in, 1);
    for (int i = 0; i < m->n; i++) {
        const peer_layer *l = &net->layer[i];
        m->layer[i] =
            (mlp_layer){ .in = l->in, .out = l->out, .relu = l->act == PEER_RELU };
        mlp_fill(&m->layer[i]);
        m->x[i + 1] = peer_floats((size_t)batch * (size_t)m->layer[i].row, 0);
    }
    return m;
}

void mlp_free(mlp *m)
{
    free(m->x[0]);
    for (int i = 0; i < m->n; i++) {
        free(m->layer[i].w);
        free(m->x[i + 1]);
    }
    free(m);
}

/* Outputs [from, to) of layer i for `batch` images from image `first` on. */
static void compute(const mlp *m, int i, int first, int batch, int from, int to)
{
    const mlp_layer *l = &m->layer[i];
    const int in_row = i > 0 ? l[-1].row : l->in;
    float *y = m->x[i + 1] + first * l->row;
    for (int r = 0; r < batch; r++)
        memcpy(y + r * l->row + from, l->b + from, (size_t)(to - from) * sizeof *y);
    mlp_product(l, m->x[i] + first * in_row, y, batch, from, to);
    if (!l->relu)
        return;
    for (int r = 0; r < batch; r++)
        for (int j = r * l->row + from; j < r * l->row + to; j++)
            y[j] = y[j] > 0 ? y[j] : 0;
}

void mlp_forward(const mlp *m, int from, int to)
{
    for (int i = 0; i < m->n; i++)
        compute(m, i, from, to - from, 0, m->layer[i].out);
}

/* One image: each thread computes a share of the outputs of each layer. */
static void run_one(const mlp *m)
{
#pragma omp parallel num_threads(m->threads)
    for (int i = 0; i < m->n; i++) {
        const int t = omp_get_thread_num(), out = m->layer[i].out;
        const int pieces = (out + PIECE - 1) / PIECE;
        const int from = pieces * t / m->threads * PIECE;
        const int end = pieces * (t + 1) / m->threads * PIECE;
        if (from < out)
            compute(m, i, 0, 1, from, end < out ? end : out);
#pragma omp barrier
    }
}

void mlp_run(const mlp *m)
{
    if (m->threads == 1) {
        mlp_forward(m, 0, m->batch);
    } else if (m->batch == 1) {
        run_one(m);
    } else {
#pragma omp parallel num_threads(m->threads)
        {
            const int t = omp_get_thread_num();
            mlp_forward(m, m->batch * t / m->threads, m->batch * (t + 1) / m->threads);
        }
    }
}
