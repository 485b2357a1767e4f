#include "config.h"

#include "tui/pad/paper.h"

#include "engine/core/arith.h"
#include "engine/segment/choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STRENGTH 0.5F /* of the ink of a picture; a stroke has 1 */
#define FULL     0.5F /* the part of the strongest ink from which on it has that strength */

void dp_paper_free(dp_paper *p)
{
    free(p->pixel);
    free(p->ink);
    for (int i = 0; i < DP_PAPER_USES; i++)
        free(p->layer[i].ink);
    dp_page_free(p->page);
    *p = (dp_paper){ 0 };
}

/* ---- opening --------------------------------------------------------------------------- */

static dp_code copy_pixels(uint8_t **out, const dp_gray *from, dp_err *err)
{
    const size_t size = (size_t)from->width * (size_t)from->height;
    *out = malloc(size);
    if (!*out)
        return dp_fail(err, DP_NOMEM, "no memory for a picture of %d×%d", from->width,
                       from->height);
    memcpy(*out, from->pixel, size);
    return DP_OK;
}

static dp_code find_ink(dp_paper *p, dp_session *session, dp_err *err)
{
    const dp_normalize_options as_predict = { .mode = DP_NORMALIZE_AUTO };
    dp_sheet sheet;
    int chosen;
    dp_code code =
        dp_choose_reading(&chosen, p->page, session, &p->picture, as_predict, err);
    if (code)
        return code;
    dp_page_ink(&sheet, p->page, chosen);
    p->ink_w = sheet.ink.width;
    p->ink_h = sheet.ink.height;
    return copy_pixels(&p->ink, &sheet.ink, err);
}

dp_code dp_paper_open(dp_paper *p, const dp_gray *picture, dp_session *session,
                      dp_err *err)
{
    dp_paper paper = { .shown = true };
    dp_code code = dp_page_create(&paper.page, err);
    if (!code)
        code = copy_pixels(&paper.pixel, picture, err);
    paper.picture = (dp_gray){ paper.pixel, picture->width, picture->height };
    if (!code)
        code = find_ink(&paper, session, err);
    if (code) {
        dp_paper_free(&paper);
        return code;
    }
    dp_paper_free(p);
    *p = paper;
    return DP_OK;
}

/* ---- showing --------------------------------------------------------------------------- */

/* The mean of the ink in a rectangle of its pixels, at least one; 0 outside. */
static float mean_ink(const dp_paper *p, float x, float y, float w, float h)
{
    const int x0 = (int)floorf(x), x1 = dp_max_int((int)(x + w), x0 + 1);
    const int y0 = (int)floorf(y), y1 = dp_max_int((int)(y + h), y0 + 1);
    long sum = 0;
    for (int j = dp_max_int(y0, 0); j < dp_min_int(y1, p->ink_h); j++)
        for (int i = dp_max_int(x0, 0); i < dp_min_int(x1, p->ink_w); i++)
            sum += p->ink[(ptrdiff_t)j * p->ink_w + i];
    return (float)sum / (255.0F * (float)(x1 - x0) * (float)(y1 - y0));
}

/* Thin lines are pale once they are scaled, so the ink is stretched. */
static void stretch(dp_paper_layer *l)
{
    const int n = l->width * l->height;
    float most = 0;
    for (int i = 0; i < n; i++)
        most = fmaxf(most, l->ink[i]);
    for (int i = 0; i < n && most > 0; i++)
        l->ink[i] = STRENGTH * fminf(l->ink[i] / (FULL * most), 1);
}

static void draw_layer(dp_paper_layer *l, const dp_paper *p)
{
    const int longest = dp_max_int(p->ink_w, p->ink_h);
    const float w = (float)longest / (float)l->width,
                h = (float)longest / (float)l->height;
    const float left = (float)(p->ink_w - longest) / 2,
                top = (float)(p->ink_h - longest) / 2;
    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++)
            l->ink[y * l->width + x] =
                mean_ink(p, left + (float)x * w, top + (float)y * h, w, h);
    stretch(l);
}

const float *dp_paper_underlay(dp_paper *p, dp_paper_use use, int width, int height)
{
    dp_paper_layer *l = &p->layer[use];
    if (!p->shown || width == 0 || height == 0)
        return NULL;
    if (l->ink && l->width == width && l->height == height)
        return l->ink;
    free(l->ink);
    *l = (dp_paper_layer){ width, height,
                           malloc((size_t)width * (size_t)height * sizeof *l->ink) };
    if (l->ink)
        draw_layer(l, p);
    return l->ink;
}
