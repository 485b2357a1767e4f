/* An image's pieces: connected ink, cut where digits may touch. */
#include "config.h"

#include "engine/segment/search.h"

#include "engine/core/arith.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_SIDE = 1024,  /* larger images are shrunk: a digit needs 20 pixels */
    INK = 51,         /* lighter pixels join nothing: a fifth of the darkest */
    MOST_CUTS = 6,    /* of one component */
    LEAST_SIDE = 3,   /* of one that counts */
    DIRT = INT16_MAX, /* the label of those that do not */
};

/* In the height of the highest component. */
#define SPECK   0.1F  /* components smaller than this are dirt */
#define TOUCHES 0.75F /* wider ones may be several digits */
#define NARROW  0.22F /* nothing that is cut off is narrower */

/* Most digits are connected. */
#define SAME 0.05F

/* Ink of this many pens on top of each other may be a bridge between two digits. */
#define BRIDGE 3.0F

/* Connected pixels, or the part of them between two cuts. */
typedef struct component {
    int x0, y0, x1, y1; /* inclusive */
    bool cut;
} component;

typedef struct page {
    int width, height;
    int shrunk;     /* by this factor */
    uint8_t *ink;   /* [height, width] */
    int16_t *label; /* likewise: 1 + the component; 0: none */
    int32_t *queue; /* likewise: room to fill, and to count */
    uint8_t *crop;  /* [height + 2, width + 2]: room for a group with a margin */
    int n;
    component component[DP_MAX_ATOMS];
} page;

/* ---- the page -------------------------------------------------------------------------- */

static void free_page(page *g)
{
    free(g->ink);
    free(g->label);
    free(g->queue);
    free(g->crop);
    free(g);
}

static uint8_t mean_of(const uint8_t *ink, const dp_gray *in, int x, int y, int factor)
{
    int sum = 0;
    for (int i = y; i < y + factor; i++)
        for (int j = x; j < x + factor; j++)
            sum += ink[(size_t)i * (size_t)in->width + (size_t)j];
    return (uint8_t)(sum / (factor * factor));
}

/* In place; rows and columns that fill no pixel are left out. The darkest is 255 again. */
static void shrink(page *g, const dp_gray *in)
{
    int most = 1;
    for (int y = 0; y < g->height; y++)
        for (int x = 0; x < g->width; x++) {
            uint8_t v = mean_of(g->ink, in, x * g->shrunk, y * g->shrunk, g->shrunk);
            g->ink[y * g->width + x] = v;
            most = v > most ? v : most;
        }
    for (int i = 0; i < g->width * g->height; i++)
        g->ink[i] = (uint8_t)(g->ink[i] * 255 / most);
}

static dp_code make_page(page **out, const dp_gray *in, dp_invert invert, dp_err *err)
{
    int side = in->width > in->height ? in->width : in->height;
    int factor = dp_ceil_div_int(side, MAX_SIDE);
    page *g = calloc(1, sizeof *g);
    if (!g)
        return dp_fail(err, DP_NOMEM, "no memory to split an image");
    g->shrunk = factor;
    g->width = in->width / factor;
    g->height = in->height / factor;
    size_t n = (size_t)g->width * (size_t)g->height;
    g->ink = malloc((size_t)in->width * (size_t)in->height);
    g->label = calloc(n + 1, sizeof *g->label);
    g->queue = malloc((n + 1) * sizeof *g->queue);
    g->crop = malloc((size_t)(g->width + 2) * (size_t)(g->height + 2));
    if (!g->ink || !g->label || !g->queue || !g->crop) {
        free_page(g);
        return dp_fail(err, DP_NOMEM, "no memory to split an image");
    }
    dp_normalize_image_ink(g->ink, in, invert);
    if (factor > 1)
        shrink(g, in);
    *out = g;
    return DP_OK;
}

/* ---- components ------------------------------------------------------------------------ */

static bool is_inside(const page *g, int x, int y)
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

