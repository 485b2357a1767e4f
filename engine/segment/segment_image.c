/* Segments images. The components are connected components of the clean ink of a reading,
 * without lines and combs, with candidate cuts where digits may touch. */
#include "config.h"

#include "engine/segment/search.h"

#include "engine/core/arith.h"
#include "engine/segment/choose.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_INK = 51,   /* lighter pixels do not connect: a fifth of the darkest */
    MAX_CUTS = 6,     /* of one component */
    COMB = 3,         /* as many equal bars are a comb; */
    EQUAL = 2,        /* their ends differ by this many pixels at most */
    LEAST_SIDE = 3,   /* smaller components are dirt */
    DIRT = INT16_MAX, /* the label of dirt, */
    RULE = DIRT - 1,  /* and of lines */
};

/* In heights of the highest component. */
#define BAR    0.12F /* the teeth of a comb are at most as wide, */
#define LOW    0.85F /* and as high */
#define SPECK  0.1F  /* components with a shorter longest side are dirt, too */
#define WIDE   0.75F /* wider components may be several digits */
#define NARROW 0.22F /* the least width that a cut leaves */
#define LONG   1.5F  /* longer rows of ink are of a line below the digits */

/* Fitted on 5,600 pictures of one to four digits, drawn by 81 writers or of MNIST, half of
 * them so close that some touch. How many components a digit has says nothing beyond the rest. */
static const dp_search_weights weights = {
    .probability = 0.82F,
    .evidence = 5.30F,
    .wide = 5.94F,
    .low = 5.30F,
    .same = -4.05F,
    .depth = 1.90F,
    .overlap = 3.00F,
    .cut = 0.79F,
};

#define CERTAIN 0.1F /* a reading with less doubt is not doubted */
#define LATER   2.0F /* the evidence by which another reading must exceed the first */

/* A cut is possible where the ink in a column is at most this many line widths. */
#define THIN 3.0F

/* A connected component, or the section of one between two cuts. */
typedef struct component {
    int x0, y0, x1, y1; /* inclusive */
    bool cut;           /* the one on the left is connected with it */
} component;

/* The clean ink of a reading, as components. */
typedef struct sheet {
    int width, height;
    int shrunk;         /* the picture is larger by this factor */
    const uint8_t *ink; /* [height, width] */
    int16_t *label;     /* [height, width]: 1 + the index of the component; 0 if none */
    int32_t *queue;     /* [height · width + 1]: scratch of `fill` and of `line_width` */
    uint8_t *crop; /* [height + 2, width + 2]: scratch for a candidate with a margin */
    int n;
    component component[DP_MAX_COMPONENTS];
} sheet;

/* ---- the sheet --------------------------------------------------------------------- */

static void free_sheet(sheet *g)
{
    free(g->label);
    free(g->queue);
    free(g->crop);
    free(g);
}

static dp_code make_sheet(sheet **out, const dp_sheet *from, dp_err *err)
{
    sheet *g = calloc(1, sizeof *g);
    if (!g)
        return dp_fail(err, DP_NOMEM, "no memory to segment an image");
    g->shrunk = from->shrunk;
    g->width = from->ink.width;
    g->height = from->ink.height;
    g->ink = from->ink.pixel;
    size_t n = (size_t)g->width * (size_t)g->height;
    g->label = calloc(n + 1, sizeof *g->label);
    g->queue = malloc((n + 1) * sizeof *g->queue);
    g->crop = malloc((size_t)(g->width + 2) * (size_t)(g->height + 2));
    if (!g->label || !g->queue || !g->crop) {
        free_sheet(g);
        return dp_fail(err, DP_NOMEM, "no memory to segment an image");
    }
    *out = g;
    return DP_OK;
}

/* ---- components -------------------------------------------------------------------- */

static bool is_inside(const sheet *g, int x, int y)
{
    return x >= 0 && x < g->width && y >= 0 && y < g->height;
}

static void widen(component *c, int x, int y)
{
    c->x0 = x < c->x0 ? x : c->x0;
    c->x1 = x > c->x1 ? x : c->x1;
    c->y0 = y < c->y0 ? y : c->y0;
    c->y1 = y > c->y1 ? y : c->y1;
}

