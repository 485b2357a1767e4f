#include "config.h"

#include "weights/images/alpha.h"

#include "engine/core/arith.h"

#include <stdbool.h>

/* Differences below this do not count as contrast. */
enum { CONTRAST = 32 };

/* What the decision needs to know of an image. */
typedef struct summary {
    int least_gray, most_gray, least_alpha, most_alpha;
    int left, right, top, bottom; /* the box of the pixels that are not transparent */
    uint64_t opacity;             /* the sum of alpha */
    uint64_t darkness;            /* the sum of 255 − gray */
} summary;

static summary summarize(const uint8_t *gray, const uint8_t *alpha, int width, int height)
{
    summary s = { .least_gray = 255, .least_alpha = 255, .left = width, .top = height };
    s.right = s.bottom = -1;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++, gray++, alpha++) {
            s.least_gray = dp_min_int(s.least_gray, *gray);
            s.most_gray = dp_max_int(s.most_gray, *gray);
            s.least_alpha = dp_min_int(s.least_alpha, *alpha);
            s.most_alpha = dp_max_int(s.most_alpha, *alpha);
            s.opacity += *alpha;
            s.darkness += 255U - *gray;
            if (*alpha < CONTRAST)
                continue;
            s.left = dp_min_int(s.left, x);
            s.right = dp_max_int(s.right, x);
            s.top = dp_min_int(s.top, y);
            s.bottom = y;
        }
    return s;
}

/* Strokes fill less than half of the box around them; a card or a photograph fills nearly all of
 * it. */
static bool is_drawn(const summary *s)
{
    const uint64_t width = (uint64_t)(s->right - s->left + 1);
    const uint64_t height = (uint64_t)(s->bottom - s->top + 1);
    return s->opacity < width * height * 255 / 2;
}

void dp_alpha_restore_ink(uint8_t *gray, const uint8_t *alpha, int width, int height)
{
    const summary s = summarize(gray, alpha, width, height);
    if (s.most_alpha - s.least_alpha < CONTRAST)
        return;
    const bool nothing_left = s.most_gray - s.least_gray < CONTRAST;
    const bool mostly_lost = s.darkness * 8 < s.opacity;
    if (!nothing_left && !(mostly_lost && is_drawn(&s)))
        return;
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
        gray[i] = (uint8_t)(255 - alpha[i]);
}
