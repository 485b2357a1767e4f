#include "config.h"

#include "tui/commands/doctor_report.h"

#include "tui/cli/cli.h"
#include "tui/term/out.h"
#include "weights/io/json_text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 24 };

/* Copy a name for people: underscores become spaces, except in variables (LC_ALL). */
static void to_words(char out[NAME_WIDTH], const char *name)
{
    snprintf(out, NAME_WIDTH, "%s", name);
    for (char *at = out; *at; at++)
        if (*at == '_' && name[0] >= 'a')
            *at = ' ';
}

static void end_group(dp_doctor_report *r)
{
    if (r->in_group && r->json)
        dp_text_add(&r->text, "}");
}

void dp_doctor_group(dp_doctor_report *r, const char *name)
{
    end_group(r);
    if (r->json)
        dp_text_add(&r->text, "%s\"%s\":{", r->in_group ? "," : "{", name);
    else
        dp_text_add(&r->text, "%s%s\n", r->in_group ? "\n" : "", name);
    r->in_group = true;
    r->has_fact = false;
}

/* Add a name with its value, which is complete. */
static void add(dp_doctor_report *r, const char *name, const char *value)
{
    char words[NAME_WIDTH];
    to_words(words, name);
    if (r->json)
        dp_text_add(&r->text, "%s\"%s\":%s", r->has_fact ? "," : "", name, value);
    else
        dp_text_add(&r->text, "  %-*s%s\n", NAME_WIDTH, words, value);
    r->has_fact = true;
}

void dp_doctor_text(dp_doctor_report *r, const char *name, const char *fmt, ...)
{
    char value[2 * PATH_MAX], safe[2 * PATH_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(value, sizeof value, fmt, ap);
    va_end(ap);
    char *json = r->json ? dp_json_text_string(value, strlen(value)) : NULL;
    r->text.failed |= r->json && !json;
    add(r, name, json ? json : dp_out_safe(safe, sizeof safe, value));
    free(json);
}

void dp_doctor_flag(dp_doctor_report *r, const char *name, bool value)
{
    add(r, name, r->json ? (value ? "true" : "false") : (value ? "yes" : "no"));
}

void dp_doctor_number(dp_doctor_report *r, const char *name, int value)
{
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    add(r, name, text);
}

int dp_doctor_finish(dp_doctor_report *r)
{
    dp_err err;
    int status = DP_EXIT_DONE;
    end_group(r);
    if (r->json)
        dp_text_add(&r->text, "}\n");
    if (r->text.failed) {
        dp_fail(&err, DP_NOMEM, "no memory for the report");
        status = dp_cli_fail("doctor", &err);
    } else {
        fwrite(r->text.bytes, 1, r->text.size, stdout);
    }
    dp_text_clear(&r->text);
    return dp_cli_finish("doctor", status);
}
