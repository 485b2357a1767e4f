#include "config.h"

#include "engine/synth/paper.h"

#include <math.h>

static float any(dp_rng *rng, float lo, float hi)
{
    return dp_rng_range(rng, lo, hi);
}

static int any_int(dp_rng *rng, int lo, int hi)
{
    return lo + (int)dp_rng_below(rng, (uint32_t)(hi - lo) + 1);
}

/* ---- sheets ------------------------------------------------------------------------ */

static dp_bounds whole(const dp_canvas *c)
{
    return (dp_bounds){ 0, 0, (float)c->width, (float)c->height };
}

/* The part of the canvas that is this share of its shorter side away from each edge. */
static dp_bounds inside(const dp_canvas *c, float share)
{
    const float margin = share * (float)dp_min_int(c->width, c->height);
    return (dp_bounds){ margin, margin, (float)c->width - margin,
                        (float)c->height - margin };
}

static void begin_sheet(dp_canvas *c, int least, dp_rng *rng)
{
    const int width = any_int(rng, least, DP_CANVAS_SIDE);
    const int height = any_int(rng, least, DP_CANVAS_SIDE);
    dp_canvas_begin(c, width, height, any(rng, 190, 250));
    c->ink = any(rng, 15, 100);
}

/* A sheet with a digit of lo … hi shorter sides. */
static void write_digit(dp_canvas *c, const uint8_t image[DP_PIXELS], float lo, float hi,
                        dp_rng *rng)
{
    const int shorter = dp_min_int(c->width, c->height);
    dp_canvas_write(c, image, inside(c, 0.1f), any(rng, lo, hi) * (float)shorter, rng);
}

static void draw_sheet(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 120, rng);
    write_digit(c, image, 0.35f, 0.75f, rng);
}

/* ---- plain ------------------------------------------------------------------------- */

static void draw_plain(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
}

static void draw_light_on_dark(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    dp_canvas_invert(c);
}

static void draw_small(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 200, rng);
    dp_canvas_write(c, image, inside(c, 0.04f), any(rng, 22, 45), rng);
}

static void draw_noise(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    dp_canvas_noise(c, any(rng, 3, 8), rng);
}

static void draw_specks(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    for (int i = any_int(rng, 3, 20); i > 0; i--) {
        const float x = any(rng, 0, (float)c->width), y = any(rng, 0, (float)c->height);
        const float size = (float)any_int(rng, 1, 2);
        dp_canvas_darken(c, (dp_bounds){ x, y, x + size, y + size }, any(rng, 0, 200));
    }
}

static void draw_pencil(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 120, rng);
    c->ink = c->paper - any(rng, 25, 60);
    write_digit(c, image, 0.35f, 0.75f, rng);
    dp_canvas_noise(c, any(rng, 0, 2), rng);
}

/* ---- light ------------------------------------------------------------------------- */

/* Rises along the direction (x, y), from one corner to the opposite one. */
static float slope(const dp_shade *s, float x, float y)
{
    return (s->x * x + s->y * y) / 2.83f + 0.5f;
}

static float corners(const dp_shade *s, float x, float y)
{
    x -= s->x;
    y -= s->y;
    return (x * x + y * y) / 2;
}

static float away_from_spot(const dp_shade *s, float x, float y)
{
    x -= s->x;
    y -= s->y;
    return 1 - expf(-(x * x + y * y) / (2 * s->size * s->size));
}

/* 0 on one side of a line through the middle's neighbourhood and 1 on the other; its edge is
 * `size` wide. */
static float beyond_line(const dp_shade *s, float x, float y)
{
    return dp_clamp_float((s->x * x + s->y * y + 0.2f) / s->size + 0.5f, 0, 1);
}

