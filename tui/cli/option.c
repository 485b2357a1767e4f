#include "config.h"

#include "tui/cli/option.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "tui/cli/suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- the types --------------------------------------------------------------------- */

static dp_code parse_flag(void *field, const dp_option *o, const char *text, dp_err *err)
{
    static const char *const words[] = { "no",    "yes",  "off", "on",
                                         "false", "true", "0",   "1" };
    (void)o;
    if (!text)
        text = "yes";
    for (size_t i = 0; i < DP_COUNT(words); i++)
        if (strcmp(text, words[i]) == 0) {
            *(bool *)field = i % 2 == 1;
            return DP_OK;
        }
    return dp_fail(err, DP_USAGE, "invalid value '%s' (yes or no)", text);
}

static dp_code parse_text(void *field, const dp_option *o, const char *text, dp_err *err)
{
    (void)o;
    (void)err;
    *(const char **)field = text;
    return DP_OK;
}

static dp_code parse_text_list(void *field, const dp_option *o, const char *text,
                               dp_err *err)
{
    dp_text_list *list = field;
    const int most = (int)o->value.hi;
    if (list->n == most)
        return dp_fail(err, DP_USAGE, "given more than %d times", most);
    list->text[list->n++] = text;
    return DP_OK;
}

dp_code dp_option_parse_int(int *out, const char *text, int lo, int hi, dp_err *err)
{
    int value;
    if (!dp_decimal_int(&value, text) || value < lo || value > hi)
        return dp_fail(err, DP_USAGE, "'%s' is not a whole number from %d to %d", text,
                       lo, hi);
    *out = value;
    return DP_OK;
}

static dp_code parse_int(void *field, const dp_option *o, const char *text, dp_err *err)
{
    return dp_option_parse_int(field, text, (int)o->value.lo, (int)o->value.hi, err);
}

static void format_int(char *out, size_t size, const dp_option *o, const void *field)
{
    (void)o;
    snprintf(out, size, "%d", *(const int *)field);
}

static dp_code parse_float(void *field, const dp_option *o, const char *text, dp_err *err)
{
    const double lo = o->value.lo, hi = o->value.hi;
    float value;
    if (isspace((unsigned char)*text) || !dp_decimal_float(&value, text) ||
        !((double)value >= lo && (double)value <= hi))
        return dp_fail(err, DP_USAGE, "'%s' is not a number from %g to %g", text, lo, hi);
    *(float *)field = value;
    return DP_OK;
}

static void format_float(char *out, size_t size, const dp_option *o, const void *field)
{
    char text[DP_DECIMAL_SIZE];
    (void)o;
    dp_decimal_shortest(text, *(const float *)field, dp_decimal_float);
    snprintf(out, size, "%s", text);
}

void dp_option_add_word(char *list, size_t size, const char *word)
{
    const size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", word);
}

static dp_code parse_word(void *field, const dp_option *o, const char *text, dp_err *err)
{
    const char *const *words = o->value.words;
    char known[128] = "", similar[DP_SUGGEST_TEXT];
    dp_suggest guess = dp_suggest_begin(text);
    for (int i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *(int *)field = i;
            return DP_OK;
        }
        dp_option_add_word(known, sizeof known, words[i]);
        dp_suggest_consider(&guess, words[i]);
    }
    return dp_fail(err, DP_USAGE, "invalid value '%s' (one of %s)%s", text, known,
                   dp_suggest_text(similar, &guess, ""));
}

static void format_word(char *out, size_t size, const dp_option *o, const void *field)
{
    snprintf(out, size, "%s", o->value.words[*(const int *)field]);
}

const dp_option_type dp_option_flag = { parse_flag, NULL, DP_PLACE_NONE };
const dp_option_type dp_option_text = { parse_text, NULL, DP_PLACE_NONE };
const dp_option_type dp_option_input = { parse_text, NULL, DP_PLACE_INPUT };
const dp_option_type dp_option_output = { parse_text, NULL, DP_PLACE_OUTPUT };
const dp_option_type dp_option_model = { parse_text, NULL, DP_PLACE_MODEL };
const dp_option_type dp_option_name_list = { parse_text, NULL, DP_PLACE_LIST };
const dp_option_type dp_option_text_list = { parse_text_list, NULL, DP_PLACE_NONE };
const dp_option_type dp_option_input_list = { parse_text_list, NULL, DP_PLACE_INPUT };
const dp_option_type dp_option_model_list = { parse_text_list, NULL, DP_PLACE_MODEL };
const dp_option_type dp_option_int = { parse_int, format_int, DP_PLACE_NONE };
const dp_option_type dp_option_float = { parse_float, format_float, DP_PLACE_NONE };
const dp_option_type dp_option_word = { parse_word, format_word, DP_PLACE_NONE };

/* ---- tables ------------------------------------------------------------------------ */

const dp_option *dp_option_find(const dp_option table[], const char *name)
{
    while (table->name && strcmp(table->name, name) != 0)
        table++;
    return table->name ? table : NULL;
}

dp_code dp_option_set(void *request, const dp_option *o, const char *text, dp_err *err)
{
    return o->value.type->parse((char *)request + o->value.offset, o, text, err);
}
