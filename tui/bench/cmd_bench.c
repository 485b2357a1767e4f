/* digitpad bench: measures the speed of networks on this machine. */
#include "config.h"

#include "engine/core/openmp.h"
#include "tui/bench/bench_run.h"
#include "tui/cli/cli.h"

#include <getopt.h>
#include <stdio.h>

static const char command[] = "bench";

static const char usage[] =
    "usage: digitpad bench [OPTION]...\n"
    "\n"
    "Measure the speed of networks on this machine: four reference networks with\n"
    "random weights (mlp-a, mlp-b, cnn-a, cnn-b) and the carried cnn and mlp, each in\n"
    "32-bit floats (f32) and in 8 bits (int8).\n"
    "\n"
    "  -m, --model=MODEL    measure only MODEL: a name of 'digitpad models', a path,\n"
    "                       or hf:OWNER/REPO[@REVISION]:FILE\n"
    "  -f, --format=FORM    print FORM: text (the default) or json\n"
    "      --only=S         measure only models, metrics and precisions whose name\n"
    "                       contains S\n"
    "      --quick          take a tenth of the time, with less precision\n"
    "  -t, --threads=N      use at most N threads\n"
    "      --kernel=NAME    use the kernels reference, portable, avx2, avx512,\n"
    "                       avx512vnni or neon\n"
    "  -h, --help           show this help\n"
    "\n"
    "Metrics: latency_us and latency_mnist_us of one image (with random pixels, or\n"
    "with four of five pixels 0), images_per_s, train_images_per_s, cold_start_ms\n"
    "(from the start of the program to its end). Metrics that do not apply to a\n"
    "network are omitted.\n";

static const dp_bench_effort thorough = { .warm_up = 0.2, .measured = 1, .least = 10 };
static const dp_bench_effort quick = { .warm_up = 0.02, .measured = 0.1, .least = 3 };

enum { ONLY = 256, QUICK, KERNEL };

static const struct option options[] = {
    { "model", required_argument, NULL, 'm' },
    { "format", required_argument, NULL, 'f' },
    { "only", required_argument, NULL, ONLY },
    { "quick", no_argument, NULL, QUICK },
    { "threads", required_argument, NULL, 't' },
    { "kernel", required_argument, NULL, KERNEL },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static bool read_form(bool *json, const char *text)
{
    static const char *const words[] = { "text", "json", NULL };
    const int i = dp_cli_choose(command, "--format", text, words);
    *json = i == 1;
    return i >= 0;
}

/* Store one option. False after a complaint. */
static bool take_option(dp_bench_run *b, int option)
{
    switch (option) {
    case 'm':
        b->model = optarg;
        return true;
    case 'f':
        return read_form(&b->json, optarg);
    case ONLY:
        b->only = optarg;
        return true;
    case QUICK:
        b->effort = quick;
        return true;
    case 't':
        return dp_cli_int(&b->machine.threads, command, "--threads", optarg, 1,
                          DP_MAX_THREADS);
    case KERNEL:
        return dp_cli_kernels(&b->kernels, command, optarg);
    default:
        return false;
    }
}

/* The exit status to leave with, or −1 to go on. */
static int read_options(dp_bench_run *b, int argc, char **argv)
{
    for (int option; (option = dp_cli_option(argc, argv, "m:f:t:h", options)) != -1;) {
        if (option == 'h')
            return dp_cli_help(usage);
        if (!take_option(b, option))
            return DP_EXIT_USAGE;
    }
    if (optind < argc)
        return dp_cli_misuse(command, "unexpected argument '%s'", argv[optind]);
    b->machine.threads = dp_threads(dp_cli_threads(b->machine.threads));
    b->planned = dp_bench_count(b);
    if (b->planned == 0)
        return dp_cli_misuse(
            command, "--only: no model, metric or precision contains '%s'", b->only);
    return -1;
}

static dp_code print_results(const dp_bench_run *b, dp_err *err)
{
    if (b->json)
        return dp_bench_print_json(stdout, &b->machine, b->row, b->n, err);
    dp_bench_print_text(stdout, &b->machine, b->row, b->n);
    return DP_OK;
}

int dp_cmd_bench(int argc, char **argv)
{
    dp_bench_run b = { .only = "", .effort = thorough, .kernels = dp_kernels_best() };
    dp_err err;
    int status = read_options(&b, argc, argv);
    if (status >= 0)
        return status;
    dp_progress_begin(&b.progress, stderr);
    dp_code code = dp_bench_machine_measure(&b, &err);
    if (!code)
        code = dp_bench_measure_all(&b, &err);
    dp_progress_clear(&b.progress);
    if (!code)
        code = print_results(&b, &err);
    return code ? dp_cli_fail(command, &err) : dp_cli_finish(command, DP_EXIT_DONE);
}
