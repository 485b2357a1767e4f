#include "config.h"

#include "engine/train/recalibrate.h"

#include "engine/train/tape.h"
#include "engine/core/openmp.h"

#include <math.h>
#include <stdlib.h>

enum { LANES = 8, IMAGES = 64, ROUNDS = 16 };

/* What runs at the same time: a tape, and what it has seen. */
typedef struct lane {
    dp_tape *tape;
    double *sum; /* [layout->count]: of means m and of v + m², in the statistics' slots */
    dp_code code;
} lane;

typedef struct settling {
    dp_spec spec; /* without dropout */
    const dp_params *layout;
    const dp_mixture *mixture;
    const dp_augment *augment;
    uint64_t seed;
    lane lane[LANES];
} settling;

static bool has_statistics(const dp_params *layout)
{
    for (int i = 0; i < layout->n; i++)
        if (layout->param[i].role == DP_RUNNING_MEAN)
            return true;
    return false;
}

static void silence_dropout(dp_spec *spec)
{
    for (int i = 0; i < spec->n_layers; i++)
        if (spec->layer[i].kind == DP_OP_DROPOUT)
            spec->layer[i].value = 0;
}

/* Examples `first` and following in an order of the seed's own. */
static dp_code load(const settling *s, lane *l, int first)
{
    float *input = dp_tape_input(l->tape);
    dp_code code = DP_OK;
    for (int i = 0; i < IMAGES && !code; i++) {
        dp_rng rng = dp_rng_stream(s->seed, UINT64_MAX, (uint64_t)(first + i));
        int example = (int)dp_rng_below(&rng, (uint32_t)dp_mixture_count(s->mixture));
        uint8_t label;
        code = dp_mixture_draw(input + (size_t)i * DP_PIXELS, &label, s->mixture, example,
                               s->augment, &rng, NULL);
    }
    return code;
}

static void add_statistics(const settling *s, lane *l)
{
    const float *seen = dp_tape_grad(l->tape);
    for (int i = 0; i < s->layout->n; i++) {
        const dp_param *mean = &s->layout->param[i], *var = mean + 1;
        if (mean->role != DP_RUNNING_MEAN)
            continue;
        for (size_t c = 0; c < mean->count; c++) {
            double m = (double)seen[mean->offset + c], v = (double)seen[var->offset + c];
            l->sum[mean->offset + c] += m;
            l->sum[var->offset + c] += v + m * m;
        }
    }
}

static void run_lane(const settling *s, lane *l, int number, const float *params)
{
    for (int round = 0; round < ROUNDS && !l->code; round++) {
        l->code = load(s, l, (round * LANES + number) * IMAGES);
        if (l->code)
            return;
        dp_tape_forward(l->tape, params, IMAGES, s->seed, 0);
        add_statistics(s, l);
    }
}

/* The mean over all lanes, always in their order. */
static double mean_of(const settling *s, size_t at)
{
    double sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += s->lane[i].sum[at];
    return sum / (LANES * ROUNDS);
}

static void replace(float *params, const settling *s)
{
    for (int i = 0; i < s->layout->n; i++) {
        const dp_param *mean = &s->layout->param[i], *var = mean + 1;
        if (mean->role != DP_RUNNING_MEAN)
            continue;
        for (size_t c = 0; c < mean->count; c++) {
            double m = mean_of(s, mean->offset + c), square = mean_of(s, var->offset + c);
            params[mean->offset + c] = (float)m;
            params[var->offset + c] = (float)fmax(0, square - m * m);
        }
    }
}

static dp_code create_lanes(settling *s, const dp_kernels *kernels, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < LANES && !code; i++) {
        lane *l = &s->lane[i];
        l->sum = calloc(s->layout->count, sizeof *l->sum);
        code = l->sum ? dp_tape_create(&l->tape, &s->spec, s->layout, kernels, IMAGES,
                                       NULL, 0, err)
                      : dp_fail(err, DP_NOMEM, "no memory for statistics");
    }
    return code;
}

static void clear_lanes(settling *s)
{
    for (int i = 0; i < LANES; i++) {
        dp_tape_free(s->lane[i].tape);
        free(s->lane[i].sum);
    }
}

static dp_code run_lanes(settling *s, const float *params, int threads, dp_err *err)
{
    dp_code code = DP_OK;
    (void)threads; /* as it is without OpenMP */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int i = 0; i < LANES; i++)
        run_lane(s, &s->lane[i], i, params);
    for (int i = 0; i < LANES && !code; i++)
        code = s->lane[i].code;
    return code ? dp_fail(err, code, "no memory to draw examples") : DP_OK;
}

dp_code dp_recalibrate_norms(float *params, const dp_spec *spec, const dp_params *layout,
                             const dp_mixture *mixture, const dp_augment *augment,
                             uint64_t seed, int threads, const dp_kernels *kernels,
                             dp_err *err)
{
    settling s = { .spec = *spec,
                   .layout = layout,
                   .mixture = mixture,
                   .augment = augment,
                   .seed = seed };
    if (!has_statistics(layout))
        return DP_OK;
    silence_dropout(&s.spec);
    threads = dp_threads(threads);
    dp_code code = create_lanes(&s, kernels ? kernels : dp_kernels_best(), err);
    if (!code)
        code = run_lanes(&s, params, threads < LANES ? threads : LANES, err);
    if (!code)
        replace(params, &s);
    clear_lanes(&s);
    return code;
}
