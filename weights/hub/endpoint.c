#include "config.h"

#include "weights/hub/endpoint.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/store/hub_ref.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { MAX_TOKEN_FILE = 2 * DP_TOKEN_MAX }; /* room for white space and "Bearer" */

static dp_code read_endpoint(dp_endpoint *s, dp_err *err)
{
    const char *text = dp_paths_variable("HF_ENDPOINT");
    size_t n = strlen(text ? text : (text = DP_HUB_ENDPOINT));
    while (n > 0 && text[n - 1] == '/')
        n--;
    if (n > DP_ENDPOINT_MAX || memchr(text, '?', n) || memchr(text, '#', n))
        return dp_fail(err, DP_NETWORK,
                       "HF_ENDPOINT: '%.80s' is not the address of a Hub", text);
    memcpy(s->url, text, n);
    s->url[n] = '\0';
    dp_code code = dp_origin_of(&s->origin, s->url, err);
    if (!code)
        code = dp_url_check(s->url, &s->origin, err);
    return code ? dp_fail_in(err, code, "HF_ENDPOINT") : DP_OK;
}

/* ---- the token ------------------------------------------------------------------------- */

/* A text that need not end with a NUL. */
typedef struct span {
    const char *at;
    size_t n;
} span;

static span skip(span s, size_t n)
{
    return (span){ s.at + n, s.n - n };
}

static span strip_blanks(span s)
{
    while (s.n > 0 && isspace((unsigned char)s.at[0]))
        s = skip(s, 1);
    while (s.n > 0 && isspace((unsigned char)s.at[s.n - 1]))
        s.n--;
    return s;
}

/* Remove a byte order mark, surrounding white space and the word "Bearer", which editors and
 * copied headers leave around a token. */
static span unwrap(span s)
{
    static const char mark[3] = "\xef\xbb\xbf", scheme[6] = "Bearer";
    if (s.n >= sizeof mark && memcmp(s.at, mark, sizeof mark) == 0)
        s = skip(s, sizeof mark);
    s = strip_blanks(s);
    const size_t n = sizeof scheme;
    if (s.n >= n && strncasecmp(s.at, scheme, n) == 0 &&
        (s.n == n || isspace((unsigned char)s.at[n])))
        s = skip(s, n);
    return strip_blanks(s);
}

/* One word of printable ASCII. Anything else could inject a header into the request. */
static bool is_token(span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.at[i] <= 0x20 || s.at[i] >= 0x7f)
            return false;
    return s.n <= DP_TOKEN_MAX;
}

/* The message must not quote the text, which is a secret. */
static dp_code set_token(dp_endpoint *s, span text, const char *source, dp_err *err)
{
    const span token = unwrap(text);
    if (!is_token(token))
        return dp_fail(err, DP_NETWORK,
                       "%.120s: not a valid token; give one word of at most %d ASCII "
                       "characters, or none",
                       source, DP_TOKEN_MAX);
    memcpy(s->token, token.at, token.n);
    s->token[token.n] = '\0';
    return DP_OK;
}

/* Read the file HF_TOKEN_PATH, or the file "token" in HF_HOME; neither need exist. */
static dp_code read_token_file(dp_endpoint *s, dp_err *err)
{
    const char *named = dp_paths_variable("HF_TOKEN_PATH");
    char path[PATH_MAX];
    unsigned char *data;
    size_t size;
    dp_code code = named ? dp_paths_format(path, err, "%s", named)
                         : dp_paths_hf_home(path, "token", err);
    if (code || access(path, F_OK) != 0)
        return code;
    code = dp_fsio_read(&data, &size, path, MAX_TOKEN_FILE, err);
    if (code)
        return code;
    code = set_token(s, (span){ (const char *)data, size }, path, err);
    free(data);
    return code;
}

/* HF_TOKEN, its older name, then the file. What holds only white space holds no token. */
static dp_code read_token(dp_endpoint *s, dp_err *err)
{
    static const char *const names[] = { "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN" };
    for (size_t i = 0; i < DP_COUNT(names); i++) {
        const char *text = dp_paths_variable(names[i]);
        if (!text)
            continue;
        dp_code code = set_token(s, (span){ text, strlen(text) }, names[i], err);
        if (code || *s->token)
            return code;
    }
    return read_token_file(s, err);
}

/* ---- the endpoint ---------------------------------------------------------------------- */

static dp_code read_seconds(long *out, const char *name, dp_err *err)
{
    const char *text = dp_paths_variable(name);
    int value = 10;
    if (text && (!dp_decimal_int(&value, text) || value < 1 || value > 3600))
        return dp_fail(err, DP_NETWORK,
                       "%s: '%.40s' is not a number of seconds from 1 to 3600", name,
                       text);
    *out = value;
    return DP_OK;
}

dp_code dp_endpoint_read(dp_endpoint *out, dp_err *err)
{
    dp_code code;
    out->first_wait = 1;
    out->offline = dp_paths_flag("HF_HUB_OFFLINE");
    if ((code = dp_paths_hub_cache(out->cache, err)) ||
        (code = read_endpoint(out, err)) || (code = read_token(out, err)) ||
        (code = read_seconds(&out->head_timeout, "HF_HUB_ETAG_TIMEOUT", err)) ||
        (code = read_seconds(&out->stall_timeout, "HF_HUB_DOWNLOAD_TIMEOUT", err)))
        return code;
    return DP_OK;
}