/* Everything that touches pixel `at`, at corners too. */
static component fill(page *g, int at, int16_t label)
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
            if (!is_inside(g, u, v) || g->label[next] || g->ink[next] < INK)
                continue;
            g->label[next] = label;
            g->queue[n++] = next;
        }
    }
    return c;
}

static void relabel(page *g, const component *c, int16_t from, int16_t to)
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

/* False where there are too many: a picture, not a number. */
static bool find_components(page *g)
{
    for (int i = 0; i < g->width * g->height; i++) {
        if (g->label[i] || g->ink[i] < INK)
            continue;
        component c = fill(g, i, DIRT);
        if (longest_side(&c) < LEAST_SIDE)
            continue;
        if (g->n == DP_MAX_ATOMS)
            return false;
        g->component[g->n++] = c;
        relabel(g, &c, DIRT, (int16_t)g->n);
    }
    return true;
}

static float usual_height(const page *g)
{
    int most = 1;
    for (int i = 0; i < g->n; i++) {
        int h = g->component[i].y1 - g->component[i].y0 + 1;
        most = h > most ? h : most;
    }
    return (float)most;
}

/* The label of a neighbour; 0 where there is none. */
static int16_t neighbour(const page *g, int x, int y)
{
    for (int k = 1; k < 9; k += 2) {
        int u = x + k % 3 - 1, v = y + k / 3 - 1;
        if (is_inside(g, u, v) && g->label[v * g->width + u] > 0)
            return g->label[v * g->width + u];
    }
    return 0;
}

/* The faint edge of a line belongs to the line. Negative: found in this pass. */
static void label_edges(page *g)
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

/* ---- cuts ------------------------------------------------------------------------------ */

/* Pixels of component k in a column, and the lengths of the runs in its rows. */
static int count_column(const page *g, int k, int x)
{
    const component *c = &g->component[k];
    int n = 0;
    for (int y = c->y0; y <= c->y1; y++)
        n += g->label[y * g->width + x] == k + 1;
    return n;
}

/* How thick a line is: the median length of the runs of ink in the rows of component k. */
static int line_width(page *g, int k)
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

/* The column in [from, to) with the least ink; −1 where none has at most `limit`. */
static int thinnest_column(const page *g, int k, int from, int to, float limit)
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

/* Make what lies right of column x, and that column, a component of its own: the last. */
static void cut_at(page *g, int k, int x)
{
    component *left = &g->component[k], *right = &g->component[g->n++];
    *right = *left;
    left->x1 = x - 1;
    right->x0 = x;
    right->cut = true;
    relabel(g, right, (int16_t)(k + 1), (int16_t)g->n);
}

/* The first place from the left where two digits may touch; −1 where there is none. */
static int find_cut(const page *g, int k, int step, float limit)
{
    const component *c = &g->component[k];
    int last = c->x1 + 1 - step, x = -1;
    for (int from = c->x0 + step; from < last && x < 0; from += step)
        x = thinnest_column(g, k, from, from + step < last ? from + step : last, limit);
    return x;
}

/* Cut component k wherever two digits may touch. */
static void cut(page *g, int k, float height)
{
    float thin = BRIDGE * (float)line_width(g, k);
    int step = (int)(NARROW * height) + 1, x;
    for (int n = 0; n < MOST_CUTS && g->n < DP_MAX_ATOMS; n++) {
        if ((x = find_cut(g, k, step, thin)) < 0)
            return;
        cut_at(g, k, x);
        k = g->n - 1;
    }
}

static void cut_wide_ones(page *g)
{
    float height = usual_height(g);
    for (int k = 0, n = g->n; k < n; k++) {
        const component *c = &g->component[k];
        int w = c->x1 - c->x0 + 1, h = c->y1 - c->y0 + 1;
        if ((float)w > TOUCHES * (float)h && (float)w > TOUCHES * height)
            cut(g, k, height);
    }
}

/* ---- pieces ---------------------------------------------------------------------------- */

