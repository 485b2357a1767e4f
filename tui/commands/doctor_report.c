#include "config.h"

#include "tui/commands/doctor_report.h"

#include "tui/cli/cli.h"
#include "tui/cli/option.h"
#include "tui/term/out.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
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
    if (r->in_group)
        dp_json_end_object(&r->json);
}

void dp_doctor_group(dp_doctor_report *r, const char *name)
{
    if (!r->in_group)
        dp_json_object(&r->json, NULL);
    end_group(r);
    dp_json_object(&r->json, name);
    dp_text_add(&r->text, "%s%s\n", r->in_group ? "\n" : "", name);
    r->in_group = true;
}

static void add_line(dp_doctor_report *r, const char *name, const char *value)
{
    char words[NAME_WIDTH], safe[2 * PATH_MAX];
    to_words(words, name);
    dp_text_add(&r->text, "  %-*s%s\n", NAME_WIDTH, words,
                dp_out_safe(safe, sizeof safe, value));
}

void dp_doctor_text(dp_doctor_report *r, const char *name, const char *fmt, ...)
{
    char value[2 * PATH_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(value, sizeof value, fmt, ap);
    va_end(ap);
    dp_json_string(&r->json, name, value);
    add_line(r, name, value);
}

void dp_doctor_none(dp_doctor_report *r, const char *name)
{
    dp_json_null(&r->json, name);
    add_line(r, name, "none");
}

void dp_doctor_flag(dp_doctor_report *r, const char *name, bool value)
{
    dp_json_flag(&r->json, name, value);
    add_line(r, name, value ? "yes" : "no");
}

void dp_doctor_number(dp_doctor_report *r, const char *name, long long value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", value);
    dp_json_integer(&r->json, name, value);
    add_line(r, name, text);
}

void dp_doctor_list(dp_doctor_report *r, const char *name, const char *const words[],
                    int n)
{
    char list[256] = "";
    dp_json_array(&r->json, name);
    for (int i = 0; i < n; i++) {
        dp_json_string(&r->json, NULL, words[i]);
        dp_option_add_word(list, sizeof list, words[i]);
    }
    dp_json_end_array(&r->json);
    add_line(r, name, list);
}

void dp_doctor_bytes(dp_doctor_report *r, const char *name, long long value)
{
    static const char *const units[] = { "bytes", "KB", "MB", "GB" };
    char text[32];
    double amount = (double)value;
    int unit = 0;
    for (; unit < 3 && amount >= 1000; unit++)
        amount /= 1000;
    snprintf(text, sizeof text, "%.*f %s", unit > 0 && amount < 100, amount, units[unit]);
    dp_json_integer(&r->json, name, value);
    add_line(r, name, text);
}

void dp_doctor_begin_settings(dp_doctor_report *r, const char *name)
{
    dp_json_array(&r->json, name);
}

void dp_doctor_setting(dp_doctor_report *r, int line, const char *option,
                       const char *value, const char *commands)
{
    char name[32], text[PATH_MAX];
    dp_json_object(&r->json, NULL);
    dp_json_integer(&r->json, "line", line);
    dp_json_string(&r->json, "option", option);
    dp_json_string(&r->json, "value", value);
    dp_json_string(&r->json, "commands", commands);
    dp_json_end_object(&r->json);
    snprintf(name, sizeof name, "line %d", line);
    snprintf(text, sizeof text, "%s = %s (%s)", option, value,
             *commands ? commands : "unknown option");
    add_line(r, name, text);
}

void dp_doctor_end_settings(dp_doctor_report *r)
{
    dp_json_end_array(&r->json);
}

int dp_doctor_finish(dp_doctor_report *r)
{
    dp_err err;
    dp_code code = DP_OK;
    end_group(r);
    dp_json_end_object(&r->json);
    if (r->as_json)
        code = dp_json_print(&r->json, &err);
    else if (r->text.failed)
        code = dp_fail(&err, DP_NOMEM, "no memory for the report");
    else
        fwrite(r->text.bytes, 1, r->text.size, stdout);
    dp_text_clear(&r->json.text);
    dp_text_clear(&r->text);
    return dp_cli_finish("doctor", code ? dp_cli_fail("doctor", &err) : DP_EXIT_DONE);
}
