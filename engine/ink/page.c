#include "config.h"

#include "engine/ink/page.h"

#include "engine/core/arith.h"

#include <stdlib.h>

enum { MAX_SIDE = 512 };

struct dp_page {
    dp_gray in;
    dp_normalize_options options;
    int n;
    dp_reading reading[DP_READINGS_MAX];
    uint8_t *ink;
    size_t capacity;
};

dp_code dp_page_create(dp_page **out, dp_err *err)
{
    dp_page *p = calloc(1, sizeof *p);
    if (!p)
        return dp_fail(err, DP_NOMEM, "no memory to read a picture");
    *out = p;
    return DP_OK;
}

void dp_page_free(dp_page *p)
{
    if (!p)
        return;
    free(p->ink);
    free(p);
}

dp_code dp_page_read(dp_page *p, const dp_gray *in, dp_normalize_options options,
                     dp_err *err)
{
    const size_t n = (size_t)in->width * (size_t)in->height;
    if (n > p->capacity) {
        free(p->ink);
        p->ink = malloc(n);
        p->capacity = p->ink ? n : 0;
    }
    if (!p->ink)
        return dp_fail(err, DP_NOMEM, "no memory to read a picture");
    p->in = *in;
    p->options = options;
    p->n = 1;
    return dp_normalize_image(p->reading[0].image, &p->reading[0].ink, in, options, err);
}

int dp_page_count(const dp_page *p)
{
    return p->n;
}

const dp_reading *dp_page_reading(const dp_page *p, int i)
{
    return &p->reading[i];
}

static uint8_t mean_of(const dp_gray *in, int x, int y, int factor)
{
    int sum = 0;
    for (int i = y; i < y + factor; i++)
        for (int j = x; j < x + factor; j++)
            sum += in->pixel[(ptrdiff_t)i * in->width + j];
    return (uint8_t)(sum / (factor * factor));
}

void dp_page_ink(dp_sheet *out, dp_page *p, int i)
{
    (void)i;
    dp_normalize_image_ink(p->ink, &p->in, p->options.invert);
    const dp_gray whole = { p->ink, p->in.width, p->in.height };
    const int factor = dp_ceil_div_int(dp_max_int(whole.width, whole.height), MAX_SIDE);
    const int w = whole.width / factor, h = whole.height / factor;
    for (int y = 0; y < h && factor > 1; y++)
        for (int x = 0; x < w; x++)
            p->ink[(ptrdiff_t)y * w + x] =
                mean_of(&whole, x * factor, y * factor, factor);
    *out = (dp_sheet){ .ink = { p->ink, w, h }, .shrunk = factor };
}
