/* The text form of chains. */
#include "config.h"

#include "engine/net/spec.h"

#include <stdio.h>
#include <string.h>

/* The length of [text, end) without the white space at its end. */
static int trimmed(const char *text, const char *end)
{
    while (end > text && strchr(" \t\r\n", end[-1]))
        end--;
    return (int)(end - text);
}

dp_code dp_spec_parse(dp_spec *out, const char *text, dp_shape input, dp_err *err)
{
    if (strlen(text) > DP_MAX_SPEC_TEXT)
        return dp_fail(err, DP_USAGE, "a network's text has at most %d characters",
                       DP_MAX_SPEC_TEXT);
    dp_spec spec = { .shape = { input } };
    for (const char *end;; text = end + 1) {
        text += strspn(text, " \t\r\n");
        end = text + strcspn(text, "|");
        if (spec.n_layers == DP_MAX_LAYERS)
            return dp_fail(err, DP_USAGE, "more than %d layers", DP_MAX_LAYERS);
        dp_code code = dp_layer_parse(&spec.layer[spec.n_layers], text, end, err);
        if (code != DP_OK)
            return dp_fail_in(err, code, "layer %d (%.*s)", spec.n_layers,
                              trimmed(text, end) < 80 ? trimmed(text, end) : 80, text);
        spec.n_layers++;
        if (*end == '\0')
            break;
    }
    dp_code code = dp_spec_infer(&spec, err);
    if (code == DP_OK)
        *out = spec;
    return code;
}

size_t dp_spec_format(char *text, size_t size, const dp_spec *spec)
{
    size_t length = 0; /* of the whole text, even if it does not fit */
    char none[1];
    if (size > 0)
        text[0] = '\0';
    else
        text = none; /* text may be NULL, to which not even 0 may be added */
    for (int i = 0; i < spec->n_layers; i++) {
        size_t used = length < size ? length : size;
        if (i > 0)
            length += (size_t)snprintf(text + used, size - used, " | ");
        used = length < size ? length : size;
        length += dp_layer_format(text + used, size - used, &spec->layer[i]);
    }
    return length;
}