static void draw_shaded(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_shade s,
                        float amount, dp_rng *rng)
{
    draw_sheet(c, image, rng);
    dp_canvas_shade(c, &s, amount);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

static void draw_fall_off(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const float angle = any(rng, 0, 6.2831853f);
    draw_shaded(c, image, (dp_shade){ slope, cosf(angle), sinf(angle), 0 },
                any(rng, 0.1f, 0.5f), rng);
}

static void draw_vignette(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_shaded(c, image,
                (dp_shade){ corners, any(rng, -0.3f, 0.3f), any(rng, -0.3f, 0.3f), 0 },
                any(rng, 0.1f, 0.45f), rng);
}

static void draw_lamp(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_shaded(c, image,
                (dp_shade){ away_from_spot, any(rng, -0.7f, 0.7f), any(rng, -0.7f, 0.7f),
                            any(rng, 0.35f, 0.9f) },
                any(rng, 0.2f, 0.5f), rng);
}

static void draw_part_in_shade(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const float angle = any(rng, 0, 6.2831853f);
    draw_shaded(
        c, image,
        (dp_shade){ beyond_line, cosf(angle), sinf(angle), any(rng, 0.02f, 0.5f) },
        any(rng, 0.15f, 0.45f), rng);
}

/* ---- what lies around -------------------------------------------------------------- */

/* A sheet that leaves lo … hi of the canvas free at the sides of the bits of `sides`: 1 left,
 * 2 top, 4 right, 8 bottom. */
static dp_bounds sheet_with_margins(const dp_canvas *c, int sides, float lo, float hi,
                                    dp_rng *rng)
{
    dp_bounds r = whole(c);
    const float w = r.x1, h = r.y1;
    const float left = any(rng, lo, hi), top = any(rng, lo, hi);
    const float right = any(rng, lo, hi), bottom = any(rng, lo, hi);
    r.x0 += sides & 1 ? w * left : 0;
    r.y0 += sides & 2 ? h * top : 0;
    r.x1 -= sides & 4 ? w * right : 0;
    r.y1 -= sides & 8 ? h * bottom : 0;
    return r;
}

/* Write a digit on a sheet that lies on something of another level. */
static void draw_on_table(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_bounds sheet,
                          float table, dp_rng *rng)
{
    const float gap = 0.06f * (float)dp_min_int(c->width, c->height);
    const dp_bounds area = { sheet.x0 + gap, sheet.y0 + gap, sheet.x1 - gap,
                             sheet.y1 - gap };
    const float shorter = fminf(sheet.x1 - sheet.x0, sheet.y1 - sheet.y0);
    dp_canvas_write(c, image, area, any(rng, 0.4f, 0.75f) * shorter, rng);
    dp_canvas_surround(c, sheet, table);
}

static void draw_table_beside(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 140, rng);
    const int sides = 1 << any_int(rng, 0, 3);
    draw_on_table(c, image, sheet_with_margins(c, sides, 0.03f, 0.18f, rng),
                  any(rng, 0, 255), rng);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

static void draw_card_on_table(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 140, rng);
    draw_on_table(c, image, sheet_with_margins(c, 15, 0.04f, 0.16f, rng),
                  any(rng, 0, 160), rng);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

static void draw_title_bar(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 140, rng);
    draw_on_table(c, image, sheet_with_margins(c, 2, 0.05f, 0.12f, rng),
                  any(rng, 30, 150), rng);
}

