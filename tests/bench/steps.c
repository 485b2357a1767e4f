/* steps [KERNELS [NETWORK]]: the time of each step of a network's execution plan on one
 * thread, and its share of the peak. Without NETWORK, of five reference networks. Not a
 * test, but built with them. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/train/init.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/peak.h"
#include "engine/infer/f32_plan.h"
#include "engine/core/rng.h"
#include "tui/cli/progress.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const chains[] = {
    "flatten | dense 128 | relu | dense 64 | relu | dense 10",
    "flatten | dense 512 | relu | dense 512 | relu | dense 10",
    "conv 64 3 | gelu | maxpool 2 | conv 64 3 | gelu | maxpool 2 | flatten | dense 128 | "
    "gelu | dense 128 | gelu | dense 10",
    "conv 32 3 pad=1 | relu | maxpool 2 | conv 64 3 pad=1 | relu | maxpool 2 | flatten | "
    "dense 128 | relu | dense 10",
    "conv 32 5 pad=2 | relu | maxpool 2 | conv 64 3 pad=1 | relu | maxpool 2 | "
    "conv 128 3 pad=1 | relu | maxpool 2 | flatten | dense 256 | relu | dense 10",
};

static float *floats(size_t n)
{
    float *v = aligned_alloc(64, dp_round_up(n * sizeof *v + 64, 64));
    dp_rng rng = dp_rng_stream(1, n, 0);
    for (size_t i = 0; v && i < n; i++)
        v[i] = dp_rng_range(&rng, -0.1f, 1);
    return v;
}

/* Seconds of the fastest of 300 runs of step i on n images. */
static double fastest(const dp_f32_plan *plan, int i, int n)
{
    const dp_f32_step *s = &plan->step[i];
    float *x = floats((size_t)n * dp_image_layout_size(&s->in));
    float *y = floats((size_t)n * dp_image_layout_size(&s->out));
    float *scratch = floats(dp_f32_executor.scratch(plan, i, n) / sizeof *scratch + 1);
    const dp_step_call call = { .plan = plan,
                                .step = i,
                                .n = n,
                                .x = x,
                                .y = y,
                                .scratch = scratch,
                                .part = { 0, 1 } };
    double best = 1;
    for (int run = 0; run < 300; run++) {
        const double begin = dp_progress_clock();
        dp_f32_executor.run(&call);
        const double took = dp_progress_clock() - begin;
        best = took < best ? took : best;
    }
    free(x);
    free(y);
    free(scratch);
    return best;
}

static void show(const dp_f32_plan *plan, double peak)
{
    static const char *const kinds[] = { "op",   "to_nhwc",  "to_nchw",
                                         "conv", "winograd", "dense" };
    static const int batches[] = { 1, 4, 48 };
    for (int i = 0; i < plan->n_steps; i++) {
        const dp_f32_step *s = &plan->step[i];
        const double work = 2 * (double)dp_f32_executor.traits(plan, i).macs;
        printf("  %-8s", kinds[s->kind]);
        for (int b = 0; b < 3; b++) {
            const double took = fastest(plan, i, batches[b]) / batches[b];
            printf("  %7.2f us %4.0f %%", took * 1e6, 100 * work / took / peak);
        }
        putchar('\n');
    }
}

static int bench(const char *text, const dp_kernels *kernels, double peak)
{
    dp_spec spec;
    dp_params layout;
    dp_f32_plan plan;
    dp_err err;
    if (dp_spec_parse(&spec, text, (dp_shape){ 1, DP_SIDE, DP_SIDE }, &err) ||
        dp_params_layout(&layout, &spec, &err)) {
        fprintf(stderr, "steps: %s\n", err.msg);
        return EXIT_FAILURE;
    }
    dp_f32_plan_make(&plan, &spec, &layout, kernels);
    float *params = floats(layout.count),
          *packed = floats(dp_f32_plan_packed_size(&plan));
    dp_init_params(params, &layout, 1);
    double packing = 1;
    for (int run = 0; run < 5; run++) {
        const double begin = dp_progress_clock();
        dp_f32_plan_pack(&plan, params, packed);
        const double took = dp_progress_clock() - begin;
        packing = took < packing ? took : packing;
    }
    printf("%s\n  packed in %.0f us; time per image and share of peak of each step, on "
           "batches of 1, 4 and 48\n",
           text, packing * 1e6);
    show(&plan, peak);
    free(params);
    free(packed);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const dp_kernels *kernels = argc > 1 ? dp_kernels_named(argv[1]) : dp_kernels_best();
    if (!kernels) {
        fprintf(stderr, "steps: '%s': no such kernels, or not supported by this CPU\n",
                argv[1]);
        return EXIT_FAILURE;
    }
    const double peak = dp_peak_measure(kernels, false, 1, 0.05);
    printf("%s, peak %.1f GFLOP/s\n", kernels->name, 1e-9 * peak);
    if (argc > 2)
        return bench(argv[2], kernels, peak);
    for (size_t i = 0; i < DP_COUNT(chains); i++)
        bench(chains[i], kernels, peak);
    return EXIT_SUCCESS;
}
