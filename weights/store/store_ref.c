#include "config.h"

#include "weights/store/store_ref.h"

#include "weights/io/paths.h"
#include "weights/store/original.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const dp_carried *dp_store_base(const char *name)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++)
        if (strcmp(c->name, name) == 0 || strcmp(c->personal, name) == 0)
            return c;
    return NULL;
}

dp_code dp_store_personal_path(char path[PATH_MAX], const dp_carried *carried,
                               dp_err *err)
{
    char file[64];
    snprintf(file, sizeof file, "%s.safetensors", carried->personal);
    return dp_paths_data(path, file, err);
}

bool dp_store_find_personal(char path[PATH_MAX], const char *name)
{
    const dp_carried *base = dp_store_base(name);
    return base && strcmp(base->personal, name) == 0 &&
           dp_store_personal_path(path, base, NULL) == DP_OK && access(path, R_OK) == 0;
}

dp_code dp_store_resolve(dp_store_ref *out, const char *name, dp_err *err)
{
    dp_store_ref ref = { .name = name, .carried = dp_store_base(name) };
    ref.on_hub = dp_registry_resolve(&ref.hub, &ref.entry, name);
    if (ref.carried && strcmp(ref.carried->name, name) == 0)
        ref.kind = DP_STORE_CARRIED;
    else if (dp_store_find_personal(ref.personal, name))
        ref.kind = DP_STORE_PERSONAL;
    else if (ref.on_hub)
        ref.kind = DP_STORE_HUB;
    else if (dp_original_is(name))
        ref.kind = DP_STORE_ORIGINAL;
    else if (dp_hub_ref_is(name))
        return dp_hub_ref_parse(&ref.hub, name, err); /* fails, and says why */
    else
        ref.kind = DP_STORE_PATH;
    *out = ref;
    return DP_OK;
}
