#include "config.h"

#include "engine/infer/model.h"

#include "engine/core/arena.h"
#include "engine/net/fold.h"
#include "engine/infer/f32_plan.h"
#include "engine/infer/int8_plan.h"
#include "engine/infer/model_internal.h"
#include "engine/quant/quant.h"

#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dp_model {
    atomic_int refs;
    dp_model_info info;
    const dp_kernels *kernels;
    const dp_executor *executor;
    const void *plan; /* f32_plan, int8_plan or, for the 8-bit reference, quant */
    dp_spec spec;     /* not folded; likewise layout and params */
    dp_params layout;
    float *params; /* from malloc() */
    dp_fold fold;
    float *folded; /* the parameters of fold.spec; may be `params` */
    dp_f32_plan f32_plan;
    float *packed;  /* the weights, as the plan reads them */
    dp_arena arena; /* holds the last two arrays */

    /* An 8-bit model has these instead of params, fold, folded and f32_plan. */
    const dp_quant *quant;   /* NULL for a float model */
    dp_int8_plan *int8_plan; /* NULL for the reference */
    _Atomic(float *)
        floats; /* the dequantised parameters; NULL until the first request */
};

/* ---- checks ---------------------------------------------------------------------- */

/* No branches, so that the loop is vectorised: each start checks all parameters. */
static bool all_finite(const float *v, size_t n)
{
    int any_other = 0;
    for (size_t i = 0; i < n; i++)
        any_other |= !(fabsf(v[i]) <= FLT_MAX);
    return !any_other;
}

static dp_code check_params(const dp_params *layout, const float *params, dp_err *err)
{
    for (int i = 0; i < layout->n; i++) {
        const dp_param *p = &layout->param[i];
        const char *role = dp_role_name(p->role);
        if (p->role != DP_RUNNING_VAR && all_finite(params + p->offset, p->count))
            continue;
        for (size_t j = 0; j < p->count; j++) {
            const float v = params[p->offset + j];
            if (!isfinite(v))
                return dp_fail(err, DP_MODEL, "%d.%s[%zu] is not a finite number",
                               p->layer, role, j);
            if (p->role == DP_RUNNING_VAR && v < 0)
                return dp_fail(err, DP_MODEL, "%d.%s[%zu] is negative", p->layer, role,
                               j);
        }
    }
    return DP_OK;
}

/* Finite parameters can overflow when they are folded. */
static dp_code check_folded(const dp_model *m, dp_err *err)
{
    if (all_finite(m->folded, m->fold.layout.count))
        return DP_OK;
    return dp_fail(err, DP_MODEL, "folding the batch norms overflows");
}

dp_code dp_model_check_digits(const dp_model *m, dp_err *err)
{
    const dp_shape in = m->spec.shape[0], out = m->spec.shape[m->spec.n_layers];
    if (in.c == 1 && in.h == DP_SIDE && in.w == DP_SIDE &&
        dp_shape_count(out) == DP_DIGITS)
        return DP_OK;
    return dp_fail(err, DP_MODEL,
                   "the network maps %d x %d x %d to %d x %d x %d; a digit network maps "
                   "1 x %d x %d to %d",
                   in.c, in.h, in.w, out.c, out.h, out.w, DP_SIDE, DP_SIDE, DP_DIGITS);
}

/* ---- creation -------------------------------------------------------------------- */

static float *take(dp_model *m, size_t n_floats)
{
    return dp_arena_take(&m->arena, n_floats * sizeof(float));
}

static void place_arrays(dp_model *m)
{
    if (!dp_fold_is_identity(&m->fold, &m->layout))
        m->folded = take(m, m->fold.layout.count);
    m->packed = take(m, dp_f32_plan_packed_size(&m->f32_plan));
}

static bool allocate(dp_model *m)
{
    place_arrays(m);
    if (!dp_arena_alloc(&m->arena))
        return false;
    place_arrays(m);
    return true;
}

static void set_info(dp_model *m, const dp_model_info *info, const dp_kernels *kernels)
{
    atomic_init(&m->refs, 1);
    m->info.norm = info->norm;
    m->info.norm_assumed = info->norm_assumed;
    m->info.scores = info->scores;
    m->info.newer_opset = info->newer_opset;
    memcpy(m->info.arch_assumed, info->arch_assumed, sizeof m->info.arch_assumed);
    m->info.trust = info->trust;
    m->info.accuracy = info->accuracy;
    snprintf(m->info.name, sizeof m->info.name, "%.*s", (int)sizeof m->info.name - 1,
             info->name);
    m->kernels = kernels ? kernels : dp_kernels_best();
}

/* Fold the chain and plan it. */
static dp_code prepare(dp_model *m, const dp_spec *spec, dp_err *err)
{
    m->spec = *spec;
    dp_code code = dp_params_layout(&m->layout, spec, err);
    if (code == DP_OK)
        code = dp_fold_plan(&m->fold, spec, err);
    if (code == DP_OK)
        dp_f32_plan_make(&m->f32_plan, &m->fold.spec, &m->fold.layout, m->kernels);
    return code;
}

static dp_code no_memory_for(size_t count, dp_err *err)
{
    return dp_fail(err, DP_NOMEM, "no memory for a network of %zu parameters", count);
}

