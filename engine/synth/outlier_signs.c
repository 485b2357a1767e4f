/* Outliers that are made of letters, symbols and digits. */
#include "config.h"

#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/glyph.h"
#include "engine/synth/letters.h"
#include "engine/synth/outlier_draw.h"

/* ---- glyphs ------------------------------------------------------------------------ */

static dp_code draw_one_of(dp_strokes *s, const char *const *list, dp_rng *rng,
                           dp_err *err)
{
    const float most = 4;
    uint32_t n = 0;
    while (list[n])
        n++;
    const char *glyph = list[dp_rng_below(rng, n)];
    return dp_glyph_draw(s, glyph, dp_rng_range(rng, 0, most), rng, err);
}

dp_code dp_outlier_draw_letter(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_one_of(s, dp_letters, rng, err);
}

dp_code dp_outlier_draw_symbol(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_one_of(s, dp_symbols, rng, err);
}

/* ---- digits ------------------------------------------------------------------------ */

/* Where a digit stands: its top left corner and its size. */
typedef struct place {
    float x, y, height, width;
} place;

/* Move a drawing there, in other handwriting, and add it; its width becomes at->width. */
static dp_code add_at(dp_strokes *s, place *at, dp_strokes *one, dp_rng *rng, dp_err *err)
{
    dp_deform_strokes(one, &dp_deform_handwriting, rng);
    dp_bounds b = dp_deform_bounds(one);
    at->width = at->height * (b.x1 - b.x0) / (b.y1 - b.y0);
    dp_deform_fit(one,
                  (dp_bounds){ at->x, at->y, at->x + at->width, at->y + at->height });
    return dp_strokes_append(s, one, err);
}

static dp_code add_digit(dp_strokes *s, place *at, int digit, dp_rng *rng, dp_err *err)
{
    const float jitter = 2;
    dp_strokes one = { 0 };
    int style = dp_rng_int(rng, 0, dp_digits_styles(digit) - 1);
    dp_code code = dp_digits_skeleton(&one, digit, style, jitter, rng, err);
    if (!code)
        code = add_at(s, at, &one, rng, err);
    dp_strokes_clear(&one);
    return code;
}

static dp_code add_letter(dp_strokes *s, place *at, dp_rng *rng, dp_err *err)
{
    dp_strokes one = { 0 };
    dp_code code = dp_outlier_draw_letter(&one, rng, err);
    if (!code)
        code = add_at(s, at, &one, rng, err);
    dp_strokes_clear(&one);
    return code;
}

/* Digits side by side, or letters. */
static dp_code draw_row(dp_strokes *s, bool letters, dp_rng *rng, dp_err *err)
{
    const float three = 0.2f, tight = 6, loose = 45;
    int n = dp_rng_uniform(rng) < three ? 3 : 2;
    place at = { 0 };
    dp_code code = DP_OK;
    for (int i = 0; i < n && !code; i++) {
        at.height = dp_rng_range(rng, 0.8f, 1.15f) * DP_OUTLIER_SIDE;
        at.y = dp_rng_range(rng, -10, 10);
        code = letters ? add_letter(s, &at, rng, err)
                       : add_digit(s, &at, dp_rng_int(rng, 0, 9), rng, err);
        at.x += at.width + dp_rng_range(rng, tight, loose);
    }
    return code;
}

dp_code dp_outlier_draw_pair(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_row(s, false, rng, err);
}

dp_code dp_outlier_draw_word(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_row(s, true, rng, err);
}

/* A random digit, but not 1, which could hide in another digit. */
static int wide_digit(dp_rng *rng)
{
    int digit = dp_rng_int(rng, 1, 9);
    return digit == 1 ? 0 : digit;
}

