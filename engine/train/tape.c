#include "config.h"

#include "engine/train/tape.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/train/channel_fusion.h"

#include <stdlib.h>
#include <string.h>

struct dp_tape {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    const dp_tape_shared *shared;
    int first;         /* the first row in the shared arrays */
    int first_trained; /* the first layer with parameters; the backward pass ends here */
    int n;             /* images of the last forward pass */
    dp_arena arena;
    /* [i]: the length of the fused run that begins with layer i. */
    int fused[DP_MAX_LAYERS + 1];
    /* [i]: the input of layer i and its gradient; NULL within a fused run. */
    float *activation[DP_MAX_LAYERS + 1], *gradient[DP_MAX_LAYERS + 1];
    float *saved[DP_MAX_LAYERS];
    dp_rng rng[DP_MAX_LAYERS];
    float *scratch;
    /* For the fused run that is running: its activations, then two gradients. */
    float *fused_buffer[DP_MAX_FUSED + 2];
    float *grad;
};

/* The fields of a call that its sizes depend on. */
static dp_op_call sizing_call(const dp_tape *t, int i, int n)
{
    return (dp_op_call){
        .layer = &t->spec->layer[i],
        .in = t->spec->shape[i],
        .out = t->spec->shape[i + 1],
        .n = n,
        .kernels = t->kernels,
        .packed = t->shared->packed[i],
        .training = true,
    };
}

static dp_op_call layer_call(const dp_tape *t, int i, const float *params)
{
    dp_op_call call = sizing_call(t, i, t->n);
    dp_params_bind(&call, t->spec, t->layout, i, params, t->grad);
    if (t->shared->dy[i])
        call.grad[DP_WEIGHT] = NULL;
    call.scratch = t->scratch;
    call.saved = t->saved[i];
    call.rng = t->rng[i];
    return call;
}

/* The sizes in floats of the arrays of a tape. */
typedef struct sizes {
    size_t activation[DP_MAX_LAYERS + 1];
    size_t saved[DP_MAX_LAYERS];
    size_t scratch, gradient, fused_buffer;
} sizes;

static void measure_layer(sizes *s, const dp_tape *t, int i, int n)
{
    const dp_op *op = dp_op_get(t->spec->layer[i].kind);
    const dp_op_call call = sizing_call(t, i, n);
    if (op->scratch)
        s->scratch = dp_max_size(s->scratch, op->scratch(&call));
    if (op->saved)
        s->saved[i] = op->saved(&call);
}

static void measure(sizes *s, const dp_tape *t, int n)
{
    *s = (sizes){ 0 };
    for (int i = 0; i <= t->spec->n_layers; i += t->fused[i]) {
        const size_t count = (size_t)n * dp_shape_count(t->spec->shape[i]);
        s->activation[i] = t->shared->x[i] ? 0 : count;
        s->gradient = dp_max_size(s->gradient, count);
        if (i < t->spec->n_layers)
            s->fused_buffer = dp_max_size(s->fused_buffer,
                                          dp_fused_buffer_size(t->spec, i, t->fused[i]));
    }
    for (int i = 0; i < t->spec->n_layers; i++)
        measure_layer(s, t, i, n);
}

enum { FUSED_BUFFERS = DP_MAX_FUSED + 2 };

static float *take(dp_tape *t, size_t n_floats)
{
    return dp_arena_take(&t->arena, n_floats * sizeof(float));
}

/* The tape's rows of a shared array of inputs of layer i. */
static float *rows_of(const dp_tape *t, float *shared, int i)
{
    return shared + (size_t)t->first * dp_shape_count(t->spec->shape[i]);
}

/* Activation gradients alternate between two buffers. */
static void place_gradients(dp_tape *t, size_t size)
{
    float *buffer[2] = { take(t, size), take(t, size) };
    for (int i = 0, k = 0; i <= t->spec->n_layers; i += t->fused[i], k ^= 1) {
        float *shared = i > 0 ? t->shared->dy[i - 1] : NULL;
        t->gradient[i] = shared ? rows_of(t, shared, i) : buffer[k];
    }
}

static void place_arrays(dp_tape *t, const sizes *s)
{
    for (int i = 0; i <= t->spec->n_layers; i += t->fused[i])
        t->activation[i] =
            t->shared->x[i] ? rows_of(t, t->shared->x[i], i) : take(t, s->activation[i]);
    for (int i = 0; i < t->spec->n_layers; i++)
        t->saved[i] = take(t, s->saved[i]);
    t->scratch = take(t, s->scratch);
    for (int i = 0; i < FUSED_BUFFERS; i++)
        t->fused_buffer[i] = take(t, s->fused_buffer);
    place_gradients(t, s->gradient);
    t->grad = take(t, t->layout->count);
}

static bool allocate(dp_tape *t, int n)
{
    sizes s;
    measure(&s, t, n);
    place_arrays(t, &s);
    if (!dp_arena_alloc(&t->arena))
        return false;
    place_arrays(t, &s);
    return true;
}

