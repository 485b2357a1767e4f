#include "peer.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- networks ---------------------------------------------------------------------- */

size_t peer_weights(const peer_layer *l)
{
    return (size_t)l->out * (size_t)l->in * (size_t)(l->conv ? l->kernel * l->kernel : 1);
}

size_t peer_inputs(const peer_layer *l)
{
    return (size_t)l->in * (size_t)(l->conv ? l->side_in * l->side_in : 1);
}

size_t peer_outputs(const peer_layer *l)
{
    const int side = l->pool ? l->side_out / 2 : l->side_out;
    return (size_t)l->out * (size_t)(l->conv ? side * side : 1);
}

/* Append a layer that reads what the last one makes. */
static peer_layer *add_layer(peer_network *net)
{
    if (net->n == PEER_LAYERS) {
        fprintf(stderr, "peer: more than %d layers\n", PEER_LAYERS);
        exit(2);
    }
    peer_layer *l = &net->layer[net->n];
    *l = (peer_layer){ .in = 1, .side_in = PEER_SIDE };
    if (net->n++ > 0) {
        l->in = l[-1].out;
        l->side_in = l[-1].pool ? l[-1].side_out / 2 : l[-1].side_out;
    }
    return l;
}

/* Read one layer of the chain, such as "conv 32 3 pad=1". */
static void read_layer(peer_network *net, const char *text)
{
    peer_layer conv = { .conv = true };
    int out = 0;
    if (sscanf(text, " conv %d %d pad=%d", &conv.out, &conv.kernel, &conv.pad) >= 2) {
        peer_layer *l = add_layer(net);
        conv.in = l->in;
        conv.side_in = l->side_in;
        conv.side_out = conv.side_in + 2 * conv.pad - conv.kernel + 1;
        *l = conv;
    } else if (sscanf(text, " dense %d", &out) == 1) {
        peer_layer *l = add_layer(net);
        l->in *= l->side_in * l->side_in;
        l->side_in = l->side_out = 1;
        l->out = out;
    } else if (net->n > 0) {
        peer_layer *last = &net->layer[net->n - 1];
        last->pool |= strstr(text, "maxpool 2") != NULL;
        last->act = strstr(text, "relu")   ? PEER_RELU
                    : strstr(text, "gelu") ? PEER_GELU
                                           : last->act;
    }
}

static void read_chain(peer_network *net, char *chain)
{
    net->n = 0;
    for (char *layer = strtok(chain, "|"); layer; layer = strtok(NULL, "|"))
        read_layer(net, layer);
}

/* ---- random values ----------------------------------------------------------------- */

static void *aligned(size_t size)
{
    void *p = aligned_alloc(64, (size + 127) / 64 * 64);
    if (!p) {
        fprintf(stderr, "peer: no memory\n");
        exit(1);
    }
    return p;
}

float *peer_floats(size_t n, float bound)
{
    float *v = aligned(n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = bound * (2 * (float)rand() / (float)RAND_MAX - 1);
    return v;
}

int8_t *peer_bytes(size_t n)
{
    int8_t *v = aligned(n);
    for (size_t i = 0; i < n; i++)
        v[i] = (int8_t)(rand() % 255 - 127);
    return v;
}

/* ---- measurement ------------------------------------------------------------------- */

enum { TRAINING_BATCH = 128, THREADS = 2, WARM_UP = 5, MOST = 1 << 18 };

/* Seconds of one run: the median, and total ÷ number. */
typedef struct times {
    double median, mean;
} times;

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static times repeat(void *state, double seconds)
{
    static double sample[MOST];
    int n = 0;
    double begin = omp_get_wtime(), end = begin;
    for (int i = 0; i < WARM_UP || end - begin < seconds / 4; i++) {
        this_peer.run(state);
        end = omp_get_wtime();
    }
    const double start = end;
    while (n < MOST && (end - start < seconds || n < WARM_UP)) {
        begin = omp_get_wtime();
        this_peer.run(state);
        end = omp_get_wtime();
        sample[n++] = end - begin;
    }
    qsort(sample, (size_t)n, sizeof *sample, compare);
    return (times){ .median = sample[n / 2], .mean = (end - start) / n };
}

static void measure(const peer_network *net, peer_work work, int batch, int threads,
                    double seconds)
{
    omp_set_num_threads(threads);
    void *state = this_peer.create(net, work, batch, threads);
    if (!state)
        return;
    const times t = repeat(state, seconds);
    this_peer.free(state);
    const char *precision = work == PEER_INT8 ? "int8" : "f32";
    if (work == PEER_TRAINING)
        printf("%s train_images_per_s %d %d %g\n", precision, threads, batch,
               batch / t.mean);
    else if (batch == 1)
        printf("%s latency_us %d 1 %g\n", precision, threads, 1e6 * t.median);
    else
        printf("%s images_per_s %d %d %g\n", precision, threads, batch, batch / t.mean);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const int batches[] = { 64, 256, 1024 };
    if (argc != 3) {
        fprintf(stderr, "usage: %s CHAIN SECONDS\n", argv[0]);
        return 2;
    }
    peer_network net;
    read_chain(&net, argv[1]);
    const double seconds = atof(argv[2]);
    for (int work = PEER_F32; work <= PEER_INT8; work++) {
        for (int threads = 1; threads <= THREADS; threads++)
            measure(&net, (peer_work)work, 1, threads, seconds);
        for (int i = 0; i < 3; i++)
            measure(&net, (peer_work)work, batches[i], THREADS, seconds);
    }
    measure(&net, PEER_TRAINING, TRAINING_BATCH, THREADS, seconds);
    return 0;
}