static dp_ink render(uint8_t image[DP_PIXELS], dp_placement *where, const dp_pieces *p,
                     int first, int end)
{
    page *g = p->user;
    *where = (dp_placement){ 0 };
    dp_bounds box = dp_pieces_box(p, first, end);
    int x0 = (int)box.x0 / g->shrunk, y0 = (int)box.y0 / g->shrunk;
    int w = (int)box.x1 / g->shrunk - x0 + 2, h = (int)box.y1 / g->shrunk - y0 + 2;
    memset(g->crop, 0, (size_t)w * (size_t)h);
    for (int y = 1; y < h - 1; y++)
        for (int x = 1; x < w - 1; x++) {
            int at = (y0 + y - 1) * g->width + x0 + x - 1, label = g->label[at];
            if (label > 0 && label != DIRT && dp_pieces_has(p, label - 1, first, end))
                g->crop[y * w + x] = g->ink[at];
        }
    const dp_gray crop = { g->crop, w, h };
    dp_ink ink;
    dp_code code =
        dp_normalize_image(image, &ink, &crop, DP_NORMALIZE_ALWAYS, DP_INVERT_NO, NULL);
    return code == DP_OK ? ink : DP_INK_BLANK;
}

/* With one pixel more around it for the edges of its lines. */
static dp_bounds box_of(const page *g, const component *c)
{
    int x0 = c->x0 > 0 ? c->x0 - 1 : 0, y0 = c->y0 > 0 ? c->y0 - 1 : 0;
    int x1 = c->x1 + 2 < g->width ? c->x1 + 2 : g->width;
    int y1 = c->y1 + 2 < g->height ? c->y1 + 2 : g->height;
    return (dp_bounds){ (float)(x0 * g->shrunk), (float)(y0 * g->shrunk),
                        (float)(x1 * g->shrunk), (float)(y1 * g->shrunk) };
}

/* Specks are part of no digit. */
static bool find_pieces(dp_pieces *p, page *g)
{
    if (!find_components(g))
        return false;
    cut_wide_ones(g);
    label_edges(g);
    float height = usual_height(g);
    for (int i = 0; i < g->n; i++) {
        const component *c = &g->component[i];
        dp_bounds box = box_of(g, c);
        if (!c->cut && (float)longest_side(c) < SPECK * height)
            box = (dp_bounds){ 1, 1, 0, 0 };
        if (!dp_pieces_add(p, &box, c->cut))
            return false;
    }
    dp_pieces_arrange(p);
    return true;
}

static dp_code split(dp_segmentation *out, dp_session *session, const dp_gray *in,
                     dp_invert invert, dp_err *err)
{
    page *g = NULL;
    dp_code code = make_page(&g, in, invert, err);
    if (code)
        return code;
    dp_pieces pieces = { .same = SAME, .render = render, .user = g };
    if (find_pieces(&pieces, g) && pieces.n > 1)
        dp_segment_search(out, &pieces, session);
    free_page(g);
    return DP_OK;
}

dp_code dp_segment_image(dp_segmentation *out, dp_ink *ink, dp_session *session,
                         const dp_gray *in, dp_normalize_mode mode, dp_invert invert,
                         dp_err *err)
{
    uint8_t image[DP_PIXELS];
    dp_ink found;
    dp_code code = dp_normalize_image(image, &found, in, mode, invert, err);
    if (code)
        return code;
    out->n = 0;
    bool small = in->width == DP_SIDE && in->height == DP_SIDE;
    if (found == DP_INK_ENOUGH && mode != DP_NORMALIZE_NEVER && !small)
        code = split(out, session, in, invert, err);
    if (code)
        return code;
    if (out->n < 2) {
        memcpy(out->part[0].image, image, sizeof image);
        out->part[0].box = (dp_bounds){ 0, 0, (float)in->width, (float)in->height };
        dp_segment_read_single(out, found, session);
    }
    *ink = found;
    return DP_OK;
}
