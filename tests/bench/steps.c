/* steps [KERNELS [NETWORK]]: the time of each step of a network's execution plans, in floats
 * and in 8 bits, on one thread, and its share of the peak. Without NETWORK, of six reference
 * networks. Not a test, but built with them. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/infer/f32_plan.h"
#include "engine/infer/int8_plan.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/peak.h"
#include "engine/quant/quantize.h"
#include "engine/train/init.h"
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
    "conv 8 5 pad=2 | relu | maxpool 2 | conv 16 3 pad=1 | relu | maxpool 2 | "
    "conv 24 3 pad=1 | relu | maxpool 2 | flatten | dense 32 | relu | dense 10",
};

/* Random bytes, or random floats of the range of pixels. */
static void *noise(size_t bytes, bool as_floats)
{
    const size_t n = bytes / sizeof(float);
    float *v = aligned_alloc(64, dp_round_up(bytes + 64, 64));
    if (!v) {
        fprintf(stderr, "steps: no memory\n");
        exit(EXIT_FAILURE);
    }
    dp_rng rng = dp_rng_stream(1, n, 0);
    for (size_t i = 0; as_floats && i < n; i++)
        v[i] = dp_rng_range(&rng, -0.1f, 1);
    for (size_t i = 0; !as_floats && i < bytes; i++)
        ((uint8_t *)v)[i] = (uint8_t)dp_rng_below(&rng, 256);
    return v;
}

/* A plan with its executor, and the name of each kind of step. */
typedef struct subject {
    const dp_executor *executor;
    const void *plan;
    const char *(*name)(const void *plan, int i);
    size_t out_bytes; /* of the last step, for one image */
} subject;

static const char *f32_name(const void *plan, int i)
{
    static const char *const kinds[] = { "op",   "to_nhwc",  "to_nchw",
                                         "conv", "winograd", "dense" };
    return kinds[((const dp_f32_plan *)plan)->step[i].kind];
}

static const char *int8_name(const void *plan, int i)
{
    static const char *const kinds[] = { "dense",   "conv",   "maxpool",
                                         "avgpool", "lookup", "flatten" };
    const dp_int8_plan *p = plan;
    return i < p->n_steps ? kinds[p->step[i].kind] : "floats";
}

static size_t bytes_after(const subject *s, int i)
{
    return i + 1 < s->executor->count_steps(s->plan)
               ? s->executor->activation(s->plan, i + 1).bytes
               : s->out_bytes;
}

/* Seconds of the fastest of 300 runs of step i on n images. */
static double fastest(const subject *s, int i, int n)
{
    const dp_executor *e = s->executor;
    const bool as_floats = e == &dp_f32_executor;
    const size_t count = (size_t)n;
    void *x = noise(count * e->activation(s->plan, i).bytes, as_floats);
    void *y = noise(count * bytes_after(s, i), as_floats);
    void *scratch = noise(e->scratch(s->plan, i, n), as_floats);
    const dp_step_call call = { .plan = s->plan,
                                .step = i,
                                .n = n,
                                .x = x,
                                .y = y,
                                .scratch = scratch,
                                .part = { 0, 1 } };
    double best = 1;
    for (int run = 0; run < 300; run++) {
        const double begin = dp_progress_clock();
        e->run(&call);
        const double took = dp_progress_clock() - begin;
        best = took < best ? took : best;
    }
    free(x);
    free(y);
    free(scratch);
    return best;
}

static void show(const subject *s, double peak)
{
    static const int batches[] = { 1, 4, 48 };
    double total[3] = { 0 };
    for (int i = 0; i < s->executor->count_steps(s->plan); i++) {
        const double work = 2 * (double)s->executor->traits(s->plan, i).macs;
        printf("  %-8s", s->name(s->plan, i));
        for (int b = 0; b < 3; b++) {
            const double took = fastest(s, i, batches[b]) / batches[b];
            total[b] += took;
            printf("  %7.2f us %4.0f %%", took * 1e6, 100 * work / took / peak);
        }
        putchar('\n');
    }
    printf("  %-8s", "all");
    for (int b = 0; b < 3; b++)
        printf("  %7.2f us       ", total[b] * 1e6);
    putchar('\n');
}

/* A chain with random weights. */
typedef struct network {
    dp_spec spec;
    dp_params layout;
    float *params;
} network;

static void show_floats(const network *net, const dp_kernels *kernels)
{
    dp_f32_plan plan;
    dp_f32_plan_make(&plan, &net->spec, &net->layout, kernels);
    float *packed = noise(dp_f32_plan_packed_size(&plan) * sizeof(float), true);
    double packing = 1;
    for (int run = 0; run < 5; run++) {
        const double begin = dp_progress_clock();
        dp_f32_plan_pack(&plan, net->params, packed);
        const double took = dp_progress_clock() - begin;
        packing = took < packing ? took : packing;
    }
    printf(" float32, packed in %.0f us\n", packing * 1e6);
    show(&(subject){ &dp_f32_executor, &plan, f32_name, DP_DIGITS * sizeof(float) },
         dp_peak_measure(kernels, false, 1, 0.05));
    free(packed);
}

static dp_code show_int8(const network *net, const dp_kernels *kernels, dp_err *err)
{
    uint8_t *pixels = noise(DP_PIXELS, false);
    const dp_calibration images = { .pixels = pixels, .n = 1 };
    dp_quant *quant;
    dp_int8_plan *plan = NULL;
    dp_code code =
        dp_quantize(&quant, &net->spec, net->params, DP_NORM_UNIT, &images, err);
    free(pixels);
    if (code)
        return code;
    code = dp_int8_plan_create(&plan, quant, kernels->int8, err);
    if (!code) {
        printf(" int8\n");
        show(&(subject){ &dp_int8_executor, plan, int8_name, DP_DIGITS * sizeof(float) },
             dp_peak_measure(kernels, true, 1, 0.05));
    }
    dp_int8_plan_free(plan);
    dp_quant_unref(quant);
    return code;
}

static int bench(const char *text, const dp_kernels *kernels)
{
    network net;
    dp_err err;
    if (dp_spec_parse(&net.spec, text, (dp_shape){ 1, DP_SIDE, DP_SIDE }, &err) ||
        dp_params_layout(&net.layout, &net.spec, &err)) {
        fprintf(stderr, "steps: %s\n", err.msg);
        return EXIT_FAILURE;
    }
    net.params = noise(net.layout.count * sizeof(float), true);
    dp_init_params(net.params, &net.layout, 1);
    printf("%s\n", text);
    show_floats(&net, kernels);
    const dp_code code = kernels->int8 ? show_int8(&net, kernels, &err) : DP_OK;
    if (code)
        fprintf(stderr, "steps: in 8 bits: %s\n", err.msg);
    free(net.params);
    return code ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const dp_kernels *kernels = argc > 1 ? dp_kernels_named(argv[1]) : dp_kernels_best();
    if (!kernels) {
        fprintf(stderr, "steps: '%s': no such kernels, or not supported by this CPU\n",
                argv[1]);
        return EXIT_FAILURE;
    }
    printf(
        "%s: time per image and share of the peak of each step, on batches of 1, 4 and 48\n",
        kernels->name);
    if (argc > 2)
        return bench(argv[2], kernels);
    for (size_t i = 0; i < DP_COUNT(chains); i++)
        bench(chains[i], kernels);
    return EXIT_SUCCESS;
}
