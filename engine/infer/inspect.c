#include "config.h"

#include "engine/infer/inspect.h"

#include "engine/core/arena.h"
#include "engine/core/arith.h"
#include "engine/infer/model_internal.h"

#include <stdlib.h>
#include <string.h>

/* Midpoints between the blank image and the image that is explained. */
enum { STEPS = 12 };

struct dp_inspect {
    const dp_model *model; /* a reference */
    dp_folded chain;       /* of that model */
    float norm[256];
    bool explains;
    dp_arena arena;
    float
        *activation[DP_MAX_LAYERS + 1]; /* [i]: the input of layer i, [STEPS, shape[i]] */
    float *gradient[2]; /* activation gradients, alternating from layer to layer */
    float *scratch;
};

/* ---- creation -------------------------------------------------------------------- */

/* Batch norm differentiates its inference form; the other ops have a backward pass in
 * training mode only. */
static dp_op_call layer_call(const dp_inspect *s, int i, int n, bool backward)
{
    dp_op_call call = { .n = n, .kernels = dp_model_kernels(s->model) };
    dp_params_bind(&call, s->chain.spec, s->chain.layout, i, s->chain.params, NULL);
    call.training = backward && call.layer->kind != DP_OP_BN;
    call.scratch = s->scratch;
    return call;
}

static bool has_backward(const dp_spec *spec)
{
    for (int i = 0; i < spec->n_layers; i++)
        if (dp_op_check_trainable(&spec->layer[i], NULL) != DP_OK)
            return false;
    return true;
}

static size_t largest_activation(const dp_spec *spec)
{
    size_t most = 0;
    for (int i = 0; i <= spec->n_layers; i++)
        most = dp_max_size(most, dp_shape_count(spec->shape[i]));
    return most;
}

static size_t largest_scratch(const dp_inspect *s)
{
    size_t most = 0;
    for (int i = 0; i < s->chain.spec->n_layers; i++) {
        const dp_op *op = dp_op_get(s->chain.spec->layer[i].kind);
        for (int backward = 0; op->scratch && backward <= s->explains; backward++) {
            dp_op_call call = layer_call(s, i, STEPS, backward);
            most = dp_max_size(most, op->scratch(&call));
        }
    }
    return most;
}

static float *take(dp_arena *arena, size_t n_floats)
{
    return dp_arena_take(arena, n_floats * sizeof(float));
}

static void place_arrays(dp_inspect *s)
{
    const dp_spec *spec = s->chain.spec;
    const size_t gradient = STEPS * largest_activation(spec);
    s->gradient[0] = take(&s->arena, gradient);
    s->gradient[1] = take(&s->arena, gradient);
    s->scratch = take(&s->arena, largest_scratch(s));
    for (int i = 0; i <= spec->n_layers; i++)
        s->activation[i] = take(&s->arena, STEPS * dp_shape_count(spec->shape[i]));
}

static bool allocate(dp_inspect *s)
{
    place_arrays(s);
    if (!dp_arena_alloc(&s->arena))
        return false;
    place_arrays(s);
    return true;
}

dp_code dp_inspect_create(dp_inspect **out, const dp_model *m, dp_err *err)
{
    dp_inspect *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory to inspect the network");
    s->model = dp_model_ref(m);
    s->chain = dp_model_folded(m);
    s->explains = has_backward(s->chain.spec);
    dp_norm_table(s->norm, dp_model_get_info(m)->norm);
    if (!s->chain.params || !allocate(s)) {
        dp_inspect_free(s);
        return dp_fail(err, DP_NOMEM, "no memory to inspect the network");
    }
    *out = s;
    return DP_OK;
}

void dp_inspect_free(dp_inspect *s)
{
    if (!s)
        return;
    dp_arena_clear(&s->arena);
    dp_model_unref(s->model);
    free(s);
}

const dp_spec *dp_inspect_spec(const dp_inspect *s)
{
    return s->chain.spec;
}

bool dp_inspect_explains(const dp_inspect *s)
{
    return s->explains;
}

/* ---- running --------------------------------------------------------------------- */

static void forward(dp_inspect *s, int n)
{
    for (int i = 0; i < s->chain.spec->n_layers; i++) {
        dp_op_call call = layer_call(s, i, n, false);
        dp_op_get(call.layer->kind)
            ->forward(&call, s->activation[i], s->activation[i + 1]);
    }
}

/* The gradient of the input, [n, 784], for the gradient dy of each image's logits. Valid
 * until the next call. */
static const float *backward(dp_inspect *s, int n, const float dy[DP_DIGITS])
{
    const int last = s->chain.spec->n_layers;
    for (int i = 0; i < n; i++)
        memcpy(s->gradient[last % 2] + (size_t)i * DP_DIGITS, dy, DP_DIGITS * sizeof *dy);
    for (int i = last - 1; i >= 0; i--) {
        dp_op_call call = layer_call(s, i, n, true);
        dp_op_get(call.layer->kind)
            ->backward(&call, s->activation[i], s->activation[i + 1],
                       s->gradient[(i + 1) % 2], s->gradient[i % 2]);
    }
    return s->gradient[0];
}

void dp_inspect_run(dp_inspect *s, const uint8_t pixels[DP_PIXELS])
{
    for (int i = 0; i < DP_PIXELS; i++)
        s->activation[0][i] = s->norm[pixels[i]];
    forward(s, 1);
}

const float *dp_inspect_activation(const dp_inspect *s, int i)
{
    return s->activation[i + 1];
}

void dp_inspect_gradient(dp_inspect *s, const float *x, const float dy[DP_DIGITS],
                         float *dx)
{
    memcpy(s->activation[0], x, DP_PIXELS * sizeof *x);
    forward(s, 1);
    memcpy(dx, backward(s, 1, dy), DP_PIXELS * sizeof *dx);
}

void dp_inspect_shares(dp_inspect *s, float share[DP_PIXELS],
                       const uint8_t pixels[DP_PIXELS], const float weight[DP_DIGITS])
{
    const float blank = s->norm[0];
    for (int k = 0; k < STEPS; k++) {
        const float fraction = ((float)k + 0.5f) / STEPS;
        float *x = s->activation[0] + (size_t)k * DP_PIXELS;
        for (int i = 0; i < DP_PIXELS; i++)
            x[i] = blank + fraction * (s->norm[pixels[i]] - blank);
    }
    forward(s, STEPS);
    const float *dx = backward(s, STEPS, weight);
    for (int i = 0; i < DP_PIXELS; i++) {
        float sum = 0;
        for (int k = 0; k < STEPS; k++)
            sum += dx[(size_t)k * DP_PIXELS + (size_t)i];
        share[i] = sum / STEPS * (s->norm[pixels[i]] - blank);
    }
}
