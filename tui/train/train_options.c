#include "config.h"

#include "tui/train/train_options.h"

#include "engine/core/arith.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/shared_options.h"
#include "tui/train/recipes.h"
#include "weights/data/division.h"
#include "weights/corpora/corpus.h"
#include "weights/model/model_write.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "train";

static const char *const styles[] = {
    [DP_TRAIN_BAR] = "bar", [DP_TRAIN_NDJSON] = "ndjson", [DP_TRAIN_NONE] = "none", NULL
};

const dp_option dp_train_run_options[] = {
    { "images", 0, "FILE", DP_OPTION_PLACE(dp_option_input, dp_train_options, images),
      .help = "train on these images: IDX; csv or JSON with labels; or a folder that has "
              "a folder for each digit, 0 to 9" },
    { "labels", 0, "FILE", DP_OPTION_PLACE(dp_option_input, dp_train_options, labels),
      .help = "and the labels of IDX images" },
    { "writers", 0, "FILE.tsv",
      DP_OPTION_PLACE(dp_option_input, dp_train_options, writers),
      .help = "hold out images of whole writers: FILE.tsv says who wrote each image" },
    { "test", 0, NULL, DP_OPTION_FLAG(dp_train_options, test),
      .help = "measure the final accuracy on the test images and on drawings by the "
              "test writers" },
    { "test-images", 0, "FILE",
      DP_OPTION_PLACE(dp_option_input, dp_train_options, test_images),
      .help = "the same, with these test images" },
    { "test-labels", 0, "FILE",
      DP_OPTION_PLACE(dp_option_input, dp_train_options, test_labels),
      .help = "and the labels of IDX images" },
    DP_OPTION_LABEL_COLUMN(dp_train_options, label_column),
    { "transpose", 0, NULL, DP_OPTION_FLAG(dp_train_options, transpose),
      .help =
          "exchange rows and columns of all these images, as the files of EMNIST need "
          "it" },
    { "strokes", 0, "FILE.ndjson",
      DP_OPTION_TEXT_LIST(dp_option_input_list, dp_train_options, strokes,
                          DP_TEXT_LIST_MAX),
      .help = "also train on these drawings; may be repeated" },
    { "outlier-strokes", 0, "FILE.ndjson",
      DP_OPTION_TEXT_LIST(dp_option_input_list, dp_train_options, outlier_strokes,
                          DP_TEXT_LIST_MAX),
      .help = "and on these, which are not digits; may be repeated" },
    { "hold-out", 0, "PATTERN",
      DP_OPTION_TEXT_LIST(dp_option_text_list, dp_train_options, hold_out,
                          DP_DIVISION_MAX_PATTERNS),
      .help =
          "hold out the writers of drawings, or the alphabets of outliers, that match; "
          "may be repeated" },
    { "all", 0, NULL, DP_OPTION_FLAG(dp_train_options, all),
      .help = "train on everything and hold nothing out; needs --calibration" },
    { "calibration", 0, "MODEL",
      DP_OPTION_PLACE(dp_option_model, dp_train_options, calibration),
      .help = "with --all, take the temperature and the rejection threshold from MODEL, "
              "which the same recipe trained without --all" },
    { "teacher", 0, "MODEL",
      DP_OPTION_TEXT_LIST(dp_option_model_list, dp_train_options, teachers,
                          DP_MAX_TEACHERS),
      .help = "learn from the answers of MODEL instead of the labels; may be repeated" },
    { "from", 0, "MODEL", DP_OPTION_PLACE(dp_option_model, dp_train_options, from),
      .help = "start from the weights of MODEL, and with its chain of layers unless "
              "--arch is given" },
    { "samples", 0, "FILE.ndjson",
      DP_OPTION_PLACE(dp_option_input, dp_train_options, samples),
      .help = "fit the network of --from to these drawings, as 'digitpad samples export' "
              "prints them" },
    { "recipe", 0, "RECIPE",
      DP_OPTION_PLACE(dp_option_input, dp_train_options, recipe_source),
      .help = "take options of the second list from RECIPE: " DP_RECIPE_NAMES
              ", or a file of lines OPTION = VALUE" },
    DP_OPTION_THREADS(dp_train_options, threads),
    DP_OPTION_KERNEL(dp_train_options, kernels),
    { "progress", 0, "STYLE", DP_OPTION_WORD(dp_train_options, style, styles),
      .help = "report progress as bar (on standard error; the default), ndjson (on "
              "standard output) or none" },
    { "log", 0, "FILE.csv", DP_OPTION_PLACE(dp_option_output, dp_train_options, log),
      .help = "write a line of figures per epoch to FILE.csv" },
    { "output", 'o', "OUT", DP_OPTION_PLACE(dp_option_output, dp_train_options, output),
      .help = "write the network to OUT, in the format of its extension: .safetensors, "
              ".onnx, or .json (8-bit weights; multilayer perceptrons only)" },
    { "credit", 0, "TEXT", DP_OPTION_TEXT(dp_train_options, credit),
      .help = "write TEXT, which says whose data these are, into the network" },
    { "resume", 0, NULL, DP_OPTION_FLAG(dp_train_options, resume),
      .help = "continue from OUT.ckpt, which is written after every epoch and on "
              "SIGINT" },
    DP_OPTION_SANDBOX(dp_train_options, sandbox),
    DP_OPTION_QUIET(dp_train_options, talk),
    DP_OPTION_VERBOSE(dp_train_options, talk),
    { 0 },
};

