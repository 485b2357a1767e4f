/* The networks in plain C: loops that the compiler vectorises, no library. */
#include "peer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct net {
    peer_network network;
    int batch, threads;
    float *w[PEER_LAYERS];     /* [in, kernel, kernel, out] or [in, out] */
    float *b[PEER_LAYERS];     /* [out] */
    float *x[PEER_LAYERS + 1]; /* [batch, side, side, channels] */
    float *made[PEER_LAYERS];  /* before pooling */
} net;

static float activate(float x, peer_act act)
{
    return act == PEER_RELU   ? (x > 0 ? x : 0)
           : act == PEER_GELU ? 0.5f * x * (1 + erff(x * 0.70710678f))
                              : x;
}

/* y[n] += x · w[n] */
static void add(float *y, float x, const float *w, int n)
{
    for (int i = 0; i < n; i++)
        y[i] += x * w[i];
}

/* One output pixel, all channels. */
static void convolve(const peer_layer *l, const float *w, const float *x, float *y,
                     int top, int left)
{
    for (int i = 0; i < l->kernel; i++)
        for (int j = 0; j < l->kernel; j++, w += l->in * l->out) {
            const int row = top + i, column = left + j;
            if (row < 0 || row >= l->side_in || column < 0 || column >= l->side_in)
                continue;
            const float *pixel = x + (row * l->side_in + column) * l->in;
            for (int c = 0; c < l->in; c++)
                add(y, pixel[c], w + c * l->out, l->out);
        }
}

static void pool(const peer_layer *l, const float *x, float *y)
{
    const int side = l->side_out / 2, row = l->side_out * l->out;
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++, y += l->out) {
            const float *p = x + (2 * i * l->side_out + 2 * j) * l->out;
            for (int c = 0; c < l->out; c++)
                y[c] = fmaxf(fmaxf(p[c], p[c + l->out]),
                             fmaxf(p[c + row], p[c + row + l->out]));
        }
}

static void run_layer(const net *n, int i, int image)
{
    const peer_layer *l = &n->network.layer[i];
    const float *x = n->x[i] + (size_t)image * peer_inputs(l);
    float *to = n->x[i + 1] + (size_t)image * peer_outputs(l);
    const int side = l->conv ? l->side_out : 1;
    float *y = l->pool ? n->made[i] + (size_t)(image * side * side * l->out) : to;
    for (int p = 0; p < side * side; p++) {
        float *pixel = y + p * l->out;
        memcpy(pixel, n->b[i], (size_t)l->out * sizeof *pixel);
        if (l->conv)
            convolve(l, n->w[i], x, pixel, p / side - l->pad, p % side - l->pad);
        else
            for (int j = 0; j < l->in; j++)
                add(pixel, x[j], n->w[i] + j * l->out, l->out);
        for (int c = 0; c < l->out; c++)
            pixel[c] = activate(pixel[c], l->act);
    }
    if (l->pool)
        pool(l, y, to);
}

static void *create(const peer_network *network, peer_work work, int batch, int threads)
{
    if (work != PEER_F32)
        return NULL;
    net *n = calloc(1, sizeof *n);
    *n = (net){ .network = *network, .batch = batch, .threads = threads };
    n->x[0] = peer_floats((size_t)batch * PEER_SIDE * PEER_SIDE, 1);
    for (int i = 0; i < network->n; i++) {
        const peer_layer *l = &network->layer[i];
        n->w[i] = peer_floats(peer_weights(l), 0.05f);
        n->b[i] = peer_floats((size_t)l->out, 0.05f);
        n->x[i + 1] = peer_floats((size_t)batch * peer_outputs(l), 0);
        const size_t pixels = (size_t)l->side_out * (size_t)l->side_out;
        if (l->pool)
            n->made[i] = peer_floats((size_t)batch * pixels * (size_t)l->out, 0);
    }
    return n;
}

static void run(void *state)
{
    const net *n = state;
#pragma omp parallel for num_threads(n->threads) if (n->batch > 1)
    for (int image = 0; image < n->batch; image++)
        for (int i = 0; i < n->network.n; i++)
            run_layer(n, i, image);
}

static void destroy(void *state)
{
    net *n = state;
    free(n->x[0]);
    for (int i = 0; i < n->network.n; i++) {
        free(n->w[i]);
        free(n->b[i]);
        free(n->x[i + 1]);
        free(n->made[i]);
    }
    free(n);
}

const peer this_peer = { create, run, destroy };
