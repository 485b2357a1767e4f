#include "config.h"

#include "tui/train/train_options.h"

#include "engine/core/arith.h"
#include "engine/train/finetune.h"
#include "tui/cli/cli.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char command[] = "train";

enum {
    OPT_RECIPE_KEY = 256, /* plus the number of an option of dp_recipe_option */
    OPT_RUN = 512,
    OPT_RECIPE = OPT_RUN,
    OPT_IMAGES,
    OPT_LABELS,
    OPT_TEST_IMAGES,
    OPT_TEST_LABELS,
    OPT_STROKES,
    OPT_TEACHER,
    OPT_FROM,
    OPT_SAMPLES,
    OPT_PROGRESS,
    OPT_LOG,
    OPT_KERNEL,
    OPT_RESUME,
};

static const struct option run_options[] = {
    { "recipe", required_argument, NULL, OPT_RECIPE },
    { "images", required_argument, NULL, OPT_IMAGES },
    { "labels", required_argument, NULL, OPT_LABELS },
    { "test-images", required_argument, NULL, OPT_TEST_IMAGES },
    { "test-labels", required_argument, NULL, OPT_TEST_LABELS },
    { "strokes", required_argument, NULL, OPT_STROKES },
    { "teacher", required_argument, NULL, OPT_TEACHER },
    { "from", required_argument, NULL, OPT_FROM },
    { "samples", required_argument, NULL, OPT_SAMPLES },
    { "progress", required_argument, NULL, OPT_PROGRESS },
    { "log", required_argument, NULL, OPT_LOG },
    { "kernel", required_argument, NULL, OPT_KERNEL },
    { "resume", no_argument, NULL, OPT_RESUME },
    { "threads", required_argument, NULL, 't' },
    { "output", required_argument, NULL, 'o' },
    { "help", no_argument, NULL, 'h' },
};

enum { N_RUN_OPTIONS = DP_COUNT(run_options), MAX_OPTIONS = 64 };

static const char usage[] =
    "usage: digitpad train --arch=CHAIN | --recipe=FILE | --from=MODEL [OPTION]...\n"
    "                      [--images=FILE --labels=FILE] -o OUT.safetensors\n"
    "       digitpad train --samples=FILE.ndjson --from=MODEL -o OUT.safetensors\n"
    "\n"
    "Train a network on IDX images (also .gz) and write it to OUT.safetensors. One\n"
    "twelfth of the images is held out for validation. Without --images and --labels,\n"
    "the four MNIST files are read from the folder $DIGITPAD_MNIST.\n"
    "\n"
    "      --images=FILE          train on these images\n"
    "      --labels=FILE          and their labels\n"
    "      --test-images=FILE     measure the final accuracy on these images\n"
    "      --test-labels=FILE     and their labels\n"
    "      --strokes=FILE.ndjson  also train on these drawings; may be repeated\n"
    "      --teacher=MODEL        learn from the answers of MODEL instead of the\n"
    "                             labels; may be repeated\n"
    "      --from=MODEL           start from the weights of MODEL, and with its chain\n"
    "                             of layers unless --arch is given\n"
    "      --samples=FILE.ndjson  fine-tune the network of --from on these drawings,\n"
    "                             as 'digitpad samples export' prints them, and on\n"
    "                             generated digits\n"
    "      --recipe=FILE          read options of the second list from lines\n"
    "                             OPTION = VALUE\n"
    "  -t, --threads=N            use at most N threads; the result does not depend\n"
    "                             on it\n"
    "      --kernel=NAME          use the kernels reference, portable, avx2, avx512,\n"
    "                             avx512vnni or neon\n"
    "      --progress=STYLE       report progress as bar (on standard error; the\n"
    "                             default), ndjson (on standard output) or none\n"
    "      --log=FILE.csv         write a line of figures per epoch to FILE.csv\n"
    "  -o, --output=OUT           write the network to OUT\n"
    "      --resume               continue from OUT.ckpt, which is written after\n"
    "                             every epoch and on SIGINT\n"
    "  -h, --help                 show this help\n"
    "\n"
    "Options that determine the result, on the command line or in a recipe; the\n"
    "command line takes precedence:\n";

