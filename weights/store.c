#include "config.h"

#include "weights/store.h"

#include "weights/carried.h"
#include "weights/fsio.h"
#include "weights/safetensors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *dp_store_carried(int i)
{
    for (int k = 0; k < i; k++)
        if (!dp_carried_models[k].name)
            return NULL;
    return i >= 0 ? dp_carried_models[i].name : NULL;
}

const unsigned char *dp_store_bytes(const char *name, size_t *size)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (strcmp(c->name, name) == 0) {
            *size = c->size;
            return c->data;
        }
    return NULL;
}

/* Nothing fits: say what there would have been. */
static dp_code fail_missing(const char *name, dp_err *err)
{
    char list[128] = "";
    size_t used = 0;
    int reason = errno;
    for (const dp_carried *c = dp_carried_models; c->name && used < sizeof list; c++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 c == dp_carried_models ? "" : ", ", c->name);
    return dp_fail(err, DP_MODEL,
                   "%s: neither a carried model (%s) nor a readable file: %s", name, list,
                   strerror(reason));
}

static dp_code read_file(unsigned char **data, size_t *size, const char *path,
                         dp_err *err)
{
    if (access(path, R_OK) != 0)
        return fail_missing(path, err);
    dp_code code = dp_fsio_read(data, size, path, DP_ST_MAX_FILE, err);
    if (code == DP_IO && err)
        err->code = DP_MODEL;
    return code == DP_IO ? DP_MODEL : code;
}

dp_code dp_store_read(const unsigned char **data, size_t *size, unsigned char **owned,
                      const char *name, dp_err *err)
{
    const unsigned char *carried = dp_store_bytes(name, size);
    unsigned char *read = NULL;
    if (!carried) {
        dp_code code = read_file(&read, size, name, err);
        if (code)
            return code;
    }
    *data = carried ? carried : read;
    *owned = read;
    return DP_OK;
}

dp_code dp_store_open(dp_model **out, const char *name,
                      const dp_modelfile_options *options, dp_err *err)
{
    const unsigned char *data;
    unsigned char *owned;
    size_t size;
    dp_code code = dp_store_read(&data, &size, &owned, name, err);
    if (code)
        return code;
    /* Of a path the base name will do; a carried name has no slash. */
    code = dp_modelfile_parse(out, data, size, dp_fsio_basename(name), options, err);
    free(owned);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}
