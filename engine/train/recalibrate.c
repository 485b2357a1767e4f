#include "config.h"

#include "engine/train/recalibrate.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "engine/train/tape.h"

#include <math.h>
#include <stdlib.h>

/* Lanes run in parallel, each ROUNDS batches of IMAGES images. Their number is fixed, so
 * that the sums are the same for any number of threads. */
enum { LANES = 8, IMAGES = 64, ROUNDS = 16 };

typedef struct recalibration_lane {
    dp_tape *tape;
    double *sum; /* [layout->count]: Σ mean and Σ (variance + mean²), in the slots of the
                    running mean and variance */
    dp_code code;
} recalibration_lane;

typedef struct recalibration {
    const dp_recalibrate_job *job;
    dp_spec spec; /* without dropout */
    recalibration_lane lane[LANES];
} recalibration;

static bool has_statistics(const dp_params *layout)
{
    for (int i = 0; i < layout->n; i++)
        if (layout->param[i].role == DP_RUNNING_MEAN)
            return true;
    return false;
}

static void disable_dropout(dp_spec *spec)
{
    for (int i = 0; i < spec->n_layers; i++)
        if (spec->layer[i].kind == DP_OP_DROPOUT)
            spec->layer[i].value = 0;
}

/* Load the random examples `first` … first + IMAGES − 1. */
static dp_code load(const recalibration *r, recalibration_lane *lane, int first)
{
    float *input = dp_tape_input(lane->tape);
    dp_code code = DP_OK;
    for (int i = 0; i < IMAGES && !code; i++) {
        dp_rng rng = dp_rng_stream(r->job->seed, UINT64_MAX, (uint64_t)(first + i));
        int example =
            (int)dp_rng_below(&rng, (uint32_t)dp_mixture_count(r->job->mixture));
        code = dp_mixture_draw(input + (size_t)i * DP_PIXELS, r->job->mixture, example,
                               r->job->augment, &rng, NULL);
    }
    return code;
}

static void add_statistics(const recalibration *r, recalibration_lane *lane)
{
    const float *batch = dp_tape_grad(lane->tape);
    for (int i = 0; i < r->job->layout->n; i++) {
        const dp_param *mean = &r->job->layout->param[i], *var = mean + 1;
        if (mean->role != DP_RUNNING_MEAN)
            continue;
        for (size_t c = 0; c < mean->count; c++) {
            double m = (double)batch[mean->offset + c];
            double v = (double)batch[var->offset + c];
            lane->sum[mean->offset + c] += m;
            lane->sum[var->offset + c] += v + m * m;
        }
    }
}

static void run_lane(const recalibration *r, recalibration_lane *lane, int number,
                     const float *params)
{
    for (int round = 0; round < ROUNDS && !lane->code; round++) {
        lane->code = load(r, lane, (round * LANES + number) * IMAGES);
        if (lane->code)
            return;
        dp_tape_forward(lane->tape, params, IMAGES, r->job->seed, 0);
        add_statistics(r, lane);
    }
}

/* The mean over all batches, summed in the order of the lanes. */
static double mean_of(const recalibration *r, size_t at)
{
    double sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += r->lane[i].sum[at];
    return sum / (LANES * ROUNDS);
}

static void replace_statistics(float *params, const recalibration *r)
{
    for (int i = 0; i < r->job->layout->n; i++) {
        const dp_param *mean = &r->job->layout->param[i], *var = mean + 1;
        if (mean->role != DP_RUNNING_MEAN)
            continue;
        for (size_t c = 0; c < mean->count; c++) {
            double m = mean_of(r, mean->offset + c), square = mean_of(r, var->offset + c);
            params[mean->offset + c] = (float)m;
            params[var->offset + c] = (float)fmax(0, square - m * m);
        }
    }
}

static dp_code create_lanes(recalibration *r, dp_err *err)
{
    const dp_kernels *kernels = r->job->kernels;
    const dp_tape_options options = {
        .spec = &r->spec,
        .layout = r->job->layout,
        .kernels = kernels ? kernels : dp_kernels_best(),
        .max_n = IMAGES,
    };
    dp_code code = DP_OK;
    for (int i = 0; i < LANES && !code; i++) {
        recalibration_lane *lane = &r->lane[i];
        lane->sum = calloc(r->job->layout->count, sizeof *lane->sum);
        code = lane->sum ? dp_tape_create(&lane->tape, &options, err)
                         : dp_fail(err, DP_NOMEM, "no memory for statistics");
    }
    return code;
}

static void clear_lanes(recalibration *r)
{
    for (int i = 0; i < LANES; i++) {
        dp_tape_free(r->lane[i].tape);
        free(r->lane[i].sum);
    }
}

static dp_code run_lanes(recalibration *r, const float *params, int threads, dp_err *err)
{
    dp_code code = DP_OK;
    (void)threads; /* unused without OpenMP */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int i = 0; i < LANES; i++)
        run_lane(r, &r->lane[i], i, params);
    for (int i = 0; i < LANES && !code; i++)
        code = r->lane[i].code;
    return code ? dp_fail(err, code, "no memory to draw examples") : DP_OK;
}

dp_code dp_recalibrate_norms(float *params, const dp_recalibrate_job *job, dp_err *err)
{
    recalibration r = { .job = job, .spec = *job->spec };
    if (!has_statistics(job->layout))
        return DP_OK;
    disable_dropout(&r.spec);
    dp_code code = create_lanes(&r, err);
    if (!code)
        code = run_lanes(&r, params, dp_min_int(dp_threads(job->threads), LANES), err);
    if (!code)
        replace_statistics(params, &r);
    clear_lanes(&r);
    return code;
}
