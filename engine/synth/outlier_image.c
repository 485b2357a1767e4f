/* Outliers made of the pixels of collected digits. */
#include "config.h"

#include "engine/synth/outlier.h"

#include "engine/ink/normalize.h"

#include <string.h>

enum { WIDE = 3 * DP_SIDE, HIGH = 2 * DP_SIDE };

typedef struct paper {
    uint8_t pixel[HIGH * WIDE];
} paper;

/* Put an image on the sheet; where images overlap, the darker pixel wins. */
static void put(paper *sheet, const uint8_t image[DP_PIXELS], int left, int top)
{
    for (int i = 0; i < DP_PIXELS; i++) {
        int x = left + i % DP_SIDE, y = top + i / DP_SIDE;
        uint8_t *p = &sheet->pixel[y * WIDE + x];
        if (image[i] > *p)
            *p = image[i];
    }
}

static bool put_mirrored(paper *sheet, const uint8_t image[DP_PIXELS], int digit)
{
    uint8_t mirrored[DP_PIXELS];
    if (digit != 2 && digit != 3 && digit != 5 && digit != 7)
        return false;
    for (int i = 0; i < DP_PIXELS; i++)
        mirrored[i] = image[i + DP_SIDE - 1 - 2 * (i % DP_SIDE)];
    put(sheet, mirrored, 0, 0);
    return true;
}

/* Halves that are not digits: the top of a 0, the bottom of a 2, the left of other
 * digits. */
static bool put_half(paper *sheet, const uint8_t image[DP_PIXELS], int digit, dp_rng *rng)
{
    uint8_t half[DP_PIXELS];
    bool top = digit == 0, bottom = digit == 2, upright = top || bottom;
    int cut = dp_rng_int(rng, 12, 15);
    if (digit == 1 || digit == 6 || digit == 7)
        return false;
    for (int i = 0; i < DP_PIXELS; i++) {
        int at = upright ? i / DP_SIDE : i % DP_SIDE;
        half[i] = (bottom ? at >= cut : at <= cut) ? image[i] : 0;
    }
    put(sheet, half, 0, 0);
    return true;
}

static bool put_pair(paper *sheet, const uint8_t *const digit[2], dp_rng *rng)
{
    put(sheet, digit[0], 0, DP_SIDE / 2);
    put(sheet, digit[1], dp_rng_int(rng, 19, 30), dp_rng_int(rng, 10, 18));
    return true;
}

/* Not with a 1, which could hide in the other digit. */
static bool put_overlap(paper *sheet, const uint8_t *const digit[2],
                        const uint8_t label[2], dp_rng *rng)
{
    if (label[0] == 1 || label[1] == 1)
        return false;
    put(sheet, digit[0], 0, DP_SIDE / 2);
    put(sheet, digit[1], dp_rng_int(rng, 6, 11), DP_SIDE / 2 + dp_rng_int(rng, -3, 3));
    return true;
}

bool dp_outlier_of_images(uint8_t image[DP_PIXELS], dp_outlier kind,
                          const uint8_t *const digit[2], const uint8_t label[2],
                          dp_rng *rng, dp_code *code)
{
    paper sheet;
    memset(&sheet, 0, sizeof sheet);
    bool made = kind == DP_OUTLIER_MIRROR    ? put_mirrored(&sheet, digit[0], label[0])
                : kind == DP_OUTLIER_HALF    ? put_half(&sheet, digit[0], label[0], rng)
                : kind == DP_OUTLIER_PAIR    ? put_pair(&sheet, digit, rng)
                : kind == DP_OUTLIER_OVERLAP ? put_overlap(&sheet, digit, label, rng)
                                             : false;
    dp_ink ink = DP_INK_BLANK;
    const dp_gray gray = { sheet.pixel, WIDE, HIGH };
    *code = made ? dp_normalize_image(
                       image, &ink, &gray,
                       (dp_normalize_options){ DP_NORMALIZE_ALWAYS, DP_INVERT_NO }, NULL)
                 : DP_OK;
    return made && !*code && ink == DP_INK_ENOUGH;
}