/* Two digits on top of each other, moved so far apart that neither hides in the other. */
dp_code dp_outlier_draw_overlap(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    float aside = dp_rng_range(rng, 28, 55), down = dp_rng_range(rng, -18, 18);
    place first = { .height = DP_OUTLIER_SIDE },
          second = { aside, down, DP_OUTLIER_SIDE, 0 };
    dp_code code = add_digit(s, &first, wide_digit(rng), rng, err);
    return code ? code : add_digit(s, &second, wide_digit(rng), rng, err);
}

dp_code dp_outlier_draw_mirror(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    static const int asymmetric[] = { 2, 3, 5, 7 };
    place at = { .height = DP_OUTLIER_SIDE };
    dp_code code = add_digit(s, &at, asymmetric[dp_rng_int(rng, 0, 3)], rng, err);
    dp_bounds b = dp_deform_bounds(s);
    dp_deform_fit(s, (dp_bounds){ b.x1, b.y0, b.x0, b.y1 });
    return code;
}

/* Lines through the whole digit and beyond it. Not through 0, 1, 4 and 7, which a line may
 * belong to. */
dp_code dp_outlier_draw_struck(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    static const int whole[] = { 2, 3, 5, 6, 8, 9 };
    place at = { .height = DP_OUTLIER_SIDE };
    int digit = whole[dp_rng_int(rng, 0, (int)DP_COUNT(whole) - 1)];
    dp_code code = add_digit(s, &at, digit, rng, err);
    for (int lines = dp_rng_int(rng, 1, 3); lines > 0 && !code; lines--) {
        float over = dp_rng_range(rng, 0.2f, 0.5f) * DP_OUTLIER_SIDE;
        float left = dp_rng_range(rng, 0.2f, 0.8f), right = dp_rng_range(rng, 0.2f, 0.8f);
        code = dp_glyph_line(s, (dp_point){ -over, left * DP_OUTLIER_SIDE },
                             (dp_point){ at.width + over, right * DP_OUTLIER_SIDE }, err);
    }
    return code;
}

/* The halves of digits that are not digits themselves. The left half of a four is there more often:
 * if it passes for a one, a four of two strokes is split in two. */
typedef enum side { TOP, BOTTOM, LEFT } side;
static const struct half {
    int digit;
    side kept;
} halves[] = { { 0, TOP }, { 0, BOTTOM }, { 2, BOTTOM }, { 3, LEFT },
               { 4, TOP }, { 4, LEFT },   { 4, LEFT },   { 4, LEFT },
               { 5, TOP }, { 5, LEFT },   { 8, LEFT },   { 9, LEFT } };
enum { N_HALVES = DP_COUNT(halves) };

static bool is_kept(dp_point p, side kept, float cut)
{
    return kept == LEFT ? p.x <= cut : kept == TOP ? p.y <= cut : p.y >= cut;
}

/* Add what is on the kept side of a cut through a drawing. */
static dp_code add_half(dp_strokes *s, const dp_strokes *whole, side kept, float cut,
                        dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < whole->n_strokes; i++) {
        bool down = false;
        for (int k = 0; k < whole->stroke[i].count && !code; k++) {
            dp_point p = whole->point[whole->stroke[i].first + k];
            if (!is_kept(p, kept, cut))
                down = false;
            else if (down)
                code = dp_strokes_extend(s, p, 0, err);
            else if (!(code = dp_strokes_begin(s, DP_PEN, 0, p, 0, err)))
                down = true;
        }
    }
    return code;
}

dp_code dp_outlier_draw_half(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const struct half *half = &halves[dp_rng_int(rng, 0, N_HALVES - 1)];
    dp_strokes whole = { 0 };
    place at = { .height = DP_OUTLIER_SIDE };
    dp_code code = add_digit(&whole, &at, half->digit, rng, err);
    float cut = dp_rng_range(rng, 0.42f, 0.55f) *
                (half->kept == LEFT ? at.width : DP_OUTLIER_SIDE);
    if (!code)
        code = add_half(s, &whole, half->kept, cut, err);
    dp_strokes_clear(&whole);
    return code;
}
