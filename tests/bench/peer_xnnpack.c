/* The networks as XNNPACK subgraphs. Images are NHWC. Its ELU stands for GELU, which older
 * versions lack: both are one pass over the values, and a table of bytes in 8 bits. */
#include "peer.h"

#include <math.h>
#include <pthreadpool.h>
#include <stdlib.h>
#include <xnnpack.h>

enum { ARRAYS = 2 * PEER_LAYERS + 2 };

typedef struct net {
    bool int8;
    xnn_subgraph_t graph;
    xnn_runtime_t runtime;
    pthreadpool_t pool;
    void *array[ARRAYS]; /* input, output, weights and biases; owned */
    int n_arrays;
} net;

static const float weight_scale = 0.001f, value_scale = 0.02f;

static void *own(net *n, void *array)
{
    return n->array[n->n_arrays++] = array;
}

/* Define a tensor. Its values are NULL unless it is constant. */
static uint32_t tensor(net *n, size_t rank, const size_t *dims, const void *values,
                       float scale, bool bias, uint32_t external, uint32_t flags)
{
    uint32_t id = XNN_INVALID_VALUE_ID;
    if (n->int8)
        xnn_define_quantized_tensor_value(
            n->graph, bias ? xnn_datatype_qint32 : xnn_datatype_qint8, 0, scale, rank,
            dims, values, external, flags, &id);
    else
        xnn_define_tensor_value(n->graph, xnn_datatype_fp32, rank, dims, values, external,
                                flags, &id);
    return id;
}

/* Define what a layer makes: an image of this side, or a row of values. */
static uint32_t values(net *n, const peer_layer *l, int batch, int side, bool last)
{
    const size_t dims[] = { (size_t)batch, (size_t)side, (size_t)side, (size_t)l->out };
    const size_t row[] = { (size_t)batch, (size_t)l->out };
    return tensor(n, l->conv ? 4 : 2, l->conv ? dims : row, NULL, value_scale, false,
                  last ? 1 : XNN_INVALID_VALUE_ID,
                  last ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0);
}

static uint32_t weights(net *n, const peer_layer *l)
{
    const size_t kernel = (size_t)l->kernel;
    const size_t conv[] = { (size_t)l->out, kernel, kernel, (size_t)l->in };
    const size_t dense[] = { (size_t)l->out, (size_t)l->in };
    const size_t count = peer_weights(l);
    void *w = n->int8 ? (void *)peer_bytes(count) : (void *)peer_floats(count, 0.05f);
    return tensor(n, l->conv ? 4 : 2, l->conv ? conv : dense, own(n, w), weight_scale,
                  false, XNN_INVALID_VALUE_ID, 0);
}

static uint32_t bias(net *n, const peer_layer *l)
{
    const size_t out = (size_t)l->out;
    void *b = peer_floats(out, 0);
    return tensor(n, 1, &out, own(n, b), weight_scale * value_scale, true,
                  XNN_INVALID_VALUE_ID, 0);
}

/* Define a layer on the tensor x and return the tensor that it makes. */
static uint32_t add_layer(net *n, const peer_layer *l, uint32_t x, int batch, bool last)
{
    const float low = l->act == PEER_RELU ? 0 : -INFINITY;
    const uint32_t pad = (uint32_t)l->pad, kernel = (uint32_t)l->kernel;
    const uint32_t w = weights(n, l), b = bias(n, l);
    uint32_t y = values(n, l, batch, l->side_out, last);
    if (l->conv)
        xnn_define_convolution_2d(n->graph, pad, pad, pad, pad, kernel, kernel, 1, 1, 1,
                                  1, 1, (size_t)l->in, (size_t)l->out, low, INFINITY, x,
                                  w, b, y, 0);
    else
        xnn_define_fully_connected(n->graph, low, INFINITY, x, w, b, y,
                                   XNN_FLAG_TENSORFLOW_RESHAPE_2D);
    if (l->act == PEER_GELU) {
        x = y;
        y = values(n, l, batch, l->side_out, false);
        xnn_define_elu(n->graph, 1, x, y, 0);
    }
    if (l->pool) {
        x = y;
        y = values(n, l, batch, l->side_out / 2, false);
        xnn_define_max_pooling_2d(n->graph, 0, 0, 0, 0, 2, 2, 2, 2, 1, 1, -INFINITY,
                                  INFINITY, x, y, 0);
    }
    return y;
}

static void destroy(void *state)
{
    net *n = state;
    xnn_delete_runtime(n->runtime);
    xnn_delete_subgraph(n->graph);
    pthreadpool_destroy(n->pool);
    for (int i = 0; i < n->n_arrays; i++)
        free(n->array[i]);
    free(n);
}

static void *create(const peer_network *network, peer_work work, int batch, int threads)
{
    const peer_layer *first = &network->layer[0], *l = first;
    const size_t size = (size_t)batch * PEER_SIDE * PEER_SIDE;
    const size_t image[] = { (size_t)batch, PEER_SIDE, PEER_SIDE, 1 };
    const size_t row[] = { (size_t)batch, PEER_SIDE * PEER_SIDE };
    if (work == PEER_TRAINING || xnn_initialize(NULL) != xnn_status_success)
        return NULL;
    net *n = calloc(1, sizeof *n);
    n->int8 = work == PEER_INT8;
    xnn_create_subgraph(2, 0, &n->graph);
    uint32_t x = tensor(n, first->conv ? 4 : 2, first->conv ? image : row, NULL,
                        value_scale, false, 0, XNN_VALUE_FLAG_EXTERNAL_INPUT);
    for (int i = 0; i < network->n; i++, l++)
        x = add_layer(n, l, x, batch, i == network->n - 1);
    n->pool = threads > 1 ? pthreadpool_create((size_t)threads) : NULL;
    const struct xnn_external_value ends[] = {
        { 0, own(n, n->int8 ? (void *)peer_bytes(size) : (void *)peer_floats(size, 1)) },
        { 1, own(n, peer_floats((size_t)batch * 16, 0)) },
    };
    if (xnn_create_runtime_v2(n->graph, n->pool, 0, &n->runtime) != xnn_status_success ||
        xnn_setup_runtime(n->runtime, 2, ends) != xnn_status_success) {
        destroy(n);
        return NULL;
    }
    return n;
}

static void run(void *state)
{
    const net *n = state;
    xnn_invoke_runtime(n->runtime);
}

const peer this_peer = { create, run, destroy };
