#include "config.h"

#include "engine/net/norm.h"

#include <string.h>

static const char *const names[DP_NORM_COUNT] = {
#define NORM_NAME(NAME, name) [DP_NORM_##NAME] = #name,
    DP_NORMS(NORM_NAME)
#undef NORM_NAME
};

const char *dp_norm_name(dp_norm norm)
{
    return names[norm];
}

bool dp_norm_named(dp_norm *out, const char *name)
{
    for (int i = 0; i < DP_NORM_COUNT; i++) {
        if (!strcmp(names[i], name)) {
            *out = (dp_norm)i;
            return true;
        }
    }
    return false;
}

static float normalise(int pixel, dp_norm norm)
{
    const float unit = (float)pixel / 255;
    switch (norm) {
    case DP_NORM_MNIST:
        return (unit - 0.1307f) / 0.3081f; /* mean and deviation of the training images */
    case DP_NORM_SYMMETRIC:
        return (float)pixel / 127.5f - 1;
    case DP_NORM_RAW:
        return (float)pixel;
    default:
        return unit;
    }
}

void dp_norm_table(float table[256], dp_norm norm)
{
    for (int pixel = 0; pixel < 256; pixel++)
        table[pixel] = normalise(pixel, norm);
}
