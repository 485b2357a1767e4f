/* digitpad train: images and a recipe to a network in a file. */
#include "config.h"

#include "tui/cli.h"

#include "engine/metrics.h"
#include "engine/train.h"
#include "tui/progress.h"
#include "tui/recipe.h"
#include "weights/idx.h"
#include "weights/modelfile.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char command[] = "train";

typedef enum style { STYLE_BAR, STYLE_NDJSON, STYLE_NONE } style;

/* Labelled images that this command owns. */
typedef struct images {
    uint8_t *pixels, *label;
    int n;
} images;

typedef struct run {
    dp_recipe recipe;
    const char *recipe_path, *output, *log_path;
    /* as given, or NULL; then as found in DIGITPAD_MNIST */
    const char *train_images, *train_labels, *test_images, *test_labels;
    char *found[4]; /* the paths of the latter, to be freed */
    int threads;
    const dp_kernels *kernels;
    style style;

    dp_spec spec;
    images train, test; /* the held-out images are at the end of train */
    int held_out;
    FILE *log;
    dp_progress bar;
    double start, epoch_start, reported;
    double validation, test_accuracy;
} run;

/* ---- options ----------------------------------------------------------------------- */

enum {
    OPT_RECIPE_KEY = 256, /* and the following: the options of a recipe, by number */
    OPT_RUN = 512,
    OPT_RECIPE = OPT_RUN,
    OPT_IMAGES,
    OPT_LABELS,
    OPT_TEST_IMAGES,
    OPT_TEST_LABELS,
    OPT_PROGRESS,
    OPT_LOG,
    OPT_KERNEL,
};

