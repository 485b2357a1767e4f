#include "config.h"

#include "tui/bench/bench_run.h"

#include "engine/core/arith.h"
#include "engine/kernels/peak.h"
#include "engine/layers/op.h"
#include "engine/train/init.h"
#include "tui/cli/open.h"
#include "tui/report/machine.h"
#include "weights/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- networks and metrics ---------------------------------------------------------- */

/* Networks of typical sizes with random weights, to compare engines with. */
static const struct {
    const char *name, *chain;
} references[] = {
    { "mlp-a", "flatten | dense 128 | relu | dense 64 | relu | dense 10" },
    { "mlp-b", "flatten | dense 512 | relu | dense 512 | relu | dense 10" },
    { "cnn-a", "conv 64 3 | bn | gelu | maxpool 2 | conv 64 3 | bn | gelu | maxpool 2 | "
               "flatten | dense 128 | gelu | dense 128 | gelu | dense 10" },
    { "cnn-b", "conv 32 3 pad=1 | relu | maxpool 2 | "
               "conv 64 3 pad=1 | relu | maxpool 2 | "
               "flatten | dense 128 | relu | dense 10" },
};

enum { N_REFERENCES = DP_COUNT(references) };

/* A network under measurement. */
typedef struct subject {
    const char *name;
    dp_bench_precision precision;
    char file[80]; /* the name that `predict -m` opens it by; "" if it has none */
    dp_model *model;
} subject;

typedef struct metric metric;

struct metric {
    const char *name;
    int batch;
    dp_bench_pixels pixels;
    double unit;  /* of a duration, in seconds; 0 for images per second */
    bool counted; /* compare with the peak */
    bool serial;  /* measure on one thread only */
    bool scaling; /* measure on one thread and on all */
    bool tail;    /* report p99 as well */
    bool (*applies)(const subject *s);
    dp_code (*measure)(dp_bench_times *out, const dp_bench_run *b, const metric *what,
                       const subject *s, int threads, dp_err *err);
};

static dp_code forward(dp_bench_times *out, const dp_bench_run *b, const metric *what,
                       const subject *s, int threads, dp_err *err)
{
    const dp_bench_load load = { what->batch, what->pixels, threads };
    return dp_bench_forward(out, s->model, &load, &b->effort, err);
}

static dp_code training(dp_bench_times *out, const dp_bench_run *b, const metric *what,
                        const subject *s, int threads, dp_err *err)
{
    (void)what;
    return dp_bench_training(out, s->model, threads, &b->effort, err);
}

static dp_code cold_start(dp_bench_times *out, const dp_bench_run *b, const metric *what,
                          const subject *s, int threads, dp_err *err)
{
    (void)what;
    (void)threads;
    return dp_cold_start_measure(out, b->cold_start, s->file, err);
}

static bool always(const subject *s)
{
    (void)s;
    return true;
}

/* A network that begins with a dense layer can skip work for pixels that are 0. */
static bool starts_dense(const subject *s)
{
    const dp_spec *spec = dp_model_spec(s->model);
    int i = 0;
    while (i < spec->n_layers && spec->layer[i].kind == DP_OP_FLATTEN)
        i++;
    return i < spec->n_layers && spec->layer[i].kind == DP_OP_DENSE;
}

static bool has_floats(const subject *s)
{
    return s->precision == DP_BENCH_F32;
}

static bool has_file(const subject *s)
{
    return s->file[0] != '\0';
}

static const metric metrics[] = {
    { .name = "latency_us",
      .batch = 1,
      .pixels = DP_BENCH_NOISE,
      .unit = 1e-6,
      .counted = true,
      .scaling = true,
      .tail = true,
      .applies = always,
      .measure = forward },
    { .name = "latency_mnist_us",
      .batch = 1,
      .pixels = DP_BENCH_INK,
      .unit = 1e-6,
      .counted = true,
      .serial = true,
      .tail = true,
      .applies = starts_dense,
      .measure = forward },
    { .name = "images_per_s",
      .batch = DP_BENCH_BATCH,
      .pixels = DP_BENCH_NOISE,
      .counted = true,
      .scaling = true,
      .applies = always,
      .measure = forward },
    { .name = "train_images_per_s",
      .batch = DP_BENCH_TRAIN_BATCH,
      .counted = true,
      .applies = has_floats,
      .measure = training },
    { .name = "cold_start_ms",
      .batch = 1,
      .unit = 1e-3,
      .serial = true,
      .applies = has_file,
      .measure = cold_start },
};

enum { N_METRICS = DP_COUNT(metrics) };

/* The name of the i-th network to measure; NULL past the end. */
static const char *subject_name(const dp_bench_run *b, int i)
{
    if (b->model)
        return i == 0 ? b->model : NULL;
    /* the carried networks follow, and the NULL that ends them */
    return i < N_REFERENCES ? references[i].name
                            : dp_carried_models[i - N_REFERENCES].name;
}

