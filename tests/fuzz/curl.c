/* A libcurl without a network: it takes replies from a text. It has the functions that
 * weights/hub/http.c calls; those for URLs are libcurl's own. */
#include "config.h"

#include "tests/fuzz/curl.h"

#include "engine/core/arith.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

enum { MAX_HEADERS = 32, MAX_VALUE = 1 << 12 };

static struct {
    const char *at, *end; /* of the replies that are left */
    struct {
        char name[64], value[MAX_VALUE];
    } header[MAX_HEADERS];
    int n_headers;
    long status;
    size_t (*write)(char *data, size_t one, size_t size, void *context);
    void *context;
    bool has_token, no_body;
    const char *url;
    dp_curl_hook *hook;
} it;

void dp_curl_replies(const uint8_t *data, size_t size, dp_curl_hook *hook)
{
    it.at = (const char *)data;
    it.end = it.at + size;
    it.hook = hook;
}

CURLcode curl_global_init(long flags)
{
    (void)flags;
    return CURLE_OK;
}

void curl_global_cleanup(void)
{
}

CURL *curl_easy_init(void)
{
    return &it;
}

void curl_easy_cleanup(CURL *curl)
{
    (void)curl;
}

void curl_easy_reset(CURL *curl)
{
    (void)curl;
    it.has_token = false;
}

CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
    va_list list;
    (void)curl;
    va_start(list, option);
    if (option == CURLOPT_WRITEFUNCTION)
        it.write = va_arg(list, size_t(*)(char *, size_t, size_t, void *));
    else if (option == CURLOPT_WRITEDATA)
        it.context = va_arg(list, void *);
    else if (option == CURLOPT_URL)
        it.url = va_arg(list, const char *);
    else if (option == CURLOPT_NOBODY)
        it.no_body = va_arg(list, long);
    it.has_token |= option == CURLOPT_XOAUTH2_BEARER;
    va_end(list);
    return CURLE_OK;
}

/* ---- replies -------------------------------------------------------------------------- */

/* The next line without CR and LF; false at the end. */
static bool take_line(const char **line, size_t *size)
{
    if (it.at == it.end)
        return false;
    const char *newline = memchr(it.at, '\n', (size_t)(it.end - it.at));
    *line = it.at;
    *size = (size_t)((newline ? newline : it.end) - it.at);
    it.at = newline ? newline + 1 : it.end;
    *size -= *size > 0 && (*line)[*size - 1] == '\r';
    return true;
}

/* "Name: value", as libcurl keeps it: without space around the value. False if it refuses it. */
static bool keep_header(const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    if (!colon || memchr(line, '\0', size) || it.n_headers == MAX_HEADERS ||
        (size_t)(colon - line) >= sizeof it.header->name)
        return false;
    const size_t name = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + size;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    const size_t n = (size_t)(end - value);
    if (n >= MAX_VALUE)
        return false;
    memcpy(it.header[it.n_headers].name, line, name);
    it.header[it.n_headers].name[name] = '\0';
    memcpy(it.header[it.n_headers].value, value, n);
    it.header[it.n_headers++].value[n] = '\0';
    return true;
}

/* A reply is a line with the status, headers and an empty line; the rest, up to a line "--", is
 * the body. */
CURLcode curl_easy_perform(CURL *curl)
{
    const char *line;
    size_t size;
    (void)curl;
    it.n_headers = 0;
    it.hook(it.url, it.has_token);
    if (!take_line(&line, &size))
        return CURLE_GOT_NOTHING;
    char status[4] = "";
    memcpy(status, line, size < 3 ? size : 3);
    it.status = strtol(status, NULL, 10);
    while (take_line(&line, &size) && size > 0)
        if (!keep_header(line, size))
            return CURLE_WEIRD_SERVER_REPLY;
    while (take_line(&line, &size) && !(size == 2 && memcmp(line, "--", 2) == 0))
        if (!it.no_body && size > 0 &&
            it.write((char *)line, 1, size, it.context) != size)
            return CURLE_WRITE_ERROR;
    return CURLE_OK;
}

static const char *find(const char *name)
{
    for (int i = 0; i < it.n_headers; i++)
        if (strcasecmp(it.header[i].name, name) == 0)
            return it.header[i].value;
    return NULL;
}

CURLHcode curl_easy_header(CURL *curl, const char *name, size_t index, unsigned origin,
                           int request, struct curl_header **out)
{
    static struct curl_header found;
    (void)curl, (void)index, (void)origin, (void)request;
    found.value = (char *)find(name);
    *out = &found;
    return found.value ? CURLHE_OK : CURLHE_MISSING;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
    va_list list;
    (void)curl;
    va_start(list, info);
    if (info == CURLINFO_RESPONSE_CODE) {
        *va_arg(list, long *) = it.status;
    } else if (info == CURLINFO_RETRY_AFTER) {
        const char *text = find("Retry-After");
        *va_arg(list, curl_off_t *) = text ? strtol(text, NULL, 10) : 0;
    }
    va_end(list);
    return CURLE_OK;
}
