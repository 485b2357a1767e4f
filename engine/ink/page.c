#include "config.h"

#include "engine/ink/page.h"

#include "engine/core/arith.h"
#include "engine/ink/contrast.h"
#include "engine/ink/despeckle.h"
#include "engine/ink/place.h"
#include "engine/ink/polarity.h"
#include "engine/ink/shrink.h"
#include "engine/ink/writing.h"

#include <stdlib.h>
#include <string.h>

/* Pages are searched at this many pixels at most, 512 × 512. */
enum { MOST_PIXELS = 1 << 18 };

/* A way to read a page. */
typedef struct method {
    bool dark; /* dark ink on light paper */
    dp_paper paper;
    bool keep_rules;
} method;

/* The most plausible first. */
static const method methods[] = {
    { .dark = true, .paper = DP_PAPER_LOCAL },
    { .dark = false, .paper = DP_PAPER_LOCAL },
    { .dark = true, .paper = DP_PAPER_FLAT, .keep_rules = true },
    { .dark = false, .paper = DP_PAPER_FLAT, .keep_rules = true },
    { .dark = true, .paper = DP_PAPER_LOCAL, .keep_rules = true },
    { .dark = false, .paper = DP_PAPER_LOCAL, .keep_rules = true },
};

struct dp_page {
    int n;
    dp_reading reading[DP_READINGS_MAX];
    const method *method[DP_READINGS_MAX]; /* NULL: copied */
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
        return dp_fail(err, DP_NOMEM, "no memory to read a picture");
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
            return dp_fail(err, DP_NOMEM, "no memory to read a picture");
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
static bool find_writing(dp_rect *box, dp_page *p, const method *m)
{
    const dp_writing_options options = { .keep_rules = m->keep_rules,
                                         .keep_edges = m->paper == DP_PAPER_FLAT };
    find_contrast(p, m);
    return dp_writing_find(box, &p->ink, options, &p->writing);
}

/* Read the page in one way, if it can be read so. */
static void read_by(dp_page *p, const method *m)
{
    dp_ink_table same;
    dp_rect box;
    dp_extent e;
    if (!find_writing(&box, p, m))
        return;
    for (int v = 0; v < 256; v++)
        same[v] = (float)v;
    const dp_gray ink = { p->ink.pixel, p->ink.width, p->ink.height };
    dp_reading r = { .dark = m->dark, .ink = dp_extent_find(&e, &ink, same) };
    if (p->n > 0 && r.ink != DP_INK_ENOUGH)
        return;
    if (p->n > 0 && p->reading[0].ink != DP_INK_ENOUGH)
        p->n = 0; /* better than too little ink */
    if (r.ink == DP_INK_ENOUGH)
        dp_place(r.image, &ink, same, &e);
    r.doubt = dp_polarity_doubt(&p->work, &p->ink, box);
    p->method[p->n] = m;
    p->reading[p->n++] = r;
}

static bool is_excluded(const method *m, dp_invert invert)
{
    return (invert == DP_INVERT_YES && !m->dark) || (invert == DP_INVERT_NO && m->dark);
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
    p->method[0] = NULL;
    if (done)
        return DP_OK;
    p->shrunk = dp_shrink_factor(in->width, in->height, MOST_PIXELS);
    code = reserve(p, in->width / p->shrunk, in->height / p->shrunk, err);
    if (code)
        return code;
    take_picture(p, in);
    for (size_t i = 0; i < DP_COUNT(methods); i++)
        if (!is_excluded(&methods[i], options.invert))
            read_by(p, &methods[i]);
    if (p->n > 0)
        return DP_OK;
    p->method[0] = NULL;
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

void dp_page_ink(dp_sheet *out, dp_page *p, int i)
{
    dp_rect box;
    if (!p->method[i]) {
        *out =
            (dp_sheet){ .ink = { p->reading[i].image, DP_SIDE, DP_SIDE }, .shrunk = 1 };
        return;
    }
    if (!find_writing(&box, p, p->method[i]))
        memset(p->ink.pixel, 0, dp_plane_count(&p->ink));
    *out = (dp_sheet){ .ink = { p->ink.pixel, p->ink.width, p->ink.height },
                       .shrunk = p->shrunk };
}