static const struct option run_options[] = {
    {"recipe", required_argument, NULL, OPT_RECIPE},
    {"images", required_argument, NULL, OPT_IMAGES},
    {"labels", required_argument, NULL, OPT_LABELS},
    {"test-images", required_argument, NULL, OPT_TEST_IMAGES},
    {"test-labels", required_argument, NULL, OPT_TEST_LABELS},
    {"progress", required_argument, NULL, OPT_PROGRESS},
    {"log", required_argument, NULL, OPT_LOG},
    {"kernel", required_argument, NULL, OPT_KERNEL},
    {"threads", required_argument, NULL, 't'},
    {"output", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
};

enum { N_RUN_OPTIONS = sizeof run_options / sizeof run_options[0], MAX_OPTIONS = 64 };

/* The run's own options, then those of a recipe. */
static void list_options(struct option list[MAX_OPTIONS])
{
    memset(list, 0, MAX_OPTIONS * sizeof *list);
    memcpy(list, run_options, sizeof run_options);
    const char *help, *name;
    for (int i = 0; (name = dp_recipe_option(i, &help)); i++)
        list[N_RUN_OPTIONS + i] =
            (struct option){name, required_argument, NULL, OPT_RECIPE_KEY + i};
}

static void print_help(void)
{
    fputs(
        "usage: digitpad train --arch mlp|cnn|CHAIN | --recipe FILE [OPTION]...\n"
        "                      [--images FILE --labels FILE] -o OUT.safetensors\n"
        "\n"
        "Train a network on IDX images (.gz too) and write it to OUT.safetensors. One\n"
        "twelfth of the images is held out for validation. Without --images the four\n"
        "MNIST files are looked for in the folder $DIGITPAD_MNIST.\n"
        "\n"
        "  --images FILE, --labels FILE            what to train on\n"
        "  --test-images FILE, --test-labels FILE  what to measure the result on, once\n"
        "  --recipe FILE      read options of the second list, as lines OPTION = VALUE\n"
        "  -t, --threads N    on how many threads; the result does not depend on it\n"
        "  --kernel NAME      with these kernels instead of the best of this CPU\n"
        "  --progress bar|ndjson|none   bar on stderr (the default), or JSON on stdout\n"
        "  --log FILE.csv     one line an epoch\n"
        "  -o, --output FILE  where the network goes\n"
        "  -h, --help         this text\n"
        "\n"
        "What decides the result, on the command line or in a recipe:\n",
        stdout);
    const char *help, *name;
    for (int i = 0; (name = dp_recipe_option(i, &help)); i++)
        printf("  --%-16s %s\n", name, help);
}

static bool set_style(style *out, const char *text)
{
    static const char *const names[] = {"bar", "ndjson", "none"};
    for (int i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (style)i;
            return true;
        }
    dp_cli_misuse(command, "--progress: '%s' is none of bar, ndjson, none", text);
    return false;
}

static bool set_kernels(const dp_kernels **out, const char *name)
{
    *out = dp_kernels_named(name);
    if (!*out)
        dp_cli_complain(command, "--kernel: no '%s' on this machine", name);
    return *out != NULL;
}

/* One option that belongs to the run. */
static bool set_run_option(run *r, int option, const char *text)
{
    switch (option) {
    case OPT_RECIPE:
        r->recipe_path = text;
        return true;
    case OPT_IMAGES:
        r->train_images = text;
        return true;
    case OPT_LABELS:
        r->train_labels = text;
        return true;
    case OPT_TEST_IMAGES:
        r->test_images = text;
        return true;
    case OPT_TEST_LABELS:
        r->test_labels = text;
        return true;
    case OPT_LOG:
        r->log_path = text;
        return true;
    case 'o':
        r->output = text;
        return true;
    case 't':
        return dp_cli_int(&r->threads, command, "-t", text, 1, DP_MAX_THREADS);
    case OPT_KERNEL:
        return set_kernels(&r->kernels, text);
    case OPT_PROGRESS:
        return set_style(&r->style, text);
    default:
        return false;
    }
}

static bool set_recipe_option(run *r, int option, const char *text)
{
    const char *help;
    dp_err err;
    if (!dp_recipe_set(&r->recipe, dp_recipe_option(option - OPT_RECIPE_KEY, &help), text,
                       &err))
        return true;
    dp_cli_complain(command, "--%s", err.msg);
    return false;
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_BAD };

/* One pass over the command line, taking either the run's options or the recipe's: the
 * recipe file is read in between, because the command line wins over it. */
static enum parsed parse_pass(run *r, int argc, char **argv, bool recipe_options)
{
    struct option list[MAX_OPTIONS];
    list_options(list);
    optind = 1;
    for (int c; (c = dp_cli_option(argc, argv, "t:o:h", list)) != -1;) {
        bool of_recipe = c >= OPT_RECIPE_KEY && c < OPT_RUN;
        if (c == 'h')
            return PARSED_HELP;
        if (c == '?')
            return PARSED_BAD;
        if (of_recipe != recipe_options)
            continue;
        if (!(of_recipe ? set_recipe_option : set_run_option)(r, c, optarg))
            return PARSED_BAD;
    }
    if (optind < argc) {
        dp_cli_misuse(command, "what is '%s' for?", argv[optind]);
        return PARSED_BAD;
    }
    return PARSED_RUN;
}

/* ---- where the images are ---------------------------------------------------------- */

/* DIR/NAME or DIR/NAME.gz, whichever is there; NULL where neither is. To be freed. */
static char *find_in(const char *dir, const char *name)
{
    static const char *const endings[] = {"", ".gz"};
    for (int i = 0; i < 2; i++) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s%s", dir, name, endings[i]);
        if (n < (int)sizeof path && access(path, R_OK) == 0)
            return strdup(path);
    }
    return NULL;
}

/* Take from $DIGITPAD_MNIST what the command line left out. Test images come from there
 * only together with the training images: a result on other data would mislead. */