/* Fold and pack m->params. */
static dp_code fill(dp_model *m, dp_err *err)
{
    dp_code code = check_params(&m->layout, m->params, err);
    if (code != DP_OK)
        return code;
    if (!allocate(m))
        return no_memory_for(m->layout.count, err);
    if (m->folded)
        dp_fold_params(m->folded, &m->fold, &m->spec, &m->layout, m->params);
    else
        m->folded = m->params;
    code = check_folded(m, err);
    if (code == DP_OK)
        dp_f32_plan_pack(&m->f32_plan, m->folded, m->packed);
    return code;
}

dp_code dp_model_adopt(dp_model **out, const dp_spec *spec, float **params,
                       const dp_model_info *info, const dp_kernels *kernels, dp_err *err)
{
    dp_model *m = calloc(1, sizeof *m);
    if (!m)
        return dp_fail(err, DP_NOMEM, "no memory for a network");
    set_info(m, info, kernels);
    m->executor = &dp_f32_executor;
    m->plan = &m->f32_plan;
    m->params = *params;
    dp_code code = prepare(m, spec, err);
    if (code == DP_OK)
        code = fill(m, err);
    if (code == DP_OK) {
        *out = m;
        *params = NULL;
    } else {
        m->params = NULL;
        dp_model_unref(m);
    }
    return code;
}

dp_code dp_model_create(dp_model **out, const dp_spec *spec, const float *params,
                        const dp_model_info *info, const dp_kernels *kernels, dp_err *err)
{
    dp_params layout;
    dp_code code = dp_params_layout(&layout, spec, err);
    if (code)
        return code;
    float *copy = malloc((layout.count + 1) * sizeof *copy);
    if (!copy)
        return no_memory_for(layout.count, err);
    if (layout.count > 0)
        memcpy(copy, params, layout.count * sizeof *copy);
    code = dp_model_adopt(out, spec, &copy, info, kernels, err);
    free(copy);
    return code;
}

dp_code dp_model_create_int8(dp_model **out, const dp_quant *quant,
                             const dp_model_info *info, const dp_kernels *kernels,
                             dp_err *err)
{
    dp_model *m = calloc(1, sizeof *m);
    if (!m)
        return dp_fail(err, DP_NOMEM, "no memory for a network");
    set_info(m, info, kernels);
    m->info.norm = quant->norm;
    m->quant = dp_quant_ref(quant);
    m->spec = quant->spec;
    m->layout = quant->layout;
    m->executor = &dp_int8_reference_executor;
    m->plan = quant;
    if (m->kernels->int8) {
        dp_code code = dp_int8_plan_create(&m->int8_plan, quant, m->kernels->int8, err);
        if (code) {
            dp_model_unref(m);
            return code;
        }
        m->executor = &dp_int8_executor;
        m->plan = m->int8_plan;
    }
    *out = m;
    return DP_OK;
}

/* The reference count changes in a model that is otherwise immutable, so the cast from
 * const is safe. */
static atomic_int *refs(const dp_model *m)
{
    return (atomic_int *)&m->refs;
}

const dp_model *dp_model_ref(const dp_model *m)
{
    atomic_fetch_add_explicit(refs(m), 1, memory_order_relaxed);
    return m;
}

void dp_model_unref(const dp_model *m)
{
    if (!m || atomic_fetch_sub_explicit(refs(m), 1, memory_order_acq_rel) > 1)
        return;
    dp_model *last = (dp_model *)m;
    free(last->params);
    dp_arena_clear(&last->arena);
    dp_int8_plan_free(last->int8_plan);
    dp_quant_unref(last->quant);
    free(atomic_load(&last->floats));
    free(last);
}

/* ---- access ---------------------------------------------------------------------- */

const dp_model_info *dp_model_get_info(const dp_model *m)
{
    return &m->info;
}

const dp_spec *dp_model_spec(const dp_model *m)
{
    return &m->spec;
}

const dp_params *dp_model_layout(const dp_model *m)
{
    return &m->layout;
}

/* If two threads call this at once, the first one to finish stores its copy, and the
 * other one drops its own. */
static const float *dequantise(dp_model *m)
{
    float *stored = atomic_load(&m->floats);
    if (stored)
        return stored;
    float *floats = malloc((m->layout.count + 1) * sizeof *floats);
    if (!floats)
        return NULL;
    dp_quant_floats(floats, m->quant);
    if (atomic_compare_exchange_strong(&m->floats, &stored, floats))
        return floats;
    free(floats);
    return stored;
}

const float *dp_model_params(const dp_model *m)
{
    return m->quant ? dequantise((dp_model *)m) : m->params;
}

dp_folded dp_model_folded(const dp_model *m)
{
    if (m->quant)
        return (dp_folded){ &m->spec, &m->layout, dp_model_params(m) };
    return (dp_folded){ &m->fold.spec, &m->fold.layout, m->folded };
}

const dp_quant *dp_model_quant(const dp_model *m)
{
    return m->quant;
}

const dp_kernels *dp_model_kernels(const dp_model *m)
{
    return m->kernels;
}

const dp_executor *dp_model_executor(const dp_model *m)
{
    return m->executor;
}

const void *dp_model_plan(const dp_model *m)
{
    return m->plan;
}
