#include "config.h"

#include "engine/core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

dp_code dp_fail(dp_err *err, dp_code code, const char *fmt, ...)
{
    if (!err)
        return code;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    err->code = code;
    return code;
}

dp_code dp_fail_in(dp_err *err, dp_code code, const char *fmt, ...)
{
    if (!err)
        return code;
    char inner[sizeof err->msg];
    memcpy(inner, err->msg, sizeof inner);
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof err->msg)
        snprintf(err->msg + n, sizeof err->msg - (size_t)n, ": %s", inner);
    return err->code;
}

dp_code dp_err_recode(dp_err *err, dp_code code)
{
    if (err)
        err->code = code;
    return code;
}

const char *dp_code_name(dp_code code)
{
    switch (code) {
#define DP_CODE_NAME(id, name, status)                                                   \
    case DP_##id:                                                                        \
        return name;
        DP_CODES(DP_CODE_NAME)
#undef DP_CODE_NAME
    }
    return "unknown";
}

int dp_code_status(dp_code code)
{
    static const int status_of[] = {
#define DP_CODE_STATUS(id, name, status) [DP_##id] = status,
        DP_CODES(DP_CODE_STATUS)
#undef DP_CODE_STATUS
    };
    return status_of[code <= DP_INTERNAL ? code : DP_INTERNAL];
}
