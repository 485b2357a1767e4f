#include "config.h"

#include "weights/store/original.h"

#include "engine/core/arith.h"
#include "weights/io/paths.h"
#include "weights/store/carried.h"

#include <string.h>
#include <unistd.h>

static const size_t suffix = sizeof DP_ORIGINAL_SUFFIX - 1;

bool dp_original_is(const char *name)
{
    const size_t n = strlen(name);
    if (n <= suffix || strcmp(name + n - suffix, DP_ORIGINAL_SUFFIX) != 0)
        return false;
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (strlen(c->name) == n - suffix && strncmp(c->name, name, n - suffix) == 0)
            return true;
    return false;
}

dp_code dp_original_find(char out[PATH_MAX], const char *name, dp_err *err)
{
    static const char *const folders[] = { "weights/shipped", "../share/digitpad" };
    const int n = (int)(strlen(name) - suffix);
    char own[PATH_MAX];
    for (size_t i = 0; i < DP_COUNT(folders); i++)
        if (dp_paths_program(own) &&
            dp_paths_format(out, NULL, "%s/%s/%.*s.safetensors", own, folders[i], n,
                            name) == DP_OK &&
            access(out, R_OK) == 0)
            return DP_OK;
    dp_code code =
        dp_paths_format(out, err, "%s/%.*s.safetensors", DP_PKGDATADIR, n, name);
    if (!code && access(out, R_OK) != 0)
        code = dp_fail(err, DP_MODEL, "%s: the original is not installed in %s", name,
                       DP_PKGDATADIR);
    return code;
}
