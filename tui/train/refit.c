#include "config.h"

#include "tui/train/refit.h"

#include "engine/core/decimal.h"
#include "weights/io/fingerprint.h"
#include "weights/store/network_trust.h"
#include "weights/store/store.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static const char *next_line(const char *text)
{
    text += line_length(text);
    return *text ? text + 1 : text;
}

/* Skip the lines that may differ: comments and the seed. */
static const char *skip(const char *text)
{
    static const char seed[] = "seed = ";
    while (text[0] == '#' || strncmp(text, seed, sizeof seed - 1) == 0)
        text = next_line(text);
    return text;
}

static bool same_line(const char *a, const char *b)
{
    const size_t n = line_length(a);
    return n == line_length(b) && memcmp(a, b, n) == 0;
}

/* Compare two recipes. They are in alphabetical order and may omit defaults: of two lines
 * that differ, the first in the alphabet names the option that does. */
static dp_code compare(const char *theirs, const char *ours, dp_err *err)
{
    theirs = skip(theirs);
    ours = skip(ours);
    while (*theirs && *ours && same_line(theirs, ours)) {
        theirs = skip(next_line(theirs));
        ours = skip(next_line(ours));
    }
    if (!*theirs && !*ours)
        return DP_OK;
    const char *option = !*ours || (*theirs && strcmp(theirs, ours) < 0) ? theirs : ours;
    return dp_fail(err, DP_USAGE, "its recipe has another '%.*s'",
                   (int)strcspn(option, " \n"), option);
}

/* *out is unchanged if the network has none. */
static dp_code read_temperature(double *out, const dp_network *network, dp_err *err)
{
    static const char key[] = "digitpad.temperature";
    const char *text = dp_network_get_meta(network, key);
    if (text && !dp_decimal_parse(out, text, strlen(text)))
        return dp_fail(err, DP_MODEL, "%s: '%s' is not a number", key, text);
    return DP_OK;
}

static dp_code read_calibration(dp_refit *out, dp_network *network, const char *recipe,
                                dp_err *err)
{
    const char *theirs = dp_network_get_meta(network, "digitpad.train");
    dp_calibrated found = { .temperature = (double)NAN };
    dp_params layout;
    if (!theirs)
        return dp_fail(err, DP_MODEL, "no recipe in it; train it with the same recipe");
    dp_code code = compare(theirs, recipe, err);
    if (!code)
        code = read_temperature(&found.temperature, network, err);
    if (!code && !(found.temperature > 0 && isfinite(found.temperature)))
        code =
            dp_fail(err, DP_MODEL, "no temperature in it; train it with held-out images");
    if (!code)
        code = dp_network_trust(&found.trust, network, err);
    if (!code && network->quant)
        code = dp_network_dequantise(network, err);
    if (!code)
        code = dp_params_layout(&layout, &network->spec, err);
    if (code)
        return code;
    *out = (dp_refit){ found, dp_fingerprint(DP_FINGERPRINT_EMPTY, network->params,
                                             layout.count * sizeof *network->params) };
    return DP_OK;
}

dp_code dp_refit_read(dp_refit *out, const char *path, const char *recipe, dp_err *err)
{
    dp_network network = { 0 };
    dp_code code = dp_store_load(&network, path, NULL, err);
    if (code)
        return code;
    code = read_calibration(out, &network, recipe, err);
    dp_network_clear(&network);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}
