/* digitpad bench: measures the speed of networks on this machine. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "tui/bench/bench_run.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"

#include <stdio.h>

static const char command[] = "bench";

static const dp_bench_effort thorough = { .warm_up = 0.2, .measured = 1, .least = 10 };
static const dp_bench_effort quick = { .warm_up = 0.02, .measured = 0.1, .least = 3 };

typedef struct request {
    dp_talk talk;
    dp_bench_run run;
    dp_form form;
    bool quick;
    dp_sandbox_mode sandbox;
} request;

static const dp_option options[] = {
    DP_OPTION_MODEL(request, run.model, "measure only MODEL: " DP_MODEL_NAMES),
    DP_OPTION_FORM(request, form, ""),
    { "only", 0, "S", DP_OPTION_TEXT(request, run.only),
      .help = "measure only models, metrics and precisions whose name contains S" },
    { "quick", 0, NULL, DP_OPTION_FLAG(request, quick),
      .help = "take a tenth of the time, with less precision" },
    DP_OPTION_THREADS(request, run.machine.threads),
    DP_OPTION_KERNEL(request, run.kernels),
    DP_OPTION_SANDBOX(request, sandbox),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

static dp_code print_results(const request *r, dp_err *err)
{
    const dp_bench_run *b = &r->run;
    if (r->form == DP_FORM_JSON)
        return dp_bench_print_json(stdout, &b->machine, b->row, b->n, err);
    dp_bench_print_text(stdout, &b->machine, b->row, b->n);
    return DP_OK;
}

/* Let it read what Linux tells about the processor and the program's own threads, and the originals of the
 * carried networks, which it measures in floats. */
static dp_code confine(request *r, const dp_options *given, dp_err *err)
{
    static const char *const places[] = { "/proc/self", "/proc/cpuinfo",
                                          "/proc/loadavg" };
    dp_sandbox sandbox;
    dp_code code = dp_confine_prepare(&sandbox, r->sandbox, &r->talk, given, false, err);
    if (code)
        return code;
    for (size_t i = 0; i < DP_COUNT(places); i++)
        dp_sandbox_allow(&sandbox, places[i], DP_SANDBOX_READ);
    dp_confine_allow_originals(&sandbox);
    return dp_sandbox_enter(&sandbox, err);
}

static int run(const dp_options *given)
{
    request r = { .talk = DP_TALK(command),
                  .run = { .only = "", .kernels = dp_kernels_best() } };
    dp_bench_run *b = &r.run;
    dp_err err;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    b->effort = r.quick ? quick : thorough;
    b->machine.threads = dp_threads(dp_cli_threads(b->machine.threads));
    b->planned = dp_bench_count(b);
    if (b->planned == 0)
        return dp_cli_misuse(
            command, "--only: no model, metric or precision contains '%s'", b->only);
    dp_aide aide;
    dp_cold_start how = { b->kernels, &b->effort };
    if (dp_cold_start_begin(&aide, &how, &err))
        return dp_cli_fail(command, &err);
    b->cold_start = &aide;
    if (confine(&r, given, &err)) {
        dp_aide_end(&aide);
        return dp_cli_fail(command, &err);
    }
    b->talk = &r.talk;
    dp_talk_begin_work(b->talk);
    dp_bench_machine_measure(b);
    dp_code code = dp_bench_measure_all(b, &err);
    dp_aide_end(&aide);
    dp_talk_end_work(b->talk);
    if (b->disturbed > 0)
        dp_talk_warn(b->talk,
                     "the machine is busy: other programs disturbed %d of %d "
                     "measurements; repeat them when it is idle",
                     b->disturbed, b->n);
    if (!code)
        code = print_results(&r, &err);
    return code ? dp_cli_fail(command, &err) : dp_cli_finish(command, DP_EXIT_DONE);
}

const dp_command dp_cmd_bench = {
    .name = "bench",
    .summary = "measure the speed of networks on this machine",
    .usage = { "bench [OPTION]..." },
    .intro =
        "Measure the speed of networks on this machine: four reference networks with "
        "random weights (mlp-a, mlp-b, cnn-a, cnn-b) and the carried networks, each in 32-bit "
        "floats (f32) and in 8 bits (int8).",
    .epilogue =
        "Metrics: latency_us and latency_mnist_us of one image (with random pixels, or with "
        "four of five pixels 0), images_per_s, train_images_per_s, cold_start_ms (from the "
        "start of the program to its end). Metrics that do not apply to a network are omitted.",
    .group = { { .options = options } },
    .run = run,
};
