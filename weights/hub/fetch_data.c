#include "config.h"

#include "weights/hub/fetch_data.h"

#include "weights/corpora/corpus.h"
#include "weights/hub/download.h"
#include "weights/hub/events.h"
#include "weights/hub/stop.h"
#include "weights/io/digest.h"
#include "weights/io/fsio.h"
#include "weights/io/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One data set to be fetched. */
typedef struct job {
    const dp_corpus *set;
    const dp_endpoint *endpoint;
    dp_http **http;
    bool cached; /* all files were here before */
} job;

/* ---- a file that is here --------------------------------------------------------------- */

/* Whether a file is here and intact, as far as its hash is known. */
static bool have(const char *path, const dp_corpus_file *file)
{
    unsigned char *data;
    size_t size;
    if (!file->sha256)
        return access(path, R_OK) == 0;
    if (dp_fsio_read(&data, &size, path, DP_CONVERT_MAX, NULL))
        return false;
    const bool intact = dp_digest_check(file->sha256, data, size);
    free(data);
    return intact;
}

/* ---- downloading ----------------------------------------------------------------------- */

static dp_code restart(void *context, dp_err *err)
{
    (void)err;
    dp_text_clear(context);
    return DP_OK;
}

static dp_code append(void *context, const void *data, size_t size, dp_err *err)
{
    dp_text *text = context;
    dp_text_append(text, data, size);
    return text->failed ? dp_fail(err, DP_NOMEM, "no memory for the download") : DP_OK;
}

static dp_code format_url(char out[DP_URL_MAX], const dp_corpus_source *source,
                          const dp_endpoint *endpoint, dp_err *err)
{
    const char *mirror = dp_paths_variable("DIGITPAD_DATA_MIRROR");
    int n =
        mirror ? snprintf(out, DP_URL_MAX, "%s/%s", mirror, dp_fsio_basename(source->url))
               : snprintf(out, DP_URL_MAX, "%s%s",
                          source->url[0] == '/' ? endpoint->url : "", source->url);
    return n < DP_URL_MAX ? DP_OK
                          : dp_fail(err, DP_NETWORK, "DIGITPAD_DATA_MIRROR is too long");
}

static dp_code download(dp_text *out, const job *j, const dp_corpus_source *source,
                        dp_err *err)
{
    char url[DP_URL_MAX];
    dp_code code = format_url(url, source, j->endpoint, err);
    if (!code && !*j->http)
        code = dp_http_create(j->http, j->endpoint, err);
    if (code)
        return code;
    const dp_download what = {
        .url = url,
        .file = dp_fsio_basename(source->url),
        .sha256 = source->sha256,
        .size = -1,
        .most = DP_CONVERT_MAX,
        .model = j->set->name,
        .to = { restart, append, out },
    };
    return dp_download_get(&what, *j->http, err);
}

/* ---- converting ------------------------------------------------------------------------ */

/* A content that cannot be converted, or is not the expected one, is a fault of its source. */
static dp_code convert(dp_text *out, const dp_text *published,
                       const dp_corpus_source *source, const dp_corpus_file *file,
                       dp_err *err)
{
    const uint8_t *bytes = (const uint8_t *)published->bytes;
    dp_code code = source->convert(out, bytes, published->size, err);
    if (!code && out->failed)
        code = dp_fail(err, DP_NOMEM, "no memory for the content");
    if (!code && file->sha256 && !dp_digest_check(file->sha256, out->bytes, out->size))
        code = dp_fail(err, DP_INPUT, "damaged, its hash is not %.12s…", file->sha256);
    if (code != DP_INPUT)
        return code;
    dp_fail_in(err, code, "'%s'", dp_fsio_basename(source->url));
    return dp_err_recode(err, DP_NETWORK);
}

static dp_code fetch_from(const job *j, const dp_corpus_source *source,
                          const dp_corpus_file *file, const char *path, dp_err *err)
{
    dp_text published = { 0 }, content = { 0 };
    dp_code code = download(&published, j, source, err);
    if (!code)
        code = convert(&content, &published, source, file, err);
    dp_text_clear(&published);
    if (!code)
        code = dp_fsio_make_parents(path, err);
    if (!code)
        code = dp_fsio_write(path, content.bytes, content.size, err);
    dp_text_clear(&content);
    return code;
}

/* Try the sources in turn. A warning tells why one failed before the next. */
static dp_code fetch_file(const job *j, const dp_corpus_file *file, const char *path,
                          dp_err *err)
{
    for (int i = 0;; i++) {
        dp_code code = fetch_from(j, &file->source[i], file, path, err);
        if (code != DP_NETWORK)
            return code;
        if (i + 1 == DP_CORPUS_SOURCES || !file->source[i + 1].url)
            return code;
        dp_event_warning(j->set->name, err->msg);
    }
}

static dp_code fetch(job *j, dp_err *err)
{
    j->cached = true;
    for (int i = 0; i < dp_corpus_n_files(j->set); i++) {
        const dp_corpus_file *file = &j->set->file[i];
        char path[PATH_MAX];
        dp_code code = dp_corpus_path(path, file, err);
        if (!code && have(path, file))
            continue;
        j->cached = false;
        if (!code && j->endpoint->offline)
            code = dp_fail(err, DP_NETWORK, "%s is not here, and offline mode is on",
                           file->name);
        if (!code)
            code = fetch_file(j, file, path, err);
        if (code)
            return code;
    }
    return DP_OK;
}

dp_code dp_fetch_data(dp_http **http, const dp_endpoint *endpoint, const char *name)
{
    job j = { .set = dp_corpus_find(name), .endpoint = endpoint, .http = http };
    dp_err err;
    dp_event_start(name);
    dp_code code = !j.set ? dp_fail(&err, DP_USAGE, "no data set has this name")
                   : j.set->by_hand
                       ? dp_fail(&err, DP_USAGE, "cannot be fetched; %s", j.set->by_hand)
                       : fetch(&j, &err);
    if (code)
        dp_event_error(name, &err);
    else
        dp_event_done(name, j.cached);
    return code;
}
