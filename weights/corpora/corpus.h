/* The data sets of other people that the networks learn from and are measured on: where they are
 * published, under which licence, and where their files are here. */
#ifndef DP_WEIGHTS_CORPORA_CORPUS_H
#define DP_WEIGHTS_CORPORA_CORPUS_H

#include "weights/corpora/convert.h"

#include <limits.h>
#include <stdbool.h>

enum { DP_CORPUS_FILES = 5, DP_CORPUS_SOURCES = 3 };

/* Where a file is published, and how it becomes ours. */
typedef struct dp_corpus_source {
    const char *url; /* "/…" is below the endpoint of the Hub */
    dp_converter *convert;
    const char
        *sha256; /* of what is published; NULL: only the converted content is known */
} dp_corpus_source;

typedef struct dp_corpus_file {
    const char *name;
    size_t size;
    const char *sha256;                         /* NULL if that of its source is known */
    dp_corpus_source source[DP_CORPUS_SOURCES]; /* those after the last have no url */
} dp_corpus_file;

typedef struct dp_corpus {
    const char *name, *summary, *licence, *credit;
    const char *by_hand; /* what to do, if it cannot be fetched; else NULL */
    dp_corpus_file file[DP_CORPUS_FILES]; /* those after the last have no name */
} dp_corpus;

/* The i-th data set; NULL past the end. The one of this name; NULL if there is none. */
const dp_corpus *dp_corpus_at(int i);
const dp_corpus *dp_corpus_find(const char *name);

/* The number of its files, and their bytes together. */
int dp_corpus_n_files(const dp_corpus *set);
size_t dp_corpus_size(const dp_corpus *set);

/* The folder of all files: $XDG_DATA_HOME/digitpad/data. And a file in it. DP_IO. */
DP_MUST_CHECK dp_code dp_corpus_folder(char out[PATH_MAX], dp_err *err);
DP_MUST_CHECK dp_code dp_corpus_path(char out[PATH_MAX], const dp_corpus_file *file,
                                     dp_err *err);

/* Whether all files can be read. Their content is not looked at. */
bool dp_corpus_has(const dp_corpus *set);

/* Find a file of MNIST, or that with .gz after its name, in $DIGITPAD_MNIST, or else in the folder
 * of all files. False if it cannot be read. */
bool dp_corpus_mnist(char out[PATH_MAX], const char *name);

/* The path that an argument means: itself if it is a path or the name of a file; else, if it is
 * the name of a data set of drawings, that of its file. DP_IO, and how to fetch it, if that is not
 * here. */
DP_MUST_CHECK dp_code dp_corpus_resolve(char out[PATH_MAX], const char *argument,
                                        dp_err *err);

#endif