/* Half an ellipse of skin at the edge that is farthest from the digit. */
static void draw_thumb(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    const float w = (float)c->width, h = (float)c->height;
    const float left = c->digit.x0, right = w - c->digit.x1;
    const float x = left > right ? 0 : w, y = any(rng, 0.2f, 0.8f) * h;
    const float deep = fminf(0.7f * fmaxf(left, right), 0.25f * w), wide = 0.12f * h;
    const float skin = any(rng, 80, 170);
    for (int i = 0; i < c->width * c->height; i++) {
        const float u = ((float)(i % c->width) - x) / fmaxf(deep, 1);
        const float v = ((float)(i / c->width) - y) / wide;
        const float r = sqrtf(u * u + v * v);
        const float cover = dp_clamp_float((1 - r) * deep / 3 + 0.5f, 0, 1);
        c->level[i] += (skin - 30 * r - c->level[i]) * cover;
    }
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

/* ---- cropped ----------------------------------------------------------------------- */

/* Light ink on dark, or the other way round, by chance. */
static void begin_crop(dp_canvas *c, int width, int height, dp_rng *rng)
{
    dp_canvas_begin(c, width, height, any(rng, 200, 255));
    c->ink = any(rng, 0, 40);
}

static void invert_by_chance(dp_canvas *c, dp_rng *rng)
{
    if (dp_rng_uniform(rng) < 0.5f)
        dp_canvas_invert(c);
}

/* The digit's box fills the canvas. */
static void draw_cropped(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const float side = any(rng, 28, 100);
    begin_crop(c, DP_CANVAS_SIDE, DP_CANVAS_SIDE, rng);
    dp_canvas_write(c, image, whole(c), side, rng);
    const int width = (int)fmaxf(ceilf(c->digit.x1 - c->digit.x0), 4);
    const int height = (int)fmaxf(ceilf(c->digit.y1 - c->digit.y0), 4);
    begin_crop(c, width, height, rng);
    dp_canvas_write(c, image, whole(c), side, rng);
    invert_by_chance(c, rng);
}

/* The mean of the pixels of `c` that pixel (x, y) of 28×28 pixels covers. */
static float mean_of(const dp_canvas *c, int x, int y)
{
    const int x0 = x * c->width / DP_SIDE, x1 = (x + 1) * c->width / DP_SIDE;
    const int y0 = y * c->height / DP_SIDE, y1 = (y + 1) * c->height / DP_SIDE;
    float sum = 0;
    for (int v = y0; v < y1; v++)
        for (int u = x0; u < x1; u++)
            sum += c->level[v * c->width + u];
    return sum / (float)((x1 - x0) * (y1 - y0));
}

/* The digit's box, not narrower than 0.4 of its height, stretched to 28×28 pixels. */
static void draw_stretched(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const float side = 4 * DP_SIDE;
    float small[DP_PIXELS];
    begin_crop(c, DP_CANVAS_SIDE, DP_CANVAS_SIDE, rng);
    dp_canvas_write(c, image, whole(c), side, rng);
    const float width = fmaxf(c->digit.x1 - c->digit.x0, 0.4f * side);
    const float height = fmaxf(c->digit.y1 - c->digit.y0, 0.4f * side);
    begin_crop(c, (int)ceilf(width), (int)ceilf(height), rng);
    dp_canvas_write(c, image, whole(c), side, rng);
    for (int i = 0; i < DP_PIXELS; i++)
        small[i] = mean_of(c, i % DP_SIDE, i / DP_SIDE);
    dp_canvas_begin(c, DP_SIDE, DP_SIDE, 0);
    for (int i = 0; i < DP_PIXELS; i++)
        c->level[i] = small[i];
    invert_by_chance(c, rng);
}

static void draw_touches_edge(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const int side = any_int(rng, 28, 160);
    begin_crop(c, side, side, rng);
    const float most = (float)side, digit = any(rng, 0.5f, 0.85f) * most;
    dp_bounds area = inside(c, 0.05f);
    const int edge = any_int(rng, 0, 3);
    if (edge % 2 == 0)
        area.x0 = area.x1 = edge == 0 ? digit / 2 : most - digit / 2;
    else
        area.y0 = area.y1 = edge == 1 ? digit / 2 : most - digit / 2;
    dp_canvas_write(c, image, area, digit, rng);
    invert_by_chance(c, rng);
}

/* ---- lines ------------------------------------------------------------------------- */

/* A line across the canvas or a part of it, from a to b. */
static void draw_line(dp_canvas *c, bool upright, float at, float thick, float level)
{
    dp_bounds r = whole(c);
    if (upright)
        r.x0 = at, r.x1 = at + thick;
    else
        r.y0 = at, r.y1 = at + thick;
    dp_canvas_darken(c, r, level);
}

/* Lines at one to four edges. */
static void draw_cell(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    const int side = any_int(rng, 36, 130), sides = any_int(rng, 1, 15);
    dp_canvas_begin(c, side, side, any(rng, 190, 250));
    c->ink = any(rng, 10, 80);
    dp_canvas_write(c, image, inside(c, 0.14f), any(rng, 0.4f, 0.68f) * (float)side, rng);
    const float level = any(rng, 10, 150);
    for (int i = 0; i < 4; i++) {
        const float thick = fmaxf(1, any(rng, 0.015f, 0.05f) * (float)side);
        if (sides & 1 << i)
            draw_line(c, i % 2 == 0, i < 2 ? 0 : (float)side - thick, thick, level);
    }
    dp_canvas_noise(c, any(rng, 0, 2.5f), rng);
}

/* A box around the digit, at a distance of 0 to 0.3 digits. */
static void draw_form_box(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    begin_sheet(c, 120, rng);
    write_digit(c, image, 0.3f, 0.55f, rng);
    const dp_bounds d = c->digit;
    const float gap = any(rng, 0, 0.25f) * fmaxf(d.x1 - d.x0, d.y1 - d.y0);
    const float thick = (float)any_int(rng, 1, 4), level = any(rng, 30, 170);
    const dp_bounds box = { d.x0 - gap - thick, d.y0 - gap - thick, d.x1 + gap + thick,
                            d.y1 + gap + thick };
    dp_canvas_darken(c, (dp_bounds){ box.x0, box.y0, box.x1, box.y0 + thick }, level);
    dp_canvas_darken(c, (dp_bounds){ box.x0, box.y1 - thick, box.x1, box.y1 }, level);
    dp_canvas_darken(c, (dp_bounds){ box.x0, box.y0, box.x0 + thick, box.y1 }, level);
    dp_canvas_darken(c, (dp_bounds){ box.x1 - thick, box.y0, box.x1, box.y1 }, level);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

/* Rules all over the sheet, `step` heights of the digit apart. */
static void draw_rules(dp_canvas *c, bool upright, float step, dp_rng *rng)
{
    const float height = fmaxf(c->digit.y1 - c->digit.y0, c->digit.x1 - c->digit.x0);
    const float last = (float)(upright ? c->width : c->height);
    const float thick = (float)any_int(rng, 1, dp_max_int(1, (int)(c->pen / 3)));
    const float level = any(rng, 110, 180);
    for (float at = any(rng, 0, step * height); at < last; at += step * height)
        draw_line(c, upright, at, thick, level);
}

static void draw_ruled(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    draw_rules(c, false, any(rng, 0.5f, 1.3f), rng);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

static void draw_squared(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    const float step = any(rng, 0.25f, 0.7f);
    draw_rules(c, false, step, rng);
    draw_rules(c, true, step, rng);
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

/* One dark rule through the digit. */
static void draw_crossed(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_rng *rng)
{
    draw_sheet(c, image, rng);
    const bool upright = dp_rng_uniform(rng) < 0.3f;
    const dp_bounds d = c->digit;
    const float part = any(rng, 0.1f, 0.95f);
    const float at = upright ? d.x0 + part * (d.x1 - d.x0) : d.y0 + part * (d.y1 - d.y0);
    draw_line(c, upright, at, (float)any_int(rng, 1, dp_max_int(1, (int)(c->pen / 2))),
              any(rng, 20, 130));
    dp_canvas_noise(c, any(rng, 0, 3), rng);
}

/* ---- all --------------------------------------------------------------------------- */

const char *dp_paper_name(dp_paper kind)
{
    static const char *const names[] = {
#define ENTRY(NAME, name) [DP_PAPER_##NAME] = #name,
        DP_PAPERS(ENTRY)
#undef ENTRY
    };
    return names[kind];
}

dp_gray dp_paper_draw(dp_canvas *c, dp_paper kind, const uint8_t image[DP_PIXELS],
                      dp_rng *rng)
{
    static void (*const draw[])(dp_canvas *, const uint8_t *, dp_rng *) = {
#define DRAW(NAME, name) [DP_PAPER_##NAME] = draw_##name,
        DP_PAPERS(DRAW)
#undef DRAW
    };
    draw[kind](c, image, rng);
    return dp_canvas_gray(c);
}
