#include "config.h"

#include "engine/synth/outlier.h"

#include "engine/ink/normalize.h"
#include "engine/synth/character.h"
#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/glyph.h"
#include "engine/synth/letters.h"
#include "engine/synth/pointer.h"

#include <math.h>
#include <string.h>

enum { SIDE = 100 }; /* of a drawing, approximately */

/* A random whole number from lo to hi. */
static int random_int(dp_rng *rng, int lo, int hi)
{
    return lo + (int)dp_rng_below(rng, (uint32_t)(hi - lo) + 1);
}

static dp_point somewhere(dp_rng *rng)
{
    float x = dp_rng_range(rng, 0, SIDE);
    return (dp_point){ x, dp_rng_range(rng, 0, SIDE) };
}

static dp_code line(dp_strokes *s, dp_point a, dp_point b, dp_err *err)
{
    return dp_glyph_curve(s, (dp_point[]){ a, b }, 2, err);
}

/* ---- lines ------------------------------------------------------------------------- */

static dp_code draw_scribble(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    dp_point p[14];
    dp_code code = DP_OK;
    for (int strokes = random_int(rng, 1, 2); strokes > 0 && !code; strokes--) {
        int n = random_int(rng, 6, 14);
        for (int i = 0; i < n; i++)
            p[i] = somewhere(rng);
        code = dp_glyph_curve(s, p, n, err);
    }
    return code;
}

static float reflect(float v)
{
    return v < 0 ? -v : v > SIDE ? 2 * SIDE - v : v;
}

