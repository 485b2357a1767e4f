#include "config.h"

#include "tui/report/json.h"

#include "weights/io/json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_string(dp_json *j, const char *value)
{
    char *quoted = dp_json_text_string(value, strlen(value));
    j->text.failed |= !quoted;
    dp_text_add(&j->text, "%s", quoted ? quoted : "");
    free(quoted);
}

/* What comes before a piece: a comma, its key. */
static void begin(dp_json *j, const char *key)
{
    if (j->follows)
        dp_text_add(&j->text, ",");
    if (key) {
        add_string(j, key);
        dp_text_add(&j->text, ":");
    }
    j->follows = true;
}

static void open_level(dp_json *j, const char *key, const char *bracket)
{
    begin(j, key);
    dp_text_add(&j->text, "%s", bracket);
    j->follows = false;
}

static void close_level(dp_json *j, const char *bracket)
{
    dp_text_add(&j->text, "%s", bracket);
    j->follows = true;
}

void dp_json_object(dp_json *j, const char *key)
{
    open_level(j, key, "{");
}

void dp_json_array(dp_json *j, const char *key)
{
    open_level(j, key, "[");
}

void dp_json_end_object(dp_json *j)
{
    close_level(j, "}");
}

void dp_json_end_array(dp_json *j)
{
    close_level(j, "]");
}

void dp_json_null(dp_json *j, const char *key)
{
    begin(j, key);
    dp_text_add(&j->text, "null");
}

void dp_json_string(dp_json *j, const char *key, const char *value)
{
    if (!value) {
        dp_json_null(j, key);
        return;
    }
    begin(j, key);
    add_string(j, value);
}

void dp_json_integer(dp_json *j, const char *key, long long value)
{
    begin(j, key);
    dp_text_add(&j->text, "%lld", value);
}

void dp_json_number(dp_json *j, const char *key, double value)
{
    if (!isfinite(value)) {
        dp_json_null(j, key);
        return;
    }
    begin(j, key);
    dp_text_add(&j->text, "%.6g", value);
}

void dp_json_flag(dp_json *j, const char *key, bool value)
{
    begin(j, key);
    dp_text_add(&j->text, value ? "true" : "false");
}

dp_code dp_json_print(dp_json *j, dp_err *err)
{
    const bool failed = j->text.failed;
    if (!failed) {
        fwrite(j->text.bytes, 1, j->text.size, stdout);
        putchar('\n');
    }
    dp_text_clear(&j->text);
    return failed ? dp_fail(err, DP_NOMEM, "no memory for the report") : DP_OK;
}
