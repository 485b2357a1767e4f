/* A page: a picture of writing from outside, such as a photograph, a scan, a form or a
 * screenshot. It is read in several ways; each reading is one guess at what is ink.
 *
 * Images that are known to be clean ink on plain paper need no page: dp_normalize_image
 * does for them. */
#ifndef DP_ENGINE_INK_PAGE_H
#define DP_ENGINE_INK_PAGE_H

#include "engine/ink/normalize.h"

/* The workspace of reading pages. It grows with the largest picture that it has read and
 * is used again for the next one; it belongs to one thread. */
typedef struct dp_page dp_page;

enum { DP_READINGS_MAX = 8 };

/* One reading of a page. */
typedef struct dp_reading {
    uint8_t image[DP_PIXELS]; /* normalised; all 0 unless ink is DP_INK_ENOUGH */
    dp_ink ink;
    bool dark;   /* dark ink on light paper */
    int size;    /* the longest side of its ink, in pixels of the sheet */
    float doubt; /* 0 … 1: how much speaks against this polarity (polarity.h) */
} dp_reading;

/* The ink of a page without its paper, rules, boxes, frames and specks. */
typedef struct dp_sheet {
    dp_gray ink; /* 0 paper … 255 the darkest ink; valid until the page is used again */
    int shrunk;  /* pixel (x, y) of it averages this many pixels of the picture in both
                    directions, from (x · shrunk, y · shrunk) on */
} dp_sheet;

DP_MUST_CHECK dp_code dp_page_create(dp_page **out, dp_err *err);
void dp_page_free(dp_page *p); /* NULL is allowed */

/* Read a picture. The page then has one or more readings, the most plausible first; the
 * first has DP_INK_BLANK only if nothing in the picture looks like a stroke. DP_INPUT as
 * dp_normalize_image; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_page_read(dp_page *p, const dp_gray *in,
                                   dp_normalize_options options, dp_err *err);

/* The number of readings, and reading i of them. */
int dp_page_count(const dp_page *p);
const dp_reading *dp_page_reading(const dp_page *p, int i);

/* What is darker than the paper of reading i, or lighter, before anything is taken away;
 * in `ink`. False for a picture that is left alone or blank. */
bool dp_page_contrast(dp_sheet *out, dp_page *p, int i);

/* The clean ink of reading i, from which its image was made; a 28×28 image that is left
 * alone is its own ink. To find the digits of a number, choose a reading
 * (dp_choose_reading) and separate the components of its ink. */
void dp_page_ink(dp_sheet *out, dp_page *p, int i);

#endif