static void find_images(run *r)
{
    static const char *const names[4] = {
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte"};
    const char **wanted[4] = {&r->train_images, &r->train_labels, &r->test_images,
                              &r->test_labels};
    const char *dir = getenv("DIGITPAD_MNIST");
    if (!dir || !*dir || r->train_images || r->train_labels)
        return;
    for (int i = 0; i < 4; i++)
        if (!*wanted[i])
            *wanted[i] = r->found[i] = find_in(dir, names[i]);
}

static int check_paths(const run *r)
{
    if (!r->output)
        dp_cli_misuse(command, "where to? Give -o OUT.safetensors");
    else if (!r->train_images || !r->train_labels)
        dp_cli_misuse(command, "what to train on? Give --images and --labels, or set "
                               "DIGITPAD_MNIST to a folder with the MNIST files");
    else if (!r->test_images != !r->test_labels)
        dp_cli_misuse(command, "--test-images and --test-labels go together");
    else
        return DP_EXIT_DONE;
    return DP_EXIT_USAGE;
}

/* Find out now, not after the training, whether a file can be put there. */
static int check_writable(const char *path)
{
    char dir[PATH_MAX];
    struct stat st;
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof dir) {
        dp_cli_complain(command, "%s: %s", path, strerror(ENAMETOOLONG));
        return DP_EXIT_IO;
    }
    snprintf(dir, sizeof dir, "%.*s", (int)n, path);
    const char *place = !slash ? "." : n == 0 ? "/" : dir;
    if (access(place, W_OK | X_OK) != 0)
        dp_cli_complain(command, "%s: %s", path, strerror(errno));
    else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        dp_cli_complain(command, "%s: not a regular file", path);
    else
        return DP_EXIT_DONE;
    return DP_EXIT_IO;
}

static int load(images *out, const char *image_path, const char *label_path)
{
    dp_err err;
    dp_code code = dp_idx_read_pair(&out->pixels, &out->label, &out->n, image_path,
                                    label_path, &err);
    if (!code)
        return DP_EXIT_DONE;
    dp_cli_fail(command, &err);
    return code == DP_INPUT ? DP_EXIT_IO : dp_cli_exit_status(code);
}

static int load_all(run *r)
{
    int status = load(&r->train, r->train_images, r->train_labels);
    if (!status && r->test_images)
        status = load(&r->test, r->test_images, r->test_labels);
    if (status)
        return status;
    r->held_out = dp_train_held_out(r->train.n);
    if (r->held_out == 0) {
        dp_cli_complain(command, "%s: %d images are too few to hold some out",
                        r->train_images, r->train.n);
        return DP_EXIT_IO;
    }
    dp_train_shuffle(r->train.pixels, r->train.label, r->train.n);
    return DP_EXIT_DONE;
}

/* ---- what is said while it runs ---------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* The first SIGINT lets the step finish; a second one ends the program at once. */
static void watch_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static void show_bar(run *r, const dp_train_progress *p, double speed)
{
    char text[128];
    int epochs = r->recipe.config.epochs;
    snprintf(text, sizeof text, "epoch %d/%d  loss %.4f  %.0f images/s", p->epoch, epochs,
             p->loss, speed);
    double done = (p->epoch - 1 + (double)p->step / p->steps) / epochs;
    dp_progress_show(&r->bar, done, text);
}

static void print_step(run *r, const dp_train_progress *p, double speed, double now)
{
    const double interval = 0.25; /* seconds between two lines */
    if (now - r->reported < interval)
        return;
    r->reported = now;
    printf("{\"epoch\":%d,\"epochs\":%d,\"step\":%d,\"steps\":%d,\"loss\":%.6f,"
           "\"images_per_s\":%.1f}\n",
           p->epoch, r->recipe.config.epochs, p->step, p->steps, p->loss, speed);
    fflush(stdout);
}

static bool on_step(const dp_train_progress *p, void *user)
{
    run *r = user;
    double now = dp_progress_clock();
    double speed = p->images / (now - r->epoch_start);
    if (r->style == STYLE_BAR)
        show_bar(r, p, speed);
    else if (r->style == STYLE_NDJSON)
        print_step(r, p, speed, now);
    return !interrupted;
}