/* Label the component of pixel `at` by flood fill, with 8 neighbours a pixel. */
static component fill(sheet *g, int at, int16_t label)
{
    int x = at % g->width, y = at / g->width, n = 0;
    component c = { x, y, x, y, false };
    g->queue[n++] = at;
    g->label[at] = label;
    for (int done = 0; done < n; done++) {
        x = g->queue[done] % g->width;
        y = g->queue[done] / g->width;
        widen(&c, x, y);
        for (int k = 0; k < 9; k++) {
            int u = x + k % 3 - 1, v = y + k / 3 - 1, next = v * g->width + u;
            if (!is_inside(g, u, v) || g->label[next] || g->ink[next] < LEAST_INK)
                continue;
            g->label[next] = label;
            g->queue[n++] = next;
        }
    }
    return c;
}

static void relabel(sheet *g, const component *c, int16_t from, int16_t to)
{
    for (int y = c->y0; y <= c->y1; y++)
        for (int x = c->x0; x <= c->x1; x++)
            if (g->label[y * g->width + x] == from)
                g->label[y * g->width + x] = to;
}

static int longest_side(const component *c)
{
    int w = c->x1 - c->x0 + 1, h = c->y1 - c->y0 + 1;
    return w > h ? w : h;
}

/* False if there are too many: the image is a picture, not a number. */
static bool find_components(sheet *g)
{
    for (int i = 0; i < g->width * g->height; i++) {
        if (g->label[i] || g->ink[i] < LEAST_INK)
            continue;
        component c = fill(g, i, DIRT);
        if (longest_side(&c) < LEAST_SIDE)
            continue;
        if (g->n == DP_MAX_COMPONENTS)
            return false;
        g->component[g->n++] = c;
        relabel(g, &c, DIRT, (int16_t)g->n);
    }
    return true;
}

static float greatest_height(const sheet *g)
{
    int most = 1;
    for (int i = 0; i < g->n; i++) {
        int h = g->component[i].y1 - g->component[i].y0 + 1;
        most = h > most ? h : most;
    }
    return (float)most;
}

/* Give rows of ink that are too long for a digit the label of lines; whether there are any. */
static bool take_lines(sheet *g)
{
    const int least = (int)(LONG * greatest_height(g));
    bool any = false;
    for (int y = 0; y < g->height; y++)
        for (int x = 0, run = 0; x <= g->width; x++) {
            int16_t *label = &g->label[y * g->width + x];
            if (x < g->width && *label) {
                run++;
                continue;
            }
            for (int k = 1; k <= run && run > least; k++)
                label[-k] = RULE;
            any |= run > least;
            run = 0;
        }
    return any;
}

/* Find the components without lines below or between the digits. */
static bool find_digits(sheet *g)
{
    if (!find_components(g))
        return false;
    if (!take_lines(g))
        return true;
    for (int i = 0; i < g->width * g->height; i++)
        g->label[i] = g->label[i] == RULE ? RULE : 0;
    g->n = 0;
    return find_components(g);
}

/* Whether a component is a bar that is narrower and lower than a digit. */
static bool is_bar(const component *c, float height)
{
    return (float)(c->x1 - c->x0 + 1) <= BAR * height &&
           (float)(c->y1 - c->y0 + 1) <= LOW * height;
}

/* Whether component k is one of the teeth that separate the cells of a comb: equal bars. */
static bool is_tooth(const sheet *g, int k, float height)
{
    const component *tooth = &g->component[k];
    int n = 0;
    for (int i = 0; i < g->n && is_bar(tooth, height); i++) {
        const component *c = &g->component[i];
        n += is_bar(c, height) && abs(c->y0 - tooth->y0) <= EQUAL &&
             abs(c->y1 - tooth->y1) <= EQUAL;
    }
    return n >= COMB;
}

/* The label of one of the four neighbours; 0 if none has one. */
static int16_t neighbour(const sheet *g, int x, int y)
{
    for (int k = 1; k < 9; k += 2) {
        int u = x + k % 3 - 1, v = y + k / 3 - 1;
        if (is_inside(g, u, v) && g->label[v * g->width + u] > 0)
            return g->label[v * g->width + u];
    }
    return 0;
}

/* Give the faint edge of a line the label of the line. Labels found in this pass are
 * negative until its end, so that they do not spread. */
static void label_edges(sheet *g)
{
    for (int y = 0; y < g->height; y++)
        for (int x = 0; x < g->width; x++) {
            int at = y * g->width + x;
            if (g->label[at] == 0 && g->ink[at] > 0)
                g->label[at] = (int16_t)-neighbour(g, x, y);
        }
    for (int i = 0; i < g->width * g->height; i++)
        g->label[i] = (int16_t)abs(g->label[i]);
}

