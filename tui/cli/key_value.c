#include "config.h"

#include "tui/cli/key_value.h"

#include "weights/io/fsio.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    text[n] = '\0';
    return text;
}

/* One line, without its newline. */
static dp_code read_line(char *line, int number, dp_key_value_take take, void *user,
                         dp_err *err)
{
    line = trim(line);
    if (*line == '\0' || *line == '#')
        return DP_OK;
    char *equals = strchr(line, '=');
    if (!equals)
        return dp_fail(err, DP_USAGE, "'%s' is not of the form OPTION = VALUE", line);
    *equals = '\0';
    return take(user, trim(line), trim(equals + 1), number, err);
}

static dp_code read_lines(char *text, const char *name, dp_key_value_take take,
                          void *user, dp_err *err)
{
    int number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        number++;
        dp_code code = read_line(line, number, take, user, err);
        if (code)
            return dp_fail_in(err, code, "%s:%d", name, number);
    }
    return DP_OK;
}

dp_code dp_key_value_read(const char *path, size_t max_size, dp_key_value_take take,
                          void *user, dp_err *err)
{
    unsigned char *bytes;
    size_t n;
    dp_code code = dp_fsio_read(&bytes, &n, path, max_size, err);
    if (code)
        return code;
    char *text = realloc(bytes, n + 1);
    if (!text) {
        free(bytes);
        return dp_fail(err, DP_NOMEM, "%s: no memory to read it", path);
    }
    text[n] = '\0';
    if (strlen(text) != n)
        code = dp_fail(err, DP_USAGE, "%s: not a text file", path);
    else
        code = read_lines(text, path, take, user, err);
    free(text);
    return code;
}

dp_code dp_key_value_parse(const char *text, const char *name, dp_key_value_take take,
                           void *user, dp_err *err)
{
    char *lines = strdup(text);
    if (!lines)
        return dp_fail(err, DP_NOMEM, "%s: no memory to read it", name);
    dp_code code = read_lines(lines, name, take, user, err);
    free(lines);
    return code;
}
