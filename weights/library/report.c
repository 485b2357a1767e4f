#include "config.h"

#include "weights/library/report.h"

#include "engine/core/arith.h"

#include <string.h>

_Static_assert((int)DIGITPAD_OK == (int)DP_OK && (int)DIGITPAD_USAGE == (int)DP_USAGE &&
                   (int)DIGITPAD_INPUT == (int)DP_INPUT &&
                   (int)DIGITPAD_MODEL == (int)DP_MODEL &&
                   (int)DIGITPAD_IO == (int)DP_IO && (int)DIGITPAD_NOMEM == (int)DP_NOMEM,
               "the codes of digitpad.h are those of engine/core/err.h");
_Static_assert(sizeof((digitpad_error *)0)->message == sizeof((dp_err *)0)->msg,
               "a message fits");

const char *digitpad_version(void)
{
    return PACKAGE_VERSION;
}

int dp_report(digitpad_error *error, dp_code code, const dp_err *err)
{
    if (code != DP_OK && error) {
        error->code = (int)code;
        memcpy(error->message, err->msg, sizeof error->message);
    }
    return (int)code;
}

dp_code dp_report_options(void *out, size_t size, const void *given, dp_err *err)
{
    size_t theirs = size;
    memset(out, 0, size);
    if (!given)
        return DP_OK;
    memcpy(&theirs, given, sizeof theirs);
    if (theirs < sizeof theirs)
        return dp_fail(err, DP_USAGE,
                       "options: size is %zu; begin with DIGITPAD_OPTIONS or "
                       "DIGITPAD_MODEL_OPTIONS",
                       theirs);
    for (size_t i = size; i < theirs; i++)
        if (((const unsigned char *)given)[i])
            return dp_fail(err, DP_USAGE,
                           "options: byte %zu is set, which libdigitpad " PACKAGE_VERSION
                           " does not know",
                           i);
    memcpy(out, given, dp_min_size(size, theirs));
    return DP_OK;
}