static bool is_reference(const dp_bench_run *b, int i)
{
    return !b->model && i < N_REFERENCES;
}

static bool wanted(const dp_bench_run *b, const char *model, dp_bench_precision precision,
                   const metric *m)
{
    return strstr(model, b->only) || strstr(m->name, b->only) ||
           strstr(dp_bench_precision_name(precision), b->only);
}

int dp_bench_count(const dp_bench_run *b)
{
    const char *name;
    int n = 0;
    for (int i = 0; (name = subject_name(b, i)); i++)
        for (int p = 0; p < DP_BENCH_PRECISIONS; p++)
            for (int j = 0; j < N_METRICS; j++)
                n += wanted(b, name, (dp_bench_precision)p, &metrics[j]);
    return n;
}

/* ---- measurement ------------------------------------------------------------------- */

/* Multiply-adds of one image, counted as two operations each. A training step has a forward
 * pass, weight gradients and activation gradients; the first layer needs none of these. */
static double operations(const dp_spec *spec, bool training)
{
    size_t macs = dp_spec_macs(spec) * (training ? 3 : 1), first = 0;
    for (int i = 0; training && i < spec->n_layers && first == 0; i++) {
        const dp_op *op = dp_op_get(spec->layer[i].kind);
        if (op->macs)
            first = op->macs(&spec->layer[i], spec->shape[i], spec->shape[i + 1]);
    }
    return 2 * (double)(macs - first);
}

static double *highest_peak(dp_bench_machine *m, dp_bench_precision precision,
                            int threads)
{
    return threads == 1 ? &m->peak_one[precision] : &m->peak_all[precision];
}

static double measure_peak(dp_bench_run *b, dp_bench_precision precision, int threads)
{
    double *highest = highest_peak(&b->machine, precision, threads);
    const double peak = dp_peak_measure(b->kernels, precision == DP_BENCH_INT8, threads,
                                        b->effort.measured / 20);
    *highest = fmax(*highest, peak);
    return peak;
}

static void show_progress(dp_bench_run *b, const char *model, const char *what)
{
    dp_talk_work(b->talk, (double)b->done / b->planned, "%s %s", model, what);
}

static dp_code measure(dp_bench_run *b, const metric *m, const subject *s, int threads,
                       dp_err *err)
{
    dp_bench_times times;
    show_progress(b, s->name, m->name);
    const double peak = measure_peak(b, s->precision, threads);
    dp_code code = m->measure(&times, b, m, s, threads, err);
    if (code)
        return code;
    const bool is_rate = m->unit == 0;
    const double rate = m->batch / (is_rate ? times.mean : times.median);
    dp_bench_row *row = &b->row[b->n++];
    *row = (dp_bench_row){
        .precision = s->precision,
        .metric = m->name,
        .threads = threads,
        .batch = m->batch,
        .is_rate = is_rate,
        .value = is_rate ? rate : times.median / m->unit,
        .p99 = m->tail ? times.p99 / m->unit : (double)NAN,
        .operations = m->counted ? rate * operations(dp_model_spec(s->model),
                                                     m->measure == training)
                                 : (double)NAN,
        .peak = peak,
        .conditions = times.conditions,
    };
    snprintf(row->model, sizeof row->model, "%s", s->name);
    return DP_OK;
}

static dp_code measure_subject(dp_bench_run *b, const subject *s, dp_err *err)
{
    const int all = b->machine.threads;
    dp_code code = dp_model_check_digits(s->model, err);
    for (int i = 0; i < N_METRICS && !code; i++) {
        const metric *m = &metrics[i];
        if (!wanted(b, s->name, s->precision, m))
            continue;
        b->done++;
        if (!m->applies(s))
            continue;
        if (m->serial || (m->scaling && all > 1))
            code = measure(b, m, s, 1, err);
        if (!m->serial && !code)
            code = measure(b, m, s, all, err);
        if (code == DP_USAGE) /* the network cannot be trained */
            code = DP_OK;
    }
    return code;
}

static dp_code open_reference(dp_model **out, int i, const dp_kernels *kernels,
                              dp_err *err)
{
    dp_spec spec;
    dp_params layout;
    dp_model_info info = { .norm = DP_NORM_UNIT,
                           .trust = DP_TRUST_CONFIDENCE,
                           .accuracy = NAN };
    snprintf(info.name, sizeof info.name, "%s", references[i].name);
    dp_code code =
        dp_spec_parse(&spec, references[i].chain, (dp_shape){ 1, DP_SIDE, DP_SIDE }, err);
    if (!code)
        code = dp_params_layout(&layout, &spec, err);
    if (code)
        return code;
    float *params = malloc(layout.count * sizeof *params);
    if (!params)
        return dp_fail(err, DP_NOMEM, "no memory for %s", info.name);
    dp_init_params(params, &layout, 1);
    code = dp_model_create(out, &spec, params, &info, kernels, err);
    free(params);
    return code;
}

