#include "config.h"

#include "engine/ink/page.h"

#include "engine/core/arith.h"
#include "engine/ink/contrast.h"
#include "engine/ink/despeckle.h"
#include "engine/ink/histogram.h"
#include "engine/ink/place.h"
#include "engine/ink/polarity.h"
#include "engine/ink/shrink.h"
#include "engine/ink/writing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How a page is read, and by what evidence:
 *
 * - Paper is what remains where no stroke fits (background.h). On flat paper it is one grey.
 * - Ink is darker than its paper, in a picture or in its negative. Components of at least
 *   0.35 of the darkest ink are candidates (writing.c).
 * - Lines from side to side of the page, or around a component, are rules and boxes.
 * - Regions that meet the edge of the page in more than a stroke's width, blobs beside
 *   strokes, pale components and specks are taken away.
 * - The polarity is doubtful if the writing has the grey of its surroundings.
 * - What remains undecided is another reading, and the network decides.
 *
 * The constants were chosen on drawings of the training writers of pendigits, on about
 * 100 pictures for each of 110 situations like those of tests/paper. */

/* Pages are searched at this many pixels at most, 512 × 512. */
enum { MOST_PIXELS = 1 << 18 };

/* Plain writing with less doubt about its polarity needs no other reading. */
#define CERTAIN 0.1F

/* The least doubt of a reading whose paper the edge of the page contradicts. */
#define AGAINST_EDGE 0.4F

/* Strokes of less than 1/THICK of the page leave its background as it is. */
#define THICK 14

/* A way to read a page. */
typedef struct method {
    bool dark; /* dark ink on light paper */
    dp_paper_kind paper;
    bool keep_rules;
    float doubt; /* the least doubt of its readings */
} method;

struct dp_page {
    int n;
    dp_reading reading[DP_READINGS_MAX];
    method method[DP_READINGS_MAX];
    bool copied; /* the only reading is the picture itself */
    int shrunk;
    dp_plane page; /* the picture, shrunk, without impulse noise */
    dp_plane work; /* the same with dark ink */
    dp_plane ink;
    uint8_t *scratch;
    dp_writing_scratch writing;
    void *memory; /* of the arrays above */
    size_t capacity;
};

/* ---- memory ------------------------------------------------------------------------ */

dp_code dp_page_create(dp_page **out, dp_err *err)
{
    dp_page *p = calloc(1, sizeof *p);
    if (!p)
        return dp_fail(err, DP_NOMEM, "no memory for a picture");
    *out = p;
    return DP_OK;
}

void dp_page_free(dp_page *p)
{
    if (!p)
        return;
    free(p->memory);
    free(p);
}

/* Divide the memory into arrays for a page of w × h pixels. */
static dp_code reserve(dp_page *p, int w, int h, dp_err *err)
{
    enum { ALIGNED = 64 };
    const size_t n = dp_round_up((size_t)w * (size_t)h, ALIGNED);
    const size_t runs = n / 8 + 256;
    const size_t scratch = dp_round_up(
        dp_max_size(dp_contrast_scratch(w, h), runs * sizeof(dp_crossing)), ALIGNED);
    const size_t size = 3 * n + scratch + runs * (sizeof(dp_run) + sizeof(dp_component));
    if (size > p->capacity) {
        free(p->memory);
        p->capacity = 0;
        p->memory = malloc(size);
        if (!p->memory)
            return dp_fail(err, DP_NOMEM, "no memory for a picture");
        p->capacity = size;
    }
    uint8_t *at = p->memory;
    p->page = (dp_plane){ at, w, h };
    p->work = (dp_plane){ at + n, w, h };
    p->ink = (dp_plane){ at + 2 * n, w, h };
    p->scratch = at + 3 * n;
    p->writing = (dp_writing_scratch){
        .components = { .max_runs = (int)runs,
                        .component = (dp_component *)(void *)(p->scratch + scratch) },
        .crossing = (dp_crossing *)(void *)p->scratch,
        .n_crossings = (int)runs,
        .mask = p->scratch,
    };
    p->writing.components.run =
        (dp_run *)(void *)(p->writing.components.component + runs);
    return DP_OK;
}

