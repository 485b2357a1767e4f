#include "config.h"

#include "weights/store/network_trust.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KEY     DP_NETWORK_TRUST_KEY
#define OLD_KEY "digitpad.reject"

void dp_network_trust_format(char text[DP_NETWORK_TRUST_TEXT], const dp_trust_rule *rule)
{
    const float value[] = { rule->bias, rule->evidence, rule->odds, rule->least };
    char number[DP_COUNT(value)][DP_DECIMAL_SIZE];
    for (size_t i = 0; i < DP_COUNT(value); i++)
        dp_decimal_shortest(number[i], value[i], dp_decimal_float);
    snprintf(text, DP_NETWORK_TRUST_TEXT, "bias=%s evidence=%s odds=%s least=%s",
             number[0], number[1], number[2], number[3]);
}

/* The finite number in the first `size` bytes of text. */
static bool read_number(float *out, const char *text, size_t size)
{
    double value;
    if (!dp_decimal_parse(&value, text, size) || !isfinite((float)value))
        return false;
    *out = (float)value;
    return true;
}

static dp_code read_rule(dp_trust_rule *out, const char *text, dp_err *err)
{
    dp_trust_rule rule;
    const struct {
        const char *name;
        float *value;
    } part[] = { { "bias=", &rule.bias },
                 { "evidence=", &rule.evidence },
                 { "odds=", &rule.odds },
                 { "least=", &rule.least } };
    const char *at = text;
    for (size_t i = 0; i < DP_COUNT(part); i++) {
        const size_t size = strcspn(at, " "), name = strlen(part[i].name);
        if (strncmp(at, part[i].name, name) != 0 ||
            !read_number(part[i].value, at + name, size - name))
            return dp_fail(err, DP_MODEL, KEY ": '%s': '%s' and a number are expected",
                           at, part[i].name);
        at += size + (at[size] == ' ');
    }
    if (*at)
        return dp_fail(err, DP_MODEL, KEY ": '%s' is one part too many", at);
    *out = rule;
    return DP_OK;
}

dp_code dp_network_trust(dp_trust_rule *out, const dp_network *network, dp_err *err)
{
    const char *text = dp_network_get_meta(network, KEY);
    const char *evidence = dp_network_get_meta(network, OLD_KEY);
    float least;
    if (text)
        return read_rule(out, text, err);
    if (!evidence) {
        *out = (dp_trust_rule)DP_TRUST_CONFIDENCE;
        return DP_OK;
    }
    if (!read_number(&least, evidence, strlen(evidence)))
        return dp_fail(err, DP_MODEL, OLD_KEY ": '%s' is not a number", evidence);
    *out = (dp_trust_rule){ .bias = -least, .evidence = 1 };
    return DP_OK;
}