dp_code dp_tape_create(dp_tape **out, const dp_tape_options *options, dp_err *err)
{
    static const dp_tape_shared nothing = { 0 };
    const dp_spec *spec = options->spec;
    const dp_params *layout = options->layout;
    for (int i = 0; i < spec->n_layers; i++) {
        const dp_layer *layer = &spec->layer[i];
        dp_code code = dp_op_check_trainable(layer, err);
        if (code)
            return dp_fail_in(err, code, "layer %d (%s)", i,
                              dp_op_get(layer->kind)->name);
    }
    dp_tape *t = calloc(1, sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory to train");
    t->spec = spec;
    t->layout = layout;
    t->kernels = options->kernels;
    t->shared = options->shared ? options->shared : &nothing;
    t->first = options->first;
    t->first_trained = layout->n > 0 ? layout->param[0].layer : spec->n_layers;
    for (int i = 0; i < spec->n_layers; i++)
        t->fused[i] = dp_fused_length(spec, i);
    t->fused[spec->n_layers] = 1; /* so that loops over runs end */
    if (!allocate(t, options->max_n)) {
        free(t);
        return dp_fail(err, DP_NOMEM, "no memory to train on %d images at once",
                       options->max_n);
    }
    *out = t;
    return DP_OK;
}

void dp_tape_free(dp_tape *t)
{
    if (!t)
        return;
    dp_arena_clear(&t->arena);
    free(t);
}

float *dp_tape_input(dp_tape *t)
{
    return t->activation[0];
}

float *dp_tape_output_grad(dp_tape *t)
{
    return t->gradient[t->spec->n_layers];
}

static void clear_grad(dp_tape *t)
{
    for (int i = 0; i < t->layout->n; i++) {
        const dp_param *param = &t->layout->param[i];
        if (param->role != DP_WEIGHT || !t->shared->dy[param->layer])
            memset(t->grad + param->offset, 0, param->count * sizeof *t->grad);
    }
}

static dp_fused fused_from(const dp_tape *t, int i, const float *params)
{
    dp_fused s = { .n = t->fused[i] };
    s.channels = dp_fused_channels(t->spec, i, s.n);
    for (int j = 0; j < s.n; j++) {
        s.call[j] = layer_call(t, i + j, params);
        s.between[j] = t->fused_buffer[j];
    }
    s.gradient[0] = t->fused_buffer[DP_MAX_FUSED];
    s.gradient[1] = t->fused_buffer[DP_MAX_FUSED + 1];
    return s;
}

/* Run the layer or the fused run that begins with layer i. */
static void layers_forward(dp_tape *t, int i, const float *params)
{
    const float *x = t->activation[i];
    float *y = t->activation[i + t->fused[i]];
    if (t->fused[i] > 1) {
        const dp_fused s = fused_from(t, i, params);
        dp_fused_forward(&s, x, y);
        return;
    }
    const dp_op_call call = layer_call(t, i, params);
    const dp_op *op = dp_op_get(call.layer->kind);
    if (op->measure)
        op->measure(&call, x);
    op->forward(&call, x, y);
}

const float *dp_tape_forward(dp_tape *t, const float *params, int n, uint64_t seed,
                             uint64_t stream)
{
    t->n = n;
    clear_grad(t);
    for (int i = 0; i < t->spec->n_layers; i++)
        t->rng[i] = dp_rng_stream(seed, stream, (uint64_t)i);
    for (int i = 0; i < t->spec->n_layers; i += t->fused[i])
        layers_forward(t, i, params);
    return t->activation[t->spec->n_layers];
}

/* Move rows image: [n] of an array to its start. */
static void keep_rows(float *array, size_t row, const int *image, int n)
{
    for (int i = 0; i < n; i++)
        if (image[i] != i)
            memcpy(array + (size_t)i * row, array + (size_t)image[i] * row,
                   row * sizeof *array);
}

/* Keep what a layer saved for these images. */
static void keep_saved(const dp_tape *t, int i, const int *image, int n)
{
    const dp_op *op = dp_op_get(t->spec->layer[i].kind);
    const dp_op_call call = sizing_call(t, i, 1);
    if (op->saved && !op->by_channel)
        keep_rows(t->saved[i], op->saved(&call), image, n);
}

void dp_tape_keep(dp_tape *t, const int *image, int n)
{
    const int layers = t->spec->n_layers;
    for (int i = 0; i <= layers; i++)
        if (t->activation[i])
            keep_rows(t->activation[i], dp_shape_count(t->spec->shape[i]), image, n);
    for (int i = 0; i < layers; i++) {
        const size_t row = dp_shape_count(t->spec->shape[i + 1]);
        keep_saved(t, i, image, n);
        if (i + 1 == layers)
            keep_rows(t->gradient[layers], row, image, n);
        if (t->shared->dy[i]) /* the others add nothing to the shared product */
            memset(t->gradient[i + 1] + (size_t)n * row, 0,
                   (size_t)(t->n - n) * row * sizeof(float));
    }
    t->n = n;
}

static void layers_backward(dp_tape *t, int i, const float *params)
{
    const int next = i + t->fused[i];
    const float *x = t->activation[i], *y = t->activation[next], *dy = t->gradient[next];
    const bool wanted = i > t->first_trained;
    if (t->fused[i] > 1) {
        const dp_fused s = fused_from(t, i, params);
        dp_fused_backward(&s, x, y, dy, t->gradient[i], wanted);
        return;
    }
    const dp_op_call call = layer_call(t, i, params);
    const dp_op *op = dp_op_get(call.layer->kind);
    if (op->collect)
        op->collect(&call, x, dy);
    op->backward(&call, x, y, dy, wanted ? t->gradient[i] : NULL);
}

void dp_tape_backward(dp_tape *t, const float *params)
{
    for (int i = t->spec->n_layers - 1; i >= t->first_trained; i--)
        if (t->activation[i])
            layers_backward(t, i, params);
}

const float *dp_tape_grad(const dp_tape *t)
{
    return t->grad;
}