static dp_code draw_walk(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    float length = dp_rng_range(rng, 8, 40), bend = dp_rng_range(rng, 0.6f, 2);
    float heading = dp_rng_range(rng, 0, 6.28f);
    dp_point p = somewhere(rng);
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, p, 0, err);
    for (int steps = random_int(rng, 18, 45); steps > 0 && !code; steps--) {
        heading += bend * dp_rng_normal(rng);
        p.x = reflect(p.x + length * cosf(heading));
        p.y = reflect(p.y + length * sinf(heading));
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

static dp_code draw_zigzag(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    int n = random_int(rng, 6, 12);
    bool across = dp_rng_uniform(rng) < 0.6f;
    float depth = dp_rng_range(rng, 0.3f, 1) * SIDE;
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, (dp_point){ 0, 0 }, 0, err);
    for (int i = 1; i < n && !code; i++) {
        float along = SIDE * (float)i / (float)n, aside = i % 2 ? depth : 0;
        dp_point p = across ? (dp_point){ along, aside } : (dp_point){ aside, along };
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

static dp_code draw_grid(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const float play = 3;
    dp_code code = DP_OK;
    for (int way = 0; way < 2; way++) {
        int n = random_int(rng, 2, 4);
        for (int i = 0; i < n && !code; i++) {
            float at = SIDE * ((float)i + 0.5f) / (float)n;
            float a = at + play * dp_rng_normal(rng), b = at + play * dp_rng_normal(rng);
            code = way == 0 ? line(s, (dp_point){ 0, a }, (dp_point){ SIDE, b }, err)
                            : line(s, (dp_point){ a, 0 }, (dp_point){ b, SIDE }, err);
        }
    }
    return code;
}

static dp_code draw_dots(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    dp_code code = DP_OK;
    for (int dots = random_int(rng, 2, 12); dots > 0 && !code; dots--)
        code = dp_strokes_begin(s, DP_PEN, 0, somewhere(rng), 0, err);
    return code;
}

/* A filled ellipse: a spiral whose turns touch each other. */
static dp_code draw_blob(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const float spacing = 7, step = 0.3f;
    float flat = dp_rng_range(rng, 0.6f, 1);
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, (dp_point){ 0, 0 }, 0, err);
    for (float angle = step; !code; angle += step) {
        float radius = spacing * angle / 6.28f;
        if (radius > SIDE / 2)
            break;
        dp_point p = { radius * cosf(angle), flat * radius * sinf(angle) };
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

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

static dp_code draw_letter(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_one_of(s, dp_letters, rng, err);
}

static dp_code draw_character(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return dp_character_draw(s, rng, err);
}

static dp_code draw_symbol(dp_strokes *s, dp_rng *rng, dp_err *err)
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
    int style = random_int(rng, 0, dp_digits_styles(digit) - 1);
    dp_code code = dp_digits_skeleton(&one, digit, style, jitter, rng, err);
    if (!code)
        code = add_at(s, at, &one, rng, err);
    dp_strokes_clear(&one);
    return code;
}

static dp_code add_letter(dp_strokes *s, place *at, dp_rng *rng, dp_err *err)
{
    dp_strokes one = { 0 };
    dp_code code = draw_letter(&one, rng, err);
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
        at.height = dp_rng_range(rng, 0.8f, 1.15f) * SIDE;
        at.y = dp_rng_range(rng, -10, 10);
        code = letters ? add_letter(s, &at, rng, err)
                       : add_digit(s, &at, random_int(rng, 0, 9), rng, err);
        at.x += at.width + dp_rng_range(rng, tight, loose);
    }
    return code;
}

static dp_code draw_pair(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_row(s, false, rng, err);
}

static dp_code draw_word(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    return draw_row(s, true, rng, err);
}

/* A random digit, but not 1, which could hide in another digit. */
static int wide_digit(dp_rng *rng)
{
    int digit = random_int(rng, 1, 9);
    return digit == 1 ? 0 : digit;
}

/* Two digits on top of each other, moved so far apart that neither hides in the other. */
static dp_code draw_overlap(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    float aside = dp_rng_range(rng, 28, 55), down = dp_rng_range(rng, -18, 18);
    place first = { .height = SIDE }, second = { aside, down, SIDE, 0 };
    dp_code code = add_digit(s, &first, wide_digit(rng), rng, err);
    return code ? code : add_digit(s, &second, wide_digit(rng), rng, err);
}

static dp_code draw_mirror(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    static const int asymmetric[] = { 2, 3, 5, 7 };
    place at = { .height = SIDE };
    dp_code code = add_digit(s, &at, asymmetric[random_int(rng, 0, 3)], rng, err);
    dp_bounds b = dp_deform_bounds(s);
    dp_deform_fit(s, (dp_bounds){ b.x1, b.y0, b.x0, b.y1 });
    return code;
}

/* Lines through the whole digit and beyond it. Not through 0, 1, 4 and 7, which a line may
 * belong to. */
static dp_code draw_struck(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    static const int whole[] = { 2, 3, 5, 6, 8, 9 };
    place at = { .height = SIDE };
    int digit = whole[random_int(rng, 0, (int)DP_COUNT(whole) - 1)];
    dp_code code = add_digit(s, &at, digit, rng, err);
    for (int lines = random_int(rng, 1, 3); lines > 0 && !code; lines--) {
        float over = dp_rng_range(rng, 0.2f, 0.5f) * SIDE;
        float left = dp_rng_range(rng, 0.2f, 0.8f), right = dp_rng_range(rng, 0.2f, 0.8f);
        code = line(s, (dp_point){ -over, left * SIDE },
                    (dp_point){ at.width + over, right * SIDE }, err);
    }
    return code;
}

/* The halves of digits that are not digits themselves. */
typedef enum side { TOP, BOTTOM, LEFT } side;
static const struct half {
    int digit;
    side kept;
} halves[] = { { 0, TOP },  { 0, BOTTOM }, { 2, BOTTOM }, { 3, LEFT }, { 4, TOP },
               { 4, LEFT }, { 5, TOP },    { 5, LEFT },   { 8, LEFT }, { 9, LEFT } };
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

static dp_code draw_half(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const struct half *half = &halves[random_int(rng, 0, N_HALVES - 1)];
    dp_strokes whole = { 0 };
    place at = { .height = SIDE };
    dp_code code = add_digit(&whole, &at, half->digit, rng, err);
    float cut = dp_rng_range(rng, 0.42f, 0.55f) * (half->kept == LEFT ? at.width : SIDE);
    if (!code)
        code = add_half(s, &whole, half->kept, cut, err);
    dp_strokes_clear(&whole);
    return code;
}

/* ---- all kinds --------------------------------------------------------------------- */

static dp_code draw_nothing(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    (void)s;
    (void)rng;
    (void)err;
    return DP_OK;
}

static const struct {
    const char *name;
    dp_code (*draw)(dp_strokes *s, dp_rng *rng, dp_err *err);
} kinds[DP_OUTLIER_COUNT] = {
#define draw_noise                          draw_nothing
#define DP_OUTLIER_ENTRY(NAME, name, share) { #name, draw_##name },
    DP_OUTLIERS(DP_OUTLIER_ENTRY)
#undef DP_OUTLIER_ENTRY
};

const char *dp_outlier_name(dp_outlier kind)
{
    return kinds[kind].name;
}

dp_outlier dp_outlier_choose(dp_rng *rng)
{
#define DP_OUTLIER_SHARE(NAME, name, share) share,
    static const int shares[] = { DP_OUTLIERS(DP_OUTLIER_SHARE) };
#undef DP_OUTLIER_SHARE
    return (dp_outlier)dp_rng_weighted(rng, shares, DP_OUTLIER_COUNT);
}

dp_code dp_outlier_draw(dp_strokes *s, dp_outlier kind, dp_rng *rng, dp_err *err)
{
    const float replayed = 0.25f;
    dp_strokes drawing = { 0 };
    dp_code code = kinds[kind].draw(&drawing, rng, err);
    if (!code)
        dp_deform_strokes(&drawing, &dp_deform_handwriting, rng);
    if (!code && drawing.n_strokes > 0)
        code = dp_pointer_vary(&drawing, replayed, rng, err);
    return dp_strokes_commit(s, &drawing, code);
}

/* Random squares of 1 to 3 pixels on a grid, with random ink. */
static void fill_noise(uint8_t image[DP_PIXELS], dp_rng *rng)
{
    float density = dp_rng_range(rng, 0.03f, 0.5f);
    int size = random_int(rng, 1, 3);
    memset(image, 0, DP_PIXELS);
    for (int i = 0; i < DP_PIXELS; i++) {
        int x = i % DP_SIDE, y = i / DP_SIDE;
        uint8_t ink = (uint8_t)random_int(rng, 64, 255);
        if (x % size || y % size || dp_rng_uniform(rng) >= density)
            continue;
        for (int k = 0; k < size * size; k++) {
            int u = x + k % size, v = y + k / size;
            if (u < DP_SIDE && v < DP_SIDE)
                image[v * DP_SIDE + u] = ink;
        }
    }
}

dp_code dp_outlier_image(uint8_t image[DP_PIXELS], dp_outlier kind, float radius,
                         dp_rng *rng, dp_err *err)
{
    dp_strokes drawing = { 0 };
    dp_code code = DP_OK;
    if (kind == DP_OUTLIER_NOISE)
        fill_noise(image, rng);
    else
        do
            code = dp_outlier_draw(&drawing, kind, rng, err);
        while (!code &&
               dp_normalize_strokes_radius(image, &drawing, radius) != DP_INK_ENOUGH);
    dp_strokes_clear(&drawing);
    return code;
}