/* List the options of the run, then those of a recipe, for getopt_long. */
static void list_options(struct option list[MAX_OPTIONS])
{
    memset(list, 0, MAX_OPTIONS * sizeof *list);
    memcpy(list, run_options, sizeof run_options);
    const char *help, *name;
    for (int i = 0; (name = dp_recipe_option(i, &help)); i++)
        list[N_RUN_OPTIONS + i] =
            (struct option){ name, required_argument, NULL, OPT_RECIPE_KEY + i };
}

static int print_help(void)
{
    fputs(usage, stdout);
    const char *help, *name;
    for (int i = 0; (name = dp_recipe_option(i, &help)); i++)
        printf("      --%-17s %s\n", name, help);
    return dp_cli_finish(command, DP_EXIT_DONE);
}

static bool set_style(dp_train_style *out, const char *text)
{
    static const char *const words[] = { "bar", "ndjson", "none", NULL };
    int i = dp_cli_choose(command, "--progress", text, words);
    *out = (dp_train_style)i;
    return i >= 0;
}

/* Add the argument of an option that may be repeated. */
static bool add(const char **list, int *n, int most, const char *option, const char *text)
{
    if (*n == most) {
        dp_cli_misuse(command, "--%s: given more than %d times", option, most);
        return false;
    }
    list[(*n)++] = text;
    return true;
}

/* Store an option of the run. False after a complaint. */
static bool set_run_option(dp_train_options *o, int option, const char *text)
{
    switch (option) {
    case OPT_RECIPE:
        o->recipe_path = text;
        return true;
    case OPT_IMAGES:
        o->images = text;
        return true;
    case OPT_LABELS:
        o->labels = text;
        return true;
    case OPT_TEST_IMAGES:
        o->test_images = text;
        return true;
    case OPT_TEST_LABELS:
        o->test_labels = text;
        return true;
    case OPT_STROKES:
        return add(o->strokes, &o->n_strokes, DP_TRAIN_MAX_STROKES, "strokes", text);
    case OPT_TEACHER:
        return add(o->teachers, &o->n_teachers, DP_MAX_TEACHERS, "teacher", text);
    case OPT_FROM:
        o->from = text;
        return true;
    case OPT_SAMPLES:
        o->samples = text;
        return true;
    case OPT_LOG:
        o->log = text;
        return true;
    case 'o':
        o->output = text;
        return true;
    case 't':
        return dp_cli_int(&o->threads, command, "--threads", text, 1, DP_MAX_THREADS);
    case OPT_KERNEL:
        return dp_cli_kernels(&o->kernels, command, text);
    case OPT_RESUME:
        o->resume = true;
        return true;
    case OPT_PROGRESS:
        return set_style(&o->style, text);
    default:
        return false;
    }
}

/* The values that the command line gives for the options of a recipe, by number; NULL if
 * not given. A recipe file is applied before them. */
typedef const char *recipe_values[MAX_OPTIONS];

/* Store an option of the recipe if its value is valid. */
static bool take_recipe_option(recipe_values values, int i, const char *text)
{
    const char *help;
    dp_recipe scratch;
    dp_err err;
    dp_recipe_init(&scratch);
    if (dp_recipe_set(&scratch, dp_recipe_option(i, &help), text, &err)) {
        dp_cli_misuse(command, "--%s", err.msg);
        return false;
    }
    values[i] = text;
    return true;
}

/* Read the command line into *o, and the values for its recipe into `values`. Returns the
 * exit status to leave with, or −1 to go on. */
