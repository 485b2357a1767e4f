#include "config.h"

#include "tests/fuzz/targets.h"

#include "engine/core/arith.h"

#include <string.h>

const dp_target *dp_target_at(int i)
{
    static const dp_target *const lists[] = {
#ifdef DP_FUZZ_ONLY /* one list for each program of fuzz.sh, which is faster the smaller it is */
        DP_FUZZ_ONLY,
#else
        dp_targets_models,   dp_targets_images, dp_targets_drawings,
        dp_targets_corpora,  dp_targets_texts,  dp_targets_config,
        dp_targets_terminal, dp_targets_serve,  dp_targets_hub,
#endif
    };
    for (size_t k = 0; k < DP_COUNT(lists); k++)
        for (const dp_target *t = lists[k]; t->name; t++)
            if (i-- == 0)
                return t;
    return NULL;
}

const dp_target *dp_target_named(const char *name)
{
    const dp_target *t;
    for (int i = 0; (t = dp_target_at(i)); i++)
        if (strcmp(t->name, name) == 0)
            break;
    return t;
}