/* A line an epoch for the log and for whoever watches. */
static void report_epoch(run *r, const dp_train_progress *p)
{
    double now = dp_progress_clock(), seconds = now - r->epoch_start;
    if (r->log) {
        fprintf(r->log, "%d,%.6f,%.6f,%.6f,%.6g,%.3f\n", p->epoch, p->loss, p->accuracy,
                r->validation, (double)p->rate, seconds);
        fflush(r->log);
    }
    if (r->style == STYLE_NDJSON) {
        printf("{\"epoch\":%d,\"epochs\":%d,\"loss\":%.6f,\"train_accuracy\":%.6f,"
               "\"validation_accuracy\":%.6f,\"learning_rate\":%.6g,\"seconds\":%.3f}\n",
               p->epoch, r->recipe.config.epochs, p->loss, p->accuracy, r->validation,
               (double)p->rate, seconds);
        fflush(stdout);
    } else if (r->style == STYLE_BAR) {
        dp_progress_clear(&r->bar);
        fprintf(stderr,
                "epoch %2d/%d  loss %.4f  training %.2f %%  validation %.2f %%  "
                "rate %.2g  %.1f s\n",
                p->epoch, r->recipe.config.epochs, p->loss, 100 * p->accuracy,
                100 * r->validation, (double)p->rate, seconds);
    }
}

static void report_result(const run *r)
{
    double seconds = dp_progress_clock() - r->start;
    bool tested = r->test.n > 0;
    if (r->style == STYLE_NDJSON) {
        printf("{\"done\":true,\"validation_accuracy\":%.6f,\"test_accuracy\":",
               r->validation);
        if (tested)
            printf("%.6f", r->test_accuracy);
        else
            printf("null");
        printf(",\"seconds\":%.3f}\n", seconds);
    } else if (r->style == STYLE_BAR) {
        fprintf(stderr, "validation %.2f %%", 100 * r->validation);
        if (tested)
            fprintf(stderr, ", test %.2f %%", 100 * r->test_accuracy);
        fprintf(stderr, ", %.0f s in all\n", seconds);
    }
}

/* ---- the work ---------------------------------------------------------------------- */

/* What the network in its present state answers correctly of some images: as a finished
 * model, so that the figure is the one that eval will give. */
