/* Digits in the situations in which people bring them: on paper under uneven light, beside a
 * table's edge, in cells, boxes and on rules, cropped, small, faint. */
#ifndef DP_ENGINE_SYNTH_PAPER_H
#define DP_ENGINE_SYNTH_PAPER_H

#include "engine/core/arith.h"
#include "engine/synth/canvas.h"

/* X(NAME, name): the situations, and their names in output. */
#define DP_PAPERS(X)                                                                     \
    X(PLAIN, plain)                                                                      \
    X(DARK, light_on_dark)                                                               \
    X(SMALL, small)                                                                      \
    X(NOISE, noise)                                                                      \
    X(SPECKS, specks)                                                                    \
    X(PENCIL, pencil)                                                                    \
    X(SLOPE, fall_off)                                                                   \
    X(STRETCHED, stretched)                                                              \
    X(CROPPED, cropped)                                                                  \
    X(EDGE, touches_edge)                                                                \
    X(VIGNETTE, vignette)                                                                \
    X(LAMP, lamp)                                                                        \
    X(SHADE, part_in_shade)                                                              \
    X(TABLE, table_beside)                                                               \
    X(CARD, card_on_table)                                                               \
    X(TITLE, title_bar)                                                                  \
    X(THUMB, thumb)                                                                      \
    X(CELL, cell)                                                                        \
    X(BOX, form_box)                                                                     \
    X(RULED, ruled)                                                                      \
    X(SQUARED, squared)                                                                  \
    X(CROSSED, crossed)

typedef enum dp_paper {
#define DP_PAPER_ENUM(NAME, name) DP_PAPER_##NAME,
    DP_PAPERS(DP_PAPER_ENUM)
#undef DP_PAPER_ENUM
} dp_paper;

enum { DP_PAPER_COUNT = 0 DP_PAPERS(DP_ONE) };

const char *dp_paper_name(dp_paper kind);

/* Draw a digit in a situation, every parameter of which is random. image: [784], ink 255 on
 * 0, not blank. The result's pixels belong to the canvas. A pure function of the image, the
 * situation and the random stream. */
dp_gray dp_paper_draw(dp_canvas *c, dp_paper kind, const uint8_t image[DP_PIXELS],
                      dp_rng *rng);

#endif