/* ---- cuts -------------------------------------------------------------------------- */

/* The number of pixels of component k in a column. */
static int count_column(const sheet *g, int k, int x)
{
    const component *c = &g->component[k];
    int n = 0;
    for (int y = c->y0; y <= c->y1; y++)
        n += g->label[y * g->width + x] == k + 1;
    return n;
}

/* The line width of component k: the median length of the runs of ink in its rows. */
static int line_width(sheet *g, int k)
{
    const component *c = &g->component[k];
    int32_t *count = g->queue, total = 0, seen = 0;
    memset(count, 0, (size_t)(g->width + 1) * sizeof *count);
    for (int y = c->y0; y <= c->y1; y++)
        for (int x = c->x0, run = 0; x <= c->x1 + 1; x++) {
            bool ink = x <= c->x1 && g->label[y * g->width + x] == k + 1;
            if (!ink && run > 0) {
                count[run]++;
                total++;
            }
            run = ink ? run + 1 : 0;
        }
    int width = 0;
    while (width < g->width && 2 * seen <= total)
        seen += count[++width];
    return width;
}

/* The column in [from, to) with the least ink; −1 if all have more than `limit`
 * pixels. */
static int thinnest_column(const sheet *g, int k, int from, int to, float limit)
{
    int best = -1, least = 0;
    for (int x = from; x < to; x++) {
        int n = count_column(g, k, x);
        if ((float)n <= limit && (best < 0 || n < least)) {
            best = x;
            least = n;
        }
    }
    return best;
}

/* Cut component k: column x and all columns right of it become a new component, the last
 * one. */
static void cut_at(sheet *g, int k, int x)
{
    component *left = &g->component[k], *right = &g->component[g->n++];
    *right = *left;
    left->x1 = x - 1;
    right->x0 = x;
    right->cut = true;
    relabel(g, right, (int16_t)(k + 1), (int16_t)g->n);
}

/* The leftmost column where two digits may touch; −1 if there is none. */
static int find_cut(const sheet *g, int k, int step, float limit)
{
    const component *c = &g->component[k];
    int last = c->x1 + 1 - step, x = -1;
    for (int from = c->x0 + step; from < last && x < 0; from += step)
        x = thinnest_column(g, k, from, from + step < last ? from + step : last, limit);
    return x;
}

/* Cut component k at each column where two digits may touch. */
static void cut(sheet *g, int k, float height)
{
    float thin = THIN * (float)line_width(g, k);
    int step = (int)(NARROW * height) + 1, x;
    for (int n = 0; n < MAX_CUTS && g->n < DP_MAX_COMPONENTS; n++) {
        if ((x = find_cut(g, k, step, thin)) < 0)
            return;
        cut_at(g, k, x);
        k = g->n - 1;
    }
}

static void cut_wide_components(sheet *g)
{
    float height = greatest_height(g);
    for (int k = 0, n = g->n; k < n; k++) {
        const component *c = &g->component[k];
        int w = c->x1 - c->x0 + 1, h = c->y1 - c->y0 + 1;
        if ((float)w > WIDE * (float)h && (float)w > WIDE * height)
            cut(g, k, height);
    }
}

/* ---- primitives -------------------------------------------------------------------- */

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *placement,
                     const dp_primitives *p, int first, int end)
{
    sheet *g = p->user;
    *placement = (dp_placement){ 0 };
    dp_bounds box = dp_primitives_box(p, first, end);
    int x0 = (int)box.x0 / g->shrunk, y0 = (int)box.y0 / g->shrunk;
    int w = (int)box.x1 / g->shrunk - x0 + 2, h = (int)box.y1 / g->shrunk - y0 + 2;
    memset(g->crop, 0, (size_t)w * (size_t)h);
    for (int y = 1; y < h - 1; y++)
        for (int x = 1; x < w - 1; x++) {
            int at = (y0 + y - 1) * g->width + x0 + x - 1, label = g->label[at];
            if (label > 0 && label <= g->n && dp_primitives_has(p, label - 1, first, end))
                g->crop[y * w + x] = g->ink[at];
        }
    const dp_gray crop = { g->crop, w, h };
    dp_ink ink;
    dp_code code = dp_normalize_image(
        image, &ink, &crop, (dp_normalize_options){ DP_NORMALIZE_ALWAYS, DP_INVERT_NO },
        NULL);
    return code == DP_OK ? ink : DP_INK_BLANK;
}

