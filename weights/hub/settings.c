#include "config.h"

#include "weights/hub/settings.h"

#include "weights/fsio.h"
#include "weights/paths.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static dp_code read_endpoint(dp_settings *s, dp_err *err)
{
    const char *text = dp_paths_variable("HF_ENDPOINT");
    size_t n = strlen(text ? text : (text = "https://huggingface.co"));
    while (n > 0 && text[n - 1] == '/')
        n--;
    if (n > DP_ENDPOINT_MAX || memchr(text, '?', n) || memchr(text, '#', n))
        return dp_fail(err, DP_NETWORK,
                       "HF_ENDPOINT: '%.80s' is not the address of a Hub", text);
    memcpy(s->endpoint, text, n);
    s->endpoint[n] = '\0';
    dp_code code = dp_origin_of(&s->origin, s->endpoint, err);
    if (!code)
        code = dp_url_check(s->endpoint, &s->origin, err);
    return code ? dp_fail_in(err, code, "HF_ENDPOINT") : DP_OK;
}

/* A token is one printable word: anything else could add headers of its own. */
static dp_code set_token(dp_settings *s, const char *text, const char *source,
                         dp_err *err)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7f)
            n = DP_TOKEN_MAX + 1;
    if (n > DP_TOKEN_MAX)
        return dp_fail(err, DP_NETWORK, "%s does not hold a token", source);
    memcpy(s->token, text, n);
    s->token[n] = '\0';
    return DP_OK;
}

/* HF_TOKEN > the file HF_TOKEN_PATH > the file token in HF_HOME. */
static dp_code read_token(dp_settings *s, dp_err *err)
{
    const char *variable = dp_paths_variable("HF_TOKEN");
    const char *named = dp_paths_variable("HF_TOKEN_PATH");
    char path[PATH_MAX];
    s->token[0] = '\0';
    if (variable)
        return set_token(s, variable, "HF_TOKEN", err);
    dp_code code = named ? dp_paths_format(path, err, "%s", named)
                         : dp_paths_hf_home(path, "token", err);
    if (code || access(path, F_OK) != 0)
        return code;
    unsigned char *data;
    size_t size;
    char text[DP_TOKEN_MAX + 1] = "";
    code = dp_fsio_read(&data, &size, path, DP_TOKEN_MAX, err);
    if (code)
        return code;
    memcpy(text, data, size);
    free(data);
    return set_token(s, text, path, err);
}

static dp_code read_seconds(long *out, const char *name, dp_err *err)
{
    const char *text = dp_paths_variable(name);
    char *end;
    long value = text ? strtol(text, &end, 10) : 10;
    if (value < 1 || value > 3600 || (text && *end))
        return dp_fail(err, DP_NETWORK, "%s: '%.40s' is not a number of seconds", name,
                       text);
    *out = value;
    return DP_OK;
}

dp_code dp_settings_read(dp_settings *out, dp_err *err)
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