static int read_options(dp_train_options *o, recipe_values values, int argc, char **argv)
{
    struct option list[MAX_OPTIONS];
    list_options(list);
    for (int c; (c = dp_cli_option(argc, argv, "t:o:h", list)) != -1;) {
        bool good;
        if (c == 'h')
            return print_help();
        if (c >= OPT_RECIPE_KEY && c < OPT_RUN)
            good = take_recipe_option(values, c - OPT_RECIPE_KEY, optarg);
        else
            good = set_run_option(o, c, optarg);
        if (!good)
            return DP_EXIT_USAGE;
    }
    if (optind < argc)
        return dp_cli_misuse(command, "unexpected argument '%s'", argv[optind]);
    return -1;
}

/* Build the recipe: defaults, the recipe file, the command line. */
static dp_code build_recipe(dp_train_options *o, recipe_values values, dp_err *err)
{
    const char *name, *help;
    dp_code code = DP_OK;
    dp_recipe_init(&o->recipe);
    if (o->samples)
        dp_finetune_defaults(&o->recipe.config);
    if (o->recipe_path)
        code = dp_recipe_read(&o->recipe, o->recipe_path, err);
    for (int i = 0; !code && (name = dp_recipe_option(i, &help)); i++)
        if (values[i])
            code = dp_recipe_set(&o->recipe, name, values[i], err);
    return code;
}

/* ---- checks ------------------------------------------------------------------------ */

/* The path DIR/NAME or DIR/NAME.gz, whichever is readable; NULL if neither is. The caller
 * frees it. */
static char *find_in(const char *dir, const char *name)
{
    static const char *const endings[] = { "", ".gz" };
    for (int i = 0; i < 2; i++) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s%s", dir, name, endings[i]);
        if (n < (int)sizeof path && access(path, R_OK) == 0)
            return strdup(path);
    }
    return NULL;
}

/* Find the images in $DIGITPAD_MNIST if the command line names none. Test images are
 * taken from there only together with the training images: accuracy on unrelated data
 * would mislead. */
static void find_images(dp_train_options *o)
{
    const char *dir = getenv("DIGITPAD_MNIST");
    if (!dir || !*dir || o->images || o->labels)
        return;
    o->images = o->found[0] = find_in(dir, "train-images-idx3-ubyte");
    o->labels = o->found[1] = find_in(dir, "train-labels-idx1-ubyte");
    if (o->test_images || o->test_labels)
        return;
    o->test_images = o->found[2] = find_in(dir, "t10k-images-idx3-ubyte");
    o->test_labels = o->found[3] = find_in(dir, "t10k-labels-idx1-ubyte");
}

/* Fine-tuning has its own data and keeps the chain of its network. */
static int check_samples(const dp_train_options *o)
{
    if (!o->from)
        return dp_cli_misuse(command, "--samples needs --from=MODEL");
    if (o->images || o->labels || o->test_images || o->test_labels || o->n_strokes > 0 ||
        o->n_teachers > 0 || o->resume || o->recipe.arch[0])
        return dp_cli_misuse(command,
                             "--samples cannot be combined with other data, --arch, "
                             "--teacher or --resume");
    return -1;
}

static int check(const dp_train_options *o)
{
    if (!o->output)
        return dp_cli_misuse(command, "-o OUT.safetensors is required");
    if (o->samples)
        return check_samples(o);
    if (!o->images || !o->labels)
        return dp_cli_misuse(command,
                             "--images and --labels are required, unless DIGITPAD_MNIST "
                             "names a folder with the MNIST files");
    if (!o->test_images != !o->test_labels)
        return dp_cli_misuse(command, "--test-images and --test-labels need each other");
    return -1;
}

int dp_train_options_read(dp_train_options *o, int argc, char **argv)
{
    recipe_values values = { NULL };
    dp_err err;
    *o = (dp_train_options){ .kernels = dp_kernels_best() };
    int status = read_options(o, values, argc, argv);
    if (status >= 0)
        return status;
    if (build_recipe(o, values, &err))
        return dp_cli_fail(command, &err);
    o->threads = dp_cli_threads(o->threads);
    if (!o->samples)
        find_images(o);
    return check(o);
}

void dp_train_options_clear(dp_train_options *o)
{
    for (int i = 0; i < 4; i++)
        free(o->found[i]);
}
