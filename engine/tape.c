#include "config.h"

#include "engine/tape.h"

#include "engine/arena.h"
#include "engine/op.h"

#include <stdlib.h>
#include <string.h>

struct dp_tape {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    const dp_tape_shared *shared;
    int first;         /* row of shared arrays */
    int first_trained; /* layer: no gradient is needed of what enters it */
    int n;             /* of the last forward */
    dp_arena arena;
    float *activation[DP_MAX_LAYERS + 1]; /* [i] enters layer i */
    float *saved[DP_MAX_LAYERS];
    dp_rng rng[DP_MAX_LAYERS];
    float *scratch;
    float
        *flow[DP_MAX_LAYERS]; /* [i]: the gradient of what leaves layer i; where it is not
                                   shared, two arrays serve by turns */
    float *grad;
};

/* Whether the engine can go backwards through this layer. */
static dp_code check_layer(const dp_spec *spec, int i, dp_err *err)
{
    const dp_layer *layer = &spec->layer[i];
    const dp_op *op = dp_op_get(layer->kind);
    bool plain =
        layer->kind != DP_OP_conv ||
        (layer->groups == 1 && layer->dilation[0] == 1 && layer->dilation[1] == 1);
    if (op->backward && plain)
        return DP_OK;
    return dp_fail(err, DP_USAGE, "layer %d (%s%s): cannot be trained", i, op->name,
                   plain ? "" : " with groups or dilation");
}

/* As much of a call as the sizes depend on. */
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
    dp_op_bind(&call, t->spec, t->layout, i, params, t->grad);
    if (t->shared->dy[i])
        call.grad[DP_WEIGHT] = NULL;
    call.scratch = t->scratch;
    call.saved = t->saved[i];
    call.rng = t->rng[i];
    return call;
}

/* Sizes in floats of everything a tape holds, for n images. */
typedef struct sizes {
    size_t activation[DP_MAX_LAYERS + 1];
    size_t saved[DP_MAX_LAYERS];
    size_t scratch, flow;
} sizes;

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void measure(sizes *s, const dp_tape *t, int n)
{
    *s = (sizes){ 0 };
    for (int i = 0; i <= t->spec->n_layers; i++) {
        const size_t count = (size_t)n * dp_shape_count(t->spec->shape[i]);
        s->activation[i] = t->shared->x[i] ? 0 : count;
        s->flow = max_size(s->flow, count);
    }
    for (int i = 0; i < t->spec->n_layers; i++) {
        const dp_op *op = dp_op_get(t->spec->layer[i].kind);
        dp_op_call call = sizing_call(t, i, n);
        if (op->scratch)
            s->scratch = max_size(s->scratch, op->scratch(&call));
        if (op->saved)
            s->saved[i] = op->saved(&call);
    }
}

static size_t room(const sizes *s, const dp_tape *t)
{
    size_t bytes = dp_arena_room(s->scratch) + 2 * dp_arena_room(s->flow) +
                   dp_arena_room(t->layout->count);
    for (int i = 0; i <= t->spec->n_layers; i++)
        bytes += dp_arena_room(s->activation[i]);
    for (int i = 0; i < t->spec->n_layers; i++)
        bytes += dp_arena_room(s->saved[i]);
    return bytes;
}

/* The tape's rows of a shared array at layer boundary i; NULL where it is not shared. */
static float *rows_of(const dp_tape *t, float *shared, int i)
{
    return shared ? shared + (size_t)t->first * dp_shape_count(t->spec->shape[i]) : NULL;
}

static bool allocate(dp_tape *t, int n)
{
    sizes s;
    measure(&s, t, n);
    if (!dp_arena_init(&t->arena, room(&s, t)))
        return false;
    for (int i = 0; i <= t->spec->n_layers; i++) {
        float *own = dp_arena_floats(&t->arena, s.activation[i]);
        t->activation[i] = s.activation[i] ? own : rows_of(t, t->shared->x[i], i);
    }
    for (int i = 0; i < t->spec->n_layers; i++)
        t->saved[i] = dp_arena_floats(&t->arena, s.saved[i]);
    t->scratch = dp_arena_floats(&t->arena, s.scratch);
    float *turns[2] = { dp_arena_floats(&t->arena, s.flow),
                        dp_arena_floats(&t->arena, s.flow) };
    for (int i = 0; i < t->spec->n_layers; i++) {
        float *shared = rows_of(t, t->shared->dy[i], i + 1);
        t->flow[i] = shared ? shared : turns[i % 2];
    }
    t->grad = dp_arena_floats(&t->arena, t->layout->count);
    return true;
}

dp_code dp_tape_create(dp_tape **out, const dp_spec *spec, const dp_params *layout,
                       const dp_kernels *kernels, int max_n, const dp_tape_shared *shared,
                       int first, dp_err *err)
{
    static const dp_tape_shared nothing = { 0 };
    for (int i = 0; i < spec->n_layers; i++) {
        dp_code code = check_layer(spec, i, err);
        if (code)
            return code;
    }
    dp_tape *t = calloc(1, sizeof *t);
    if (!t)
        return dp_fail(err, DP_NOMEM, "no memory to train");
    t->spec = spec;
    t->layout = layout;
    t->kernels = kernels;
    t->shared = shared ? shared : &nothing;
    t->first = first;
    t->first_trained = layout->n > 0 ? layout->param[0].layer : spec->n_layers;
    if (!allocate(t, max_n)) {
        free(t);
        return dp_fail(err, DP_NOMEM, "no memory to train on %d images at once", max_n);
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
    return t->flow[t->spec->n_layers - 1];
}

static void clear_grad(dp_tape *t)
{
    for (int i = 0; i < t->layout->n; i++) {
        const dp_param *param = &t->layout->param[i];
        if (param->role != DP_WEIGHT || !t->shared->dy[param->layer])
            memset(t->grad + param->offset, 0, param->count * sizeof *t->grad);
    }
}

const float *dp_tape_forward(dp_tape *t, const float *params, int n, uint64_t seed,
                             uint64_t stream)
{
    t->n = n;
    clear_grad(t);
    for (int i = 0; i < t->spec->n_layers; i++) {
        t->rng[i] = dp_rng_stream(seed, stream, (uint64_t)i);
        dp_op_call call = layer_call(t, i, params);
        dp_op_get(call.layer->kind)
            ->forward(&call, t->activation[i], t->activation[i + 1]);
    }
    return t->activation[t->spec->n_layers];
}

void dp_tape_backward(dp_tape *t, const float *params)
{
    for (int i = t->spec->n_layers - 1; i >= t->first_trained; i--) {
        dp_op_call call = layer_call(t, i, params);
        float *dx = i > t->first_trained ? t->flow[i - 1] : NULL;
        dp_op_get(call.layer->kind)
            ->backward(&call, t->activation[i], t->activation[i + 1], t->flow[i], dx);
    }
}

const float *dp_tape_grad(const dp_tape *t)
{
    return t->grad;
}