/* The bounding box in the input image, one pixel larger on each side for the faint
 * edges. */
static dp_bounds box_of(const sheet *g, const component *c)
{
    int x0 = c->x0 > 0 ? c->x0 - 1 : 0, y0 = c->y0 > 0 ? c->y0 - 1 : 0;
    int x1 = c->x1 + 2 < g->width ? c->x1 + 2 : g->width;
    int y1 = c->y1 + 2 < g->height ? c->y1 + 2 : g->height;
    return (dp_bounds){ (float)(x0 * g->shrunk), (float)(y0 * g->shrunk),
                        (float)(x1 * g->shrunk), (float)(y1 * g->shrunk) };
}

static bool find_primitives(dp_primitives *p, sheet *g)
{
    if (!find_digits(g))
        return false;
    cut_wide_components(g);
    label_edges(g);
    float height = greatest_height(g);
    for (int i = 0; i < g->n; i++) {
        const component *c = &g->component[i];
        dp_bounds box = box_of(g, c);
        if (!c->cut &&
            ((float)longest_side(c) < SPECK * height || is_tooth(g, i, height)))
            box = (dp_bounds){ 1, 1, 0, 0 };
        if (!dp_primitives_add(p, &box, c->cut))
            return false;
    }
    dp_primitives_arrange(p);
    return true;
}

/* Segment the ink of reading i. out->n is 0 if it is a single digit. */
static dp_code segment(dp_segmentation *out, dp_session *session, dp_page *page, int i,
                       dp_err *err)
{
    dp_sheet ink;
    sheet *g = NULL;
    dp_segment_begin(out);
    dp_page_ink(&ink, page, i);
    dp_code code = make_sheet(&g, &ink, err);
    if (code)
        return code;
    dp_primitives primitives = { .render = render, .user = g };
    if (find_primitives(&primitives, g) && primitives.n > 1)
        dp_segment_search(out, &primitives, &weights, session);
    free_sheet(g);
    return DP_OK;
}

/* ---- readings ---------------------------------------------------------------------- */

static void read_single(dp_segmentation *out, dp_session *session, const dp_gray *in,
                        const dp_reading *reading)
{
    dp_segment *only = &out->digit[0];
    memcpy(only->image, reading->image, sizeof only->image);
    only->box = (dp_bounds){ 0, 0, (float)in->width, (float)in->height };
    dp_segment_read_single(out, reading->ink, session);
}

/* The least evidence of its digits, less the doubt of the reading. */
static float merit(const dp_segmentation *number, const dp_reading *reading)
{
    float least = FLT_MAX;
    for (int i = 0; i < number->n; i++)
        least = fminf(least, number->digit[i].prediction.evidence);
    return least - DP_DOUBT * reading->doubt;
}

/* Replace *out, a single digit, by the number of the reading with the most merit, unless
 * that is a single digit, too. The readings are tried until one leaves nothing to doubt. */
static dp_code read_number(dp_segmentation *out, dp_session *session, dp_page *page,
                           const dp_gray *in, dp_err *err)
{
    dp_segmentation number, single = *out;
    float most = -FLT_MAX;
    bool certain = false;
    for (int i = 0; i < dp_page_count(page) && !certain; i++) {
        const dp_reading *reading = dp_page_reading(page, i);
        if (reading->ink != DP_INK_ENOUGH)
            continue;
        dp_code code = segment(&number, session, page, i, err);
        if (code)
            return code;
        if (number.n == 0)
            read_single(&number, session, in, reading);
        certain = reading->doubt < CERTAIN && !dp_segmentation_is_rejected(&number);
        const float gain = merit(&number, reading) - (i > 0 ? LATER : 0);
        if (gain <= most)
            continue;
        most = gain;
        *out = number.n > 1 ? number : single;
        out->split = number.split;
    }
    return DP_OK;
}

dp_code dp_segment_image(dp_segmentation *out, dp_page *page, dp_session *session,
                         const dp_gray *in, dp_normalize_options options, dp_err *err)
{
    int chosen;
    dp_code code = dp_choose_reading(&chosen, page, session, in, options, err);
    if (code)
        return code;
    dp_segment_begin(out);
    read_single(out, session, in, dp_page_reading(page, chosen));
    bool small = in->width == DP_SIDE && in->height == DP_SIDE;
    if (out->n == 0 || small || options.mode == DP_NORMALIZE_NEVER)
        return DP_OK;
    return read_number(out, session, page, in, err);
}
