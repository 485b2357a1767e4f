#include "config.h"

#include "tui/cli/shared_options.h"

#define NORM_NAME(NAME, name) #name,
const char *const dp_words_norm[] = { DP_NORMS(NORM_NAME) NULL };
#undef NORM_NAME
const char *const dp_words_form[] = { "text", "json", NULL };
const char *const dp_words_sandbox[] = { "auto", "require", "off", NULL };
const char *const dp_words_when[] = { "auto", "always", "never", NULL };
const char *const dp_words_preprocess[] = { "auto", "always", "never", NULL };
const char *const dp_words_invert[] = { "auto", "yes", "no", NULL };
const char *const dp_words_ink[] = { "auto", "pixels", "octants", "half", "ascii", NULL };
const char *const dp_words_theme[] = { "auto", "dark", "light", NULL };
const char *const dp_words_charset[] = { "auto", "utf8", "ascii", NULL };

static dp_code parse_kernels(void *field, const dp_option *o, const char *text,
                             dp_err *err)
{
    const dp_kernels *kernels = dp_kernels_named(text), *other;
    char known[128] = "";
    (void)o;
    for (int i = 0; !kernels && (other = dp_kernels_at(i)); i++)
        if (dp_kernels_named(other->name))
            dp_option_add_word(known, sizeof known, other->name);
    if (!kernels)
        return dp_fail(err, DP_USAGE,
                       "'%s' is unknown or not supported by this processor, which has %s",
                       text, known);
    *(const dp_kernels **)field = kernels;
    return DP_OK;
}

static dp_code parse_norm(void *field, const dp_option *o, const char *text, dp_err *err)
{
    dp_network_file_options *options = field;
    int norm;
    dp_code code = dp_option_word.parse(&norm, o, text, err);
    if (code)
        return code;
    options->norm_given = true;
    options->norm = (dp_norm)norm;
    return DP_OK;
}

const dp_option_type dp_option_kernels = { parse_kernels, NULL, DP_PLACE_NONE };
const dp_option_type dp_option_norm = { parse_norm, NULL, DP_PLACE_NONE };