/* ---- checks ------------------------------------------------------------------------ */

/* The path of a file of MNIST; NULL if it is not here. The caller frees it. */
static char *find_mnist(const char *name)
{
    char path[PATH_MAX];
    return dp_corpus_mnist(path, name) ? strdup(path) : NULL;
}

/* Take the images of MNIST if the command line names none, and their writers.
 * Test images are taken from there only together with the training images: accuracy on
 * unrelated data would mislead. */
static void find_images(dp_train_options *o)
{
    if (o->images || o->labels)
        return;
    o->found[0] = find_mnist("train-images-idx3-ubyte");
    o->labels = o->found[1] = find_mnist("train-labels-idx1-ubyte");
    o->images = o->labels ? o->found[0] : NULL;
    if (!o->writers && !o->all)
        o->writers = o->found[2] = find_mnist("train-writers.tsv");
    if (!o->test || o->test_images || o->test_labels)
        return;
    o->found[3] = find_mnist("t10k-images-idx3-ubyte");
    o->test_labels = o->found[4] = find_mnist("t10k-labels-idx1-ubyte");
    o->test_images = o->test_labels ? o->found[3] : NULL;
}

/* Whether the command line gives a recipe or options of one; those of the configuration file are
 * meant for other runs. */
static bool has_recipe(const dp_options *given)
{
    for (int i = 0; i < given->n; i++) {
        const dp_given *g = &given->given[i];
        if (g->line == 0 &&
            (g->table == dp_recipe_options || strcmp(g->option->name, "recipe") == 0))
            return true;
    }
    return false;
}

/* Fine-tuning has its own data. */
static int check_samples(const dp_train_options *o)
{
    if (!o->from)
        return dp_cli_misuse(command, "--samples needs --from=MODEL");
    const bool images = o->images || o->labels || o->writers || o->test ||
                        o->test_images || o->test_labels;
    const bool drawings =
        o->strokes.n > 0 || o->outlier_strokes.n > 0 || o->hold_out.n > 0 || o->all;
    if (images || drawings || o->teachers.n > 0 || o->resume || o->log)
        return dp_cli_misuse(command,
                             "--samples cannot be combined with other data, --teacher, "
                             "--log or --resume");
    return -1;
}

static int check_division(const dp_train_options *o)
{
    if (o->all && (o->writers || o->hold_out.n > 0))
        return dp_cli_misuse(command,
                             "--all holds nothing out: omit --writers and --hold-out");
    if (o->all && !o->calibration)
        return dp_cli_misuse(command,
                             "--all holds out nothing to calibrate the network on; "
                             "--calibration=MODEL names one to take that from");
    if (o->calibration && !o->all)
        return dp_cli_misuse(command, "--calibration needs --all");
    if (o->test && !o->test_images && (o->all || o->strokes.n == 0))
        return dp_cli_misuse(command,
                             "--test: no test images, and no drawings by test writers; "
                             "--test-images names some");
    return -1;
}

static int check(const dp_train_options *o)
{
    if (!o->output)
        return dp_cli_misuse(command, "-o OUT is required");
    if (!dp_model_write_knows(o->output))
        return dp_cli_misuse(command, "%s: the name must end in " DP_MODEL_WRITE_NAMES,
                             o->output);
    if (o->recipe.config.epochs == 0 && (!o->from || o->samples))
        return dp_cli_misuse(command, "--epochs=0 only calibrates: it needs --from=MODEL "
                                      "and images instead of --samples");
    if (o->samples)
        return check_samples(o);
    if (!o->images)
        return dp_cli_misuse(command,
                             "--images is required; 'digitpad data fetch mnist' "
                             "fetches MNIST, the default, and DIGITPAD_MNIST names "
                             "another folder with its files");
    if (o->test_labels && !o->test_images)
        return dp_cli_misuse(command, "--test-labels needs --test-images");
    return check_division(o);
}

int dp_train_options_read(dp_train_options *o, const dp_options *given)
{
    dp_err err;
    *o = (dp_train_options){ .talk = DP_TALK(command), .kernels = dp_kernels_best() };
    if (!dp_options_apply(o, dp_train_run_options, given))
        return DP_EXIT_USAGE;
    if (o->samples && has_recipe(given))
        return dp_cli_misuse(command,
                             "--samples cannot be combined with --recipe or options of a "
                             "recipe, such as --epochs");
    dp_recipe_init(&o->recipe);
    if (dp_confine(o->sandbox, &o->talk, given, &err))
        return dp_cli_fail(command, &err);
    if (o->recipe_source && dp_recipe_read(&o->recipe, o->recipe_source, &err))
        return dp_cli_fail(command, &err);
    if (!dp_options_apply(&o->recipe, dp_recipe_options, given))
        return DP_EXIT_USAGE;
    if (o->talk.quiet && o->style == DP_TRAIN_BAR)
        o->style = DP_TRAIN_NONE;
    o->threads = dp_cli_threads(o->threads);
    o->test = o->test || o->test_images;
    if (!o->samples)
        find_images(o);
    return check(o);
}

void dp_train_options_clear(dp_train_options *o)
{
    for (size_t i = 0; i < DP_COUNT(o->found); i++)
        free(o->found[i]);
}