static dp_code measure(double *accuracy, const run *r, const dp_trainer *t,
                       const uint8_t *pixels, const uint8_t *label, int n, dp_err *err)
{
    static const dp_model_info info = {.name = "trained", .norm = DP_NORM_unit};
    dp_model *model;
    dp_code code =
        dp_model_create(&model, &r->spec, dp_trainer_params(t), &info, r->kernels, err);
    if (code)
        return code;
    dp_metrics metrics;
    code = dp_metrics_measure(&metrics, NULL, model, pixels, label, n, r->threads, err);
    dp_model_unref(model);
    if (!code)
        *accuracy = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code run_epoch(run *r, dp_trainer *t, dp_err *err)
{
    dp_train_progress p;
    r->epoch_start = dp_progress_clock();
    dp_code code = dp_trainer_epoch(t, &p, on_step, r, err);
    if (code)
        return code;
    int first = r->train.n - r->held_out;
    code = measure(&r->validation, r, t, r->train.pixels + (size_t)first * DP_PIXELS,
                   r->train.label + first, r->held_out, err);
    if (!code)
        report_epoch(r, &p);
    return code;
}

static dp_code save(const run *r, const dp_trainer *t, dp_err *err)
{
    char recipe[DP_RECIPE_MAX_TEXT], accuracy[64];
    dp_recipe_format(recipe, &r->recipe, &r->spec);
    int n = snprintf(accuracy, sizeof accuracy, "validation=%.4f", r->validation);
    if (r->test.n > 0)
        snprintf(accuracy + n, sizeof accuracy - (size_t)n, " test=%.4f",
                 r->test_accuracy);
    dp_modelfile_meta meta = {.train = recipe, .accuracy = accuracy};
    return dp_modelfile_write(r->output, &r->spec, dp_trainer_params(t), DP_NORM_unit,
                              &meta, err);
}

static dp_code train(run *r, dp_err *err)
{
    dp_dataset data = {r->train.pixels, r->train.label, r->train.n - r->held_out};
    dp_trainer *t;
    dp_code code = dp_trainer_create(&t, &r->spec, &r->recipe.config, &data, r->threads,
                                     r->kernels, err);
    if (code)
        return code;
    for (int i = 0; i < r->recipe.config.epochs && !code; i++)
        code = run_epoch(r, t, err);
    dp_progress_clear(&r->bar);
    if (!code && r->test.n > 0)
        code = measure(&r->test_accuracy, r, t, r->test.pixels, r->test.label, r->test.n,
                       err);
    if (!code)
        code = save(r, t, err);
    if (!code)
        report_result(r);
    dp_trainer_free(t);
    return code;
}

static int open_log(run *r)
{
    if (!r->log_path)
        return DP_EXIT_DONE;
    r->log = fopen(r->log_path, "we");
    if (!r->log) {
        dp_cli_complain(command, "%s: %s", r->log_path, strerror(errno));
        return DP_EXIT_IO;
    }
    fputs("epoch,loss,train_accuracy,validation_accuracy,learning_rate,seconds\n",
          r->log);
    return DP_EXIT_DONE;
}

static int close_log(run *r, int status)
{
    if (!r->log)
        return status;
    bool bad = ferror(r->log);
    if (fclose(r->log) == 0 && !bad)
        return status;
    dp_cli_complain(command, "%s: %s", r->log_path, strerror(errno));
    return status ? status : DP_EXIT_IO;
}

/* Everything that can be wrong with the request is found before any work is done or any
 * file is touched. */
static int prepare(run *r)
{
    dp_err err;
    if (dp_recipe_spec(&r->spec, &r->recipe, &err))
        return dp_cli_fail(command, &err);
    find_images(r);
    int status = check_paths(r);
    if (!status)
        status = check_writable(r->output);
    if (!status && r->log_path)
        status = check_writable(r->log_path);
    if (!status)
        status = load_all(r);
    return status;
}

static int run_train(run *r)
{
    int status = prepare(r);
    if (!status)
        status = open_log(r);
    if (status)
        return status;
    watch_interrupt();
    dp_err err;
    r->start = dp_progress_clock();
    dp_progress_begin(&r->bar, stderr);
    r->bar.shown = r->bar.shown && r->style == STYLE_BAR;
    if (train(r, &err)) {
        status = dp_cli_fail(command, &err);
        fprintf(stderr, "digitpad train: nothing was written\n");
    }
    return close_log(r, status);
}

static void clear(run *r)
{
    for (int i = 0; i < 4; i++)
        free(r->found[i]);
    free(r->train.pixels);
    free(r->train.label);
    free(r->test.pixels);
    free(r->test.label);
}

int dp_cmd_train(int argc, char **argv)
{
    run r = {.kernels = dp_kernels_best()};
    dp_err err;
    dp_recipe_init(&r.recipe);
    enum parsed parsed = parse_pass(&r, argc, argv, false);
    if (parsed == PARSED_HELP) {
        print_help();
        return dp_cli_finish(command, DP_EXIT_DONE);
    }
    if (parsed == PARSED_BAD)
        return DP_EXIT_USAGE;
    if (r.recipe_path && dp_recipe_read(&r.recipe, r.recipe_path, &err))
        return dp_cli_fail(command, &err);
    if (parse_pass(&r, argc, argv, true) == PARSED_BAD)
        return DP_EXIT_USAGE;
    r.threads = dp_cli_threads(r.threads);
    int status = run_train(&r);
    clear(&r);
    return dp_cli_finish(command, status);
}