/* ---- reading ----------------------------------------------------------------------- */

/* Shrink the picture and remove impulse noise. */
static void take_picture(dp_page *p, const dp_gray *in)
{
    dp_shrink(&p->page, in, p->shrunk);
    const dp_gray page = { p->page.pixel, p->page.width, p->page.height };
    if (!dp_is_speckled(&page))
        return;
    const dp_plane speckled = p->page;
    dp_despeckle(&p->work, &page);
    p->page = p->work;
    p->work = speckled;
}

/* Find the ink of a page, with its paper's noise. */
static void find_contrast(dp_page *p, const method *m)
{
    const size_t n = dp_plane_count(&p->page);
    const uint8_t flip = m->dark ? 0 : 255;
    for (size_t i = 0; i < n; i++)
        p->work.pixel[i] = p->page.pixel[i] ^ flip;
    dp_contrast(&p->ink, &p->work, m->paper, p->scratch);
}

/* Leave the writing in p->ink; false if there is none. */
static bool find_writing(dp_writing *out, dp_page *p, const method *m)
{
    const dp_writing_options options = { .keep_rules = m->keep_rules,
                                         .keep_edges = m->paper == DP_PAPER_FLAT };
    find_contrast(p, m);
    return dp_writing_find(out, &p->ink, options, &p->writing);
}

static dp_reading *add_reading(dp_page *p, const method *m)
{
    /* A reading with too little ink gives way to any other. */
    if (p->n == 1 && p->reading[0].ink != DP_INK_ENOUGH)
        p->n = 0;
    p->method[p->n] = *m;
    return &p->reading[p->n++];
}

/* Read the page in one way; false if it cannot be read so. */
static bool read_by(dp_writing *writing, dp_page *p, const method *m)
{
    dp_ink_table same;
    dp_extent e;
    if (!find_writing(writing, p, m))
        return false;
    for (int v = 0; v < 256; v++)
        same[v] = (float)v;
    const dp_gray ink = { p->ink.pixel, p->ink.width, p->ink.height };
    dp_reading r = { .dark = m->dark, .ink = dp_extent_find(&e, &ink, same) };
    if (r.ink == DP_INK_ENOUGH)
        dp_place(r.image, &ink, same, &e);
    else if (p->n > 0)
        return false;
    r.size = dp_extent_longest(&e);
    r.doubt = fmaxf(dp_polarity_doubt(&p->work, &p->ink, writing->box), m->doubt);
    *add_reading(p, m) = r;
    return true;
}

/* Whether paper is darker or lighter than ink, if the whole edge of the page and at least
 * half of the page is paper: their greys differ by less than a quarter of the page's.
 * Otherwise *dark is a guess and the result false. */
static bool has_paper_edge(bool *dark, const dp_plane *page)
{
    dp_histogram all = { .total = 0 }, edge = all;
    dp_histogram_add(&all, page->pixel, (long)dp_plane_count(page), 1);
    dp_histogram_add_edge(&edge, page->pixel, page->width, page->height);
    const int low = dp_quantile(&all, 0.001F), high = dp_quantile(&all, 0.999F),
              paper = dp_quantile(&edge, 0.5F),
              spread = dp_quantile(&edge, 0.99F) - dp_quantile(&edge, 0.01F);
    *dark = paper - low >= high - paper;
    const int away = abs(dp_quantile(&all, 0.5F) - paper);
    return 4 * dp_max_int(spread, away) < high - low;
}

/* Whether the last reading is the only plausible one of its polarity. Thick strokes may
 * have lost ink to their local background. */
static bool is_plain(const dp_page *p, const dp_writing *writing)
{
    const int side = dp_min_int(p->page.width, p->page.height);
    return writing->plain && p->reading[p->n - 1].doubt < CERTAIN &&
           writing->width * THICK < (float)side;
}

/* Read the page in all ways that are plausible, the most plausible first. Plain writing
 * has one reading. */
