#include "config.h"

#include "weights/store/hub_url.h"

#include "engine/core/arith.h"
#include "weights/io/paths.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HF "hf://"

enum { MAX_URL = 2048 };

/* The parts, in a copy of the address. */
typedef struct parts {
    char text[MAX_URL];
    const char *owner, *repo, *revision, *file; /* NULL: missing */
} parts;

bool dp_hub_url_is(const char *text)
{
    return strncasecmp(text, "https://", 8) == 0 ||
           strncasecmp(text, "http://", 7) == 0 || strncmp(text, HF, strlen(HF)) == 0;
}

/* ---- splitting ------------------------------------------------------------------------- */

/* The text after "https://HOST/" of the Hub or after $HF_ENDPOINT; NULL for another server. */
static const char *after_host(const char *text)
{
    static const char *const hubs[] = { "https://huggingface.co/",
                                        "http://huggingface.co/",
                                        "https://www.huggingface.co/", "https://hf.co/" };
    const char *endpoint = dp_paths_variable("HF_ENDPOINT");
    for (size_t i = 0; i < DP_COUNT(hubs); i++)
        if (strncasecmp(text, hubs[i], strlen(hubs[i])) == 0)
            return text + strlen(hubs[i]);
    size_t n = endpoint ? strlen(endpoint) : 0;
    while (n > 0 && endpoint[n - 1] == '/')
        n--;
    return n > 0 && strncmp(text, endpoint, n) == 0 && text[n] == '/' ? text + n + 1
                                                                      : NULL;
}

/* Cut off the next segment; NULL at the end. */
static char *take(char **rest)
{
    char *segment = *rest;
    if (!segment || !*segment)
        return NULL;
    *rest = strchr(segment, '/');
    if (*rest)
        *(*rest)++ = '\0';
    return segment;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Decode %XX in place. What is not an escape stays, and so does %00. */
static void decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        const int high = *in == '%' ? hex_digit(in[1]) : -1;
        const int low = high >= 0 ? hex_digit(in[2]) : -1;
        const bool escape = low >= 0 && (high > 0 || low > 0);
        *out++ = (char)(escape ? 16 * high + low : *in);
        in += escape ? 2 : 0;
    }
    *out = '\0';
}

/* "refs/pr/3" and "refs/convert/NAME" have slashes, which browsers do not always escape. */
static const char *take_revision(char **rest)
{
    char *revision = take(rest);
    if (revision && strcmp(revision, "refs") == 0 && *rest)
        for (int i = 0; i < 2 && *rest; i++) {
            (*rest)[-1] = '/';
            take(rest);
        }
    return revision;
}

static void split_hf(parts *p, char *rest)
{
    if (strncmp(rest, "models/", 7) == 0)
        rest += 7;
    p->owner = take(&rest);
    char *repo = take(&rest), *at = repo ? strchr(repo, '@') : NULL;
    if (at)
        *at++ = '\0';
    p->repo = repo;
    p->revision = at;
    p->file = rest;
}

static void split_web(parts *p, char *rest)
{
    static const char *const kinds[] = { "resolve", "blob", "raw", "tree" };
    p->owner = take(&rest);
    p->repo = take(&rest);
    const char *kind = take(&rest);
    for (size_t i = 0; kind && i < DP_COUNT(kinds); i++)
        if (strcmp(kind, kinds[i]) == 0) {
            p->revision = take_revision(&rest);
            p->file = rest;
        }
}

/* ---- messages -------------------------------------------------------------------------- */

static dp_code fail_file(const parts *p, dp_err *err)
{
    return dp_fail(err, DP_USAGE,
                   "%.60s/%.60s: which file? give hf:%.60s/%.60s:FILE; "
                   "https://huggingface.co/%.60s/%.60s/tree/main lists them",
                   p->owner, p->repo, p->owner, p->repo, p->owner, p->repo);
}

static bool is_other_kind(const char *owner)
{
    static const char *const kinds[] = { "datasets",    "spaces", "docs", "papers",
                                         "collections", "blog",   "api" };
    for (size_t i = 0; i < DP_COUNT(kinds); i++)
        if (strcmp(owner, kinds[i]) == 0)
            return true;
    return false;
}

dp_code dp_hub_url_name(char *out, size_t size, const char *text, dp_err *err)
{
    parts p = { .owner = NULL };
    const bool hf = strncmp(text, HF, strlen(HF)) == 0;
    const char *path = hf ? text + strlen(HF) : after_host(text);
    if (!path || strlen(path) >= sizeof p.text)
        return dp_fail(
            err, DP_USAGE,
            "'%.100s': not an address of the Hugging Face Hub; download the file "
            "and give its name",
            text);
    snprintf(p.text, sizeof p.text, "%.*s", (int)strcspn(path, hf ? "" : "?#"), path);
    (hf ? split_hf : split_web)(&p, p.text);
    if (!p.owner || !p.repo || is_other_kind(p.owner))
        return dp_fail(err, DP_USAGE,
                       "'%.100s': not a model of the Hub; give hf:OWNER/REPO:FILE", text);
    if (!p.file || !*p.file)
        return fail_file(&p, err);
    if (!p.revision)
        p.revision = "main";
    char name[MAX_URL + 16];
    snprintf(name, sizeof name, "%s/%s@%s:%s", p.owner, p.repo, p.revision, p.file);
    decode(name);
    if (strlen(name) >= size)
        return dp_fail(err, DP_USAGE, "'%.100s…': the address is too long", text);
    strcpy(out, name);
    return DP_OK;
}
