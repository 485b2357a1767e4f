#include "config.h"

#include "tui/predict/inputs.h"

#include "weights/io/source.h"
#include "weights/io/walk.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct dp_inputs {
    dp_inputs_options options;
    void (*on_wait)(void *context);
    void *context;
    int next;           /* file of the command line */
    dp_source *list;    /* NULL before it is opened and after its end */
    bool list_is_done;  /* or there is none */
    dp_walk *walk;      /* the folder being read, or NULL */
    const char *folder; /* its path */
    bool empty;         /* nothing was found in it */
    char path[PATH_MAX];
    const char *failed;
};

dp_code dp_inputs_create(dp_inputs **out, const dp_inputs_options *options,
                         void (*on_wait)(void *context), void *context, dp_err *err)
{
    dp_inputs *in = calloc(1, sizeof *in);
    if (!in)
        return dp_fail(err, DP_NOMEM, "no memory for the names of files");
    in->options = *options;
    in->on_wait = on_wait;
    in->context = context;
    in->list_is_done = !options->list;
    *out = in;
    return DP_OK;
}

void dp_inputs_free(dp_inputs *in)
{
    if (!in)
        return;
    dp_walk_close(in->walk);
    dp_source_close(in->list);
    free(in);
}

const char *dp_inputs_failed(const dp_inputs *in)
{
    return in->failed;
}

bool dp_inputs_many(const dp_inputs_options *options)
{
    return options->n_files > 1 || options->recursive || options->list;
}

/* ---- the list ------------------------------------------------------------------------ */

static void end_list(dp_inputs *in)
{
    dp_source_close(in->list);
    in->list = NULL;
    in->list_is_done = true;
}

static dp_code open_list(dp_inputs *in, dp_err *err)
{
    dp_code code = dp_source_open(&in->list, in->options.list, err);
    in->failed = in->options.list;
    if (code != DP_OK)
        end_list(in);
    else
        dp_source_on_wait(in->list, in->on_wait, in->context);
    return code;
}

/* Read up to the next separator into in->path. Returns how many bytes there were, although
 * only PATH_MAX − 1 are kept; −1 at the end. */
static long take_entry(dp_inputs *in)
{
    long n = 0;
    int c;
    while ((c = dp_source_get(in->list)) >= 0 && c != in->options.separator) {
        if (n < PATH_MAX - 1)
            in->path[n] = (char)c;
        n++;
    }
    in->path[n < PATH_MAX ? n : PATH_MAX - 1] = '\0';
    return c < 0 && n == 0 ? -1 : n;
}

/* Whether in->path, of n bytes, can be used as a path. */
static dp_code check_entry(dp_inputs *in, long n, dp_err *err)
{
    if (n >= PATH_MAX) {
        strcpy(in->path + 60, "..."); /* for the message */
        return dp_fail(err, DP_IO, "%s", strerror(ENAMETOOLONG));
    }
    if (strlen(in->path) < (size_t)n)
        return dp_fail(err, DP_INPUT,
                       "a NUL in the list of files; --files-from0 reads a list that is "
                       "separated by them");
    if (strcmp(in->path, "-") == 0 && strcmp(in->options.list, "-") == 0)
        return dp_fail(err, DP_INPUT, "standard input already has the list of files");
    return DP_OK;
}

/* Read the next path of the list that is not empty; *path is NULL at its end. */
static dp_code read_list(const char **path, dp_inputs *in, dp_err *err)
{
    long n = 0;
    dp_code code = in->list ? DP_OK : open_list(in, err);
    if (code != DP_OK)
        return code;
    while (n == 0) {
        n = take_entry(in);
        if (n > 0 && n < PATH_MAX && in->options.separator == '\n' &&
            in->path[n - 1] == '\r')
            in->path[--n] = '\0';
    }
    in->failed = n < 0 ? in->options.list : in->path;
    code = n < 0 ? dp_source_check(in->list, err) : check_entry(in, n, err);
    if (n < 0)
        end_list(in);
    if (code == DP_OK)
        *path = n < 0 ? NULL : in->path;
    return code;
}

/* ---- folders ------------------------------------------------------------------------- */

/* Enter a path that is a folder: *path is then NULL. */
static dp_code enter_folder(const char **path, dp_inputs *in, dp_err *err)
{
    struct stat st;
    in->failed = *path;
    if (strcmp(*path, "-") == 0 || stat(*path, &st) != 0 || !S_ISDIR(st.st_mode))
        return DP_OK;
    if (!in->options.recursive)
        return dp_fail(err, DP_IO, "is a directory; -r reads the files in it");
    in->folder = *path;
    in->empty = true;
    *path = NULL;
    return dp_walk_open(&in->walk, in->folder, err);
}

static dp_code read_folder(const char **path, dp_inputs *in, dp_err *err)
{
    dp_code code = dp_walk_next(path, in->walk, err);
    in->failed = dp_walk_path(in->walk);
    in->empty = in->empty && code == DP_OK && !*path;
    if (code != DP_OK || *path)
        return code;
    dp_walk_close(in->walk);
    in->walk = NULL;
    in->failed = in->folder;
    return in->empty ? dp_fail(err, DP_IO, "no files in it") : DP_OK;
}

/* ---- all ------------------------------------------------------------------------------ */

dp_code dp_inputs_next(const char **path, dp_inputs *in, dp_err *err)
{
    const char *found = NULL;
    dp_code code = DP_OK;
    while (code == DP_OK && !found) {
        if (in->walk)
            code = read_folder(&found, in, err);
        else if (in->next < in->options.n_files)
            found = in->options.file[in->next++];
        else if (!in->list_is_done)
            code = read_list(&found, in, err);
        else
            break;
        if (code == DP_OK && found && !in->walk)
            code = enter_folder(&found, in, err);
    }
    if (code == DP_OK)
        *path = found;
    return code;
}