static void read_page(dp_page *p, dp_invert invert)
{
    const bool small = dp_min_int(p->page.width, p->page.height) <= DP_SMALL_PAGE;
    bool ruled[2] = { false, false }, plain = false, first;
    const bool certain = has_paper_edge(&first, &p->page);
    const float against_edge = certain ? AGAINST_EDGE : 0;
    const int polarities = invert == DP_INVERT_AUTO ? 2 : 1;
    if (invert != DP_INVERT_AUTO)
        first = invert == DP_INVERT_YES;
    for (int i = 0; i < polarities; i++) {
        dp_writing writing;
        const method m = { .dark = first != i,
                           .paper = DP_PAPER_LOCAL,
                           .doubt = i > 0 ? against_edge : 0 };
        if (!read_by(&writing, p, &m))
            continue;
        ruled[i] = writing.ruled;
        plain = plain || (i == 0 && certain && is_plain(p, &writing));
        if (plain && small)
            return;
    }
    if (plain)
        return;
    for (int i = 0; i < 2 * polarities; i++) {
        dp_writing writing;
        const bool flat = i < polarities;
        const method m = { .dark = first != i % polarities,
                           .paper = flat ? DP_PAPER_FLAT : DP_PAPER_LOCAL,
                           .keep_rules = true,
                           .doubt = i % polarities > 0 ? against_edge : 0 };
        if (flat || ruled[i % polarities])
            (void)read_by(&writing, p, &m);
    }
}

/* Whether the picture is to be left alone. */
static dp_code copy_picture(bool *done, dp_reading *r, const dp_gray *in,
                            dp_normalize_options options, dp_err *err)
{
    *done = options.mode != DP_NORMALIZE_ALWAYS;
    if (options.mode == DP_NORMALIZE_NEVER)
        return dp_normalize_image(r->image, &r->ink, in, options, err);
    if (options.mode == DP_NORMALIZE_AUTO)
        *done = dp_copy_like_mnist(r->image, in, options.invert);
    r->ink = DP_INK_ENOUGH;
    return DP_OK;
}

dp_code dp_page_read(dp_page *p, const dp_gray *in, dp_normalize_options options,
                     dp_err *err)
{
    bool done;
    dp_code code = copy_picture(&done, &p->reading[0], in, options, err);
    if (code)
        return code;
    p->n = done;
    p->copied = done;
    if (done)
        return DP_OK;
    p->shrunk = dp_shrink_factor(in->width, in->height, MOST_PIXELS);
    code = reserve(p, in->width / p->shrunk, in->height / p->shrunk, err);
    if (code)
        return code;
    take_picture(p, in);
    read_page(p, options.invert);
    if (p->n == 0)
        p->reading[p->n++] = (dp_reading){ .ink = DP_INK_BLANK };
    return DP_OK;
}

int dp_page_count(const dp_page *p)
{
    return p->n;
}

const dp_reading *dp_page_reading(const dp_page *p, int i)
{
    return &p->reading[i];
}

static dp_sheet sheet_of(const dp_page *p)
{
    return (dp_sheet){ .ink = { p->ink.pixel, p->ink.width, p->ink.height },
                       .shrunk = p->shrunk };
}

bool dp_page_contrast(dp_sheet *out, dp_page *p, int i)
{
    if (p->copied || p->reading[i].ink == DP_INK_BLANK)
        return false;
    find_contrast(p, &p->method[i]);
    *out = sheet_of(p);
    return true;
}

void dp_page_ink(dp_sheet *out, dp_page *p, int i)
{
    dp_writing writing;
    if (p->copied) {
        *out =
            (dp_sheet){ .ink = { p->reading[i].image, DP_SIDE, DP_SIDE }, .shrunk = 1 };
        return;
    }
    if (p->reading[i].ink == DP_INK_BLANK || !find_writing(&writing, p, &p->method[i]))
        memset(p->ink.pixel, 0, dp_plane_count(&p->ink));
    *out = sheet_of(p);
}