/* Open an 8-bit network as floats: the float original of a carried network, otherwise its
 * weights converted to floats. */
static dp_code open_floats(subject *s, const dp_network_file_options *options,
                           dp_err *err)
{
    char original[80];
    dp_model *m;
    snprintf(original, sizeof original, "%.60s:f32", s->name);
    if (dp_store_open(&m, original, options, NULL) == DP_OK) {
        dp_model_unref(s->model);
        s->model = m;
        memcpy(s->file, original, sizeof s->file);
        return DP_OK;
    }
    s->file[0] = '\0';
    if (!dp_model_params(s->model))
        return dp_fail(err, DP_NOMEM, "no memory for %s", s->name);
    dp_code code = dp_model_create(&m, dp_model_spec(s->model), dp_model_params(s->model),
                                   dp_model_get_info(s->model), options->kernels, err);
    if (code)
        return code;
    dp_model_unref(s->model);
    s->model = m;
    return DP_OK;
}

/* Replace s->model by its 8-bit form, or by NULL if it cannot be quantised. */
static dp_code open_int8(subject *s, dp_err *err)
{
    dp_model *m;
    dp_code code = dp_bench_quantise(&m, s->model, err);
    if (code && code != DP_MODEL)
        return code;
    dp_model_unref(s->model);
    s->model = code ? NULL : m;
    s->file[0] = '\0';
    return DP_OK;
}

/* Open network i in the precision of *s; s->model is NULL if it has none. */
static dp_code open_subject(subject *s, const dp_bench_run *b, int i, dp_err *err)
{
    const dp_network_file_options options = { .kernels = b->kernels };
    s->name = subject_name(b, i);
    if (!is_reference(b, i))
        snprintf(s->file, sizeof s->file, "%s", s->name);
    dp_code code = is_reference(b, i)
                       ? open_reference(&s->model, i, b->kernels, err)
                       : dp_open_model(&s->model, b->talk, s->name, &options, err);
    if (code)
        return code;
    const bool int8 = dp_model_quant(s->model) != NULL;
    if (int8 && s->precision == DP_BENCH_F32)
        return open_floats(s, &options, err);
    return !int8 && s->precision == DP_BENCH_INT8 ? open_int8(s, err) : DP_OK;
}

static bool any_wanted(const dp_bench_run *b, int i, dp_bench_precision precision)
{
    for (int j = 0; j < N_METRICS; j++)
        if (wanted(b, subject_name(b, i), precision, &metrics[j]))
            return true;
    return false;
}

static dp_code measure_model(dp_bench_run *b, int i, dp_bench_precision precision,
                             dp_err *err)
{
    subject s = { .precision = precision };
    if (!any_wanted(b, i, precision))
        return DP_OK;
    dp_code code = open_subject(&s, b, i, err);
    if (!code && s.model)
        code = measure_subject(b, &s, err);
    dp_model_unref(s.model);
    return code;
}

/* The highest peaks are known only at the end. */
static void finish_row(dp_bench_run *b, dp_bench_row *row)
{
    const double highest = *highest_peak(&b->machine, row->precision, row->threads);
    row->conditions.peak = highest > 0 ? row->peak / highest : 1;
    row->disturbed = dp_bench_is_disturbed(&row->conditions);
    row->share = highest > 0 && !row->disturbed ? row->operations / highest : (double)NAN;
    b->disturbed += row->disturbed;
}

dp_code dp_bench_measure_all(dp_bench_run *b, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; subject_name(b, i) && !code; i++)
        for (int p = 0; p < DP_BENCH_PRECISIONS && !code; p++)
            code = measure_model(b, i, (dp_bench_precision)p, err);
    for (int i = 0; i < b->n; i++)
        finish_row(b, &b->row[i]);
    return code;
}

/* ---- the machine ------------------------------------------------------------------- */

void dp_bench_machine_measure(dp_bench_run *b)
{
    dp_bench_machine *m = &b->machine;
    dp_machine_cpu(m->cpu, sizeof m->cpu);
    m->kernel = b->kernels->name;
    if (getloadavg(&m->load, 1) != 1)
        m->load = 0;
    show_progress(b, "peak", "");
    for (int p = 0; p < DP_BENCH_PRECISIONS; p++) {
        measure_peak(b, (dp_bench_precision)p, 1);
        measure_peak(b, (dp_bench_precision)p, m->threads);
    }
}
