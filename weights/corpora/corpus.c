#include "config.h"

#include "weights/corpora/corpus.h"

#include "engine/core/arith.h"
#include "weights/io/paths.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UCI             "https://archive.ics.uci.edu/ml/machine-learning-databases/"
#define GITHUB          "https://raw.githubusercontent.com/"
#define OMNIGLOT_COMMIT "057f034baf2ecb8530bc5710e5a23584d2a519cc"

/* The Hub has the files inflated, with a dot in their names; the mirrors have them compressed. */
#define MNIST(part, kind)                                                                \
    .name = part "-" kind, .source = {                                                   \
        { "/datasets/dmitva/the-mnist-database/resolve/main/" part "." kind,             \
          dp_convert_copy, NULL },                                                       \
        { "https://ossci-datasets.s3.amazonaws.com/mnist/" part "-" kind ".gz",          \
          dp_convert_gunzip, NULL },                                                     \
        { "https://storage.googleapis.com/cvdf-datasets/mnist/" part "-" kind ".gz",     \
          dp_convert_gunzip, NULL },                                                     \
    }

static const dp_corpus sets[] = {
    {
        .name = "mnist",
        .summary = "70,000 images of digits, with their writers",
        .licence = "CC BY-SA 3.0; writers: BSD",
        .credit = "Y. LeCun, C. Cortes, C. Burges; writers (QMNIST): C. Yadav, L. Bottou",
        .file = {
            { MNIST("train-images", "idx3-ubyte"), .size = 47040016,
              .sha256 = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" },
            { MNIST("train-labels", "idx1-ubyte"), .size = 60008,
              .sha256 = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5" },
            { MNIST("t10k-images", "idx3-ubyte"), .size = 7840016,
              .sha256 = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7" },
            { MNIST("t10k-labels", "idx1-ubyte"), .size = 10008,
              .sha256 = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2" },
            { .name = "train-writers.tsv", .size = 377385,
              .sha256 = "0942969bedda7a2e3becb8b0da85a1e20b8604da3700d8230a3044347e82058b",
              .source = { { GITHUB "facebookresearch/qmnist/master/"
                                   "qmnist-train-labels-idx2-int.gz",
                            dp_convert_writers, NULL } } },
        },
    },
    {
        .name = "pendigits",
        .summary = "7,494 pen drawings of digits by 30 people",
        .licence = "CC BY 4.0",
        .credit = "E. Alpaydin, F. Alimoglu, Pen-Based Recognition of Handwritten Digits, UCI, "
                  "doi 10.24432/C5MG6K",
        .file = {
            { .name = "pendigits-train.ndjson", .size = 2847584,
              .sha256 = "a98ef85d5b2dd89b6edb5b089d83b784974a1479d4163843b5e8a408bbdc3228",
              .source = { { UCI "pendigits/pendigits-orig.tra.Z", dp_convert_unipen,
                            NULL } } },
        },
    },
    {
        .name = "omniglot",
        .summary = "1,720 pen drawings of characters that are no digits",
        .licence = "MIT",
        .credit = "B. Lake, R. Salakhutdinov, J. Tenenbaum, "
                  "https://github.com/brendenlake/omniglot",
        .file = {
            { .name = "omniglot-outliers.ndjson", .size = 3248565,
              .source = { { GITHUB "brendenlake/omniglot/" OMNIGLOT_COMMIT
                                   "/python/strokes_background.zip",
                            dp_convert_omniglot,
                            "c1e445d158fd74b6adf81f1387ebe051f5a23923bdb0c16f539d6e707ce0"
                            "56d4" } } },
        },
    },
    {
        .name = "uji",
        .summary = "220 pen drawings of digits by 11 people, to measure on",
        .licence = "CC BY 4.0",
        .credit = "D. Llorens and others, UJI Pen Characters, UCI, doi 10.24432/C5FG8S",
        .by_hand = "get UJIpenchars-w01 to -w11 from https://doi.org/10.24432/C5FG8S and write "
                   "their digits like those of pendigits",
        .file = { { .name = "uji.ndjson", .size = 118163 } },
    },
    {
        .name = "unipen",
        .summary = "6,314 pen drawings of digits by 91 people",
        .licence = "CC BY 4.0",
        .credit = "I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet and the "
                  "International Unipen Foundation, UNIPEN train_r01_v07, "
                  "doi 10.5281/zenodo.1195803",
        .by_hand = "unpack train_r01_v07 from https://doi.org/10.5281/zenodo.1195803 and write "
                   "its digits (data/1a) like those of pendigits",
        .file = { { .name = "unipen-train.ndjson", .size = 3398628 } },
    },
};

const dp_corpus *dp_corpus_at(int i)
{
    return i >= 0 && i < (int)DP_COUNT(sets) ? &sets[i] : NULL;
}

const dp_corpus *dp_corpus_find(const char *name)
{
    for (size_t i = 0; i < DP_COUNT(sets); i++)
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
    return NULL;
}

int dp_corpus_n_files(const dp_corpus *set)
{
    int n = 0;
    while (n < DP_CORPUS_FILES && set->file[n].name)
        n++;
    return n;
}

size_t dp_corpus_size(const dp_corpus *set)
{
    size_t size = 0;
    for (int i = 0; i < dp_corpus_n_files(set); i++)
        size += set->file[i].size;
    return size;
}

/* ---- here ------------------------------------------------------------------------------ */

dp_code dp_corpus_folder(char out[PATH_MAX], dp_err *err)
{
    return dp_paths_data(out, "data", err);
}

dp_code dp_corpus_path(char out[PATH_MAX], const dp_corpus_file *file, dp_err *err)
{
    char folder[PATH_MAX];
    dp_code code = dp_corpus_folder(folder, err);
    return code ? code : dp_paths_format(out, err, "%s/%s", folder, file->name);
}

bool dp_corpus_has(const dp_corpus *set)
{
    char path[PATH_MAX];
    for (int i = 0; i < dp_corpus_n_files(set); i++)
        if (dp_corpus_path(path, &set->file[i], NULL) || access(path, R_OK) != 0)
            return false;
    return true;
}

bool dp_corpus_mnist(char out[PATH_MAX], const char *name)
{
    static const char *const endings[] = { "", ".gz" };
    const char *named = dp_paths_variable("DIGITPAD_MNIST");
    char folder[PATH_MAX];
    if (named ? dp_paths_format(folder, NULL, "%s", named)
              : dp_corpus_folder(folder, NULL))
        return false;
    for (size_t i = 0; i < DP_COUNT(endings); i++)
        if (!dp_paths_format(out, NULL, "%s/%s%s", folder, name, endings[i]) &&
            access(out, R_OK) == 0)
            return true;
    return false;
}

dp_code dp_corpus_resolve(char out[PATH_MAX], const char *argument, dp_err *err)
{
    const dp_corpus *set = dp_corpus_find(argument);
    struct stat st;
    if (!set || dp_corpus_n_files(set) > 1 || stat(argument, &st) == 0)
        return dp_paths_format(out, err, "%s", argument);
    dp_code code = dp_corpus_path(out, &set->file[0], err);
    if (!code && access(out, R_OK) != 0)
        code = dp_fail(err, DP_IO, "%s: not here; run 'digitpad data fetch %s'", argument,
                       argument);
    return code;
}
