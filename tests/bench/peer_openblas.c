/* MLPs on OpenBLAS. It computes on one thread; OpenMP's threads share the images. */
#include "peer_mlp.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- inference --------------------------------------------------------------------- */

/* Weights [out, in]; the biases follow them, so that Adam sees one array. */
void mlp_fill(mlp_layer *l)
{
    l->row = l->out;
    l->w = peer_floats((size_t)l->out * ((size_t)l->in + 1), 0.05f);
    l->b = l->w + l->out * l->in;
}

void mlp_product(const mlp_layer *l, const float *x, float *y, int batch, int from,
                 int to)
{
    const float *w = l->w + from * l->in;
    if (batch == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, to - from, l->in, 1, w, l->in, x, 1, 1,
                    y + from, 1);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, to - from, l->in, 1,
                    x, l->in, w, l->in, 1, y + from, l->row);
}

/* ---- training ---------------------------------------------------------------------- */

enum { THREADS = 2 };

/* Arrays [out × in + out] of a layer, as in mlp_layer. */
typedef struct trainer {
    mlp *net;
    bool training;
    float *dx[PEER_LAYERS + 1];            /* [batch, row] */
    float *gradient[THREADS][PEER_LAYERS]; /* of the images of one thread */
    float *m[PEER_LAYERS], *v[PEER_LAYERS];
    int steps;
} trainer;

static size_t parameters(const mlp_layer *l)
{
    return (size_t)l->out * ((size_t)l->in + 1);
}

/* The gradient of the cross entropy by the logits; image r shows digit r mod 10. */
static void loss_gradient(trainer *t, int from, int to)
{
    const mlp *net = t->net;
    const int n = net->layer[net->n - 1].out;
    for (int r = from; r < to; r++) {
        const float *z = net->x[net->n] + r * n;
        float *dz = t->dx[net->n] + r * n, top = z[0], sum = 0;
        for (int j = 1; j < n; j++)
            top = fmaxf(top, z[j]);
        for (int j = 0; j < n; j++)
            sum += dz[j] = expf(z[j] - top);
        for (int j = 0; j < n; j++)
            dz[j] = (dz[j] / sum - (j == r % n)) / (float)net->batch;
    }
}

static void backward(trainer *t, int thread, int from, int to)
{
    const mlp *net = t->net;
    const int count = to - from;
    for (int i = net->n - 1; i >= 0; i--) {
        const mlp_layer *l = &net->layer[i];
        const float *x = net->x[i] + from * l->in, *dy = t->dx[i + 1] + from * l->out;
        float *g = t->gradient[thread][i], *db = g + l->out * l->in;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, l->out, l->in, count, 1, dy,
                    l->out, x, l->in, 0, g, l->in);
        memset(db, 0, (size_t)l->out * sizeof *db);
        for (int r = 0; r < count; r++)
            for (int j = 0; j < l->out; j++)
                db[j] += dy[r * l->out + j];
        if (i == 0)
            return;
        float *dx = t->dx[i] + from * l->in;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, l->in, l->out, 1,
                    dy, l->out, l->w, l->in, 0, dx, l->in);
        for (int j = 0; j < count * l->in; j++)
            dx[j] = x[j] > 0 ? dx[j] : 0;
    }
}

/* Adam on parameters [from, to) of layer i. */
static void update(trainer *t, int i, size_t from, size_t to)
{
    float *p = t->net->layer[i].w, *m = t->m[i], *v = t->v[i];
    const float *g0 = t->gradient[0][i], *g1 = t->gradient[1][i];
    const float c1 = 1 / (1 - powf(0.9f, (float)t->steps));
    const float c2 = 1 / (1 - powf(0.999f, (float)t->steps));
#pragma omp simd
    for (size_t j = from; j < to; j++) {
        const float g = g0[j] + g1[j];
        m[j] = 0.9f * m[j] + 0.1f * g;
        v[j] = 0.999f * v[j] + 0.001f * g * g;
        p[j] -= 1e-4f * c1 * m[j] / (sqrtf(c2 * v[j]) + 1e-8f);
    }
}

static void train(trainer *t)
{
    const int batch = t->net->batch;
    t->steps++;
#pragma omp parallel num_threads(THREADS)
    {
        const int thread = omp_get_thread_num();
        const int from = batch * thread / THREADS, to = batch * (thread + 1) / THREADS;
        mlp_forward(t->net, from, to);
        loss_gradient(t, from, to);
        backward(t, thread, from, to);
#pragma omp barrier
        for (int i = 0; i < t->net->n; i++) {
            const size_t n = parameters(&t->net->layer[i]);
            update(t, i, n * (size_t)thread / THREADS,
                   n * (size_t)(thread + 1) / THREADS);
        }
    }
}

/* ---- the peer ---------------------------------------------------------------------- */

static void *create(const peer_network *net, peer_work work, int batch, int threads)
{
    openblas_set_num_threads(1);
    mlp *m = work == PEER_INT8 ? NULL : mlp_create(net, batch, threads);
    if (!m)
        return NULL;
    trainer *t = calloc(1, sizeof *t);
    t->net = m;
    t->training = work == PEER_TRAINING;
    for (int i = 0; t->training && i < m->n; i++) {
        const size_t n = parameters(&m->layer[i]);
        t->dx[i + 1] = peer_floats((size_t)batch * (size_t)m->layer[i].row, 0);
        t->m[i] = peer_floats(n, 0);
        t->v[i] = peer_floats(n, 0);
        for (int j = 0; j < THREADS; j++)
            t->gradient[j][i] = peer_floats(n, 0);
    }
    return t;
}

static void run(void *state)
{
    trainer *t = state;
    if (t->training)
        train(t);
    else
        mlp_run(t->net);
}

static void destroy(void *state)
{
    trainer *t = state;
    for (int i = 0; i < PEER_LAYERS; i++) {
        free(t->dx[i + 1]);
        free(t->m[i]);
        free(t->v[i]);
        for (int j = 0; j < THREADS; j++)
            free(t->gradient[j][i]);
    }
    mlp_free(t->net);
    free(t);
}

const peer this_peer = { create, run, destroy };
