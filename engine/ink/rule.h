/* Long straight lines that are not writing: the rules of paper, the sides of boxes and
 * cells. */
#ifndef DP_ENGINE_INK_RULE_H
#define DP_ENGINE_INK_RULE_H

#include "engine/ink/plane.h"

enum { DP_RULES_MAX = 64 };

/* A nearly horizontal rule is at row offset + slope · x of its rectangle, where column x
 * and the row count from the rectangle's corner; for a nearly vertical one columns and
 * rows change places. */
typedef struct dp_rule {
    bool vertical;
    float offset, slope;
    int width;    /* pixels */
    float filled; /* the part of its length that is ink and nothing else */
    int gap;      /* the longest part of its length without ink, in pixels */
} dp_rule;

/* The rules of a rectangle of a page. */
typedef struct dp_rules {
    dp_rect rect;
    int threshold; /* the least value of ink */
    int n;
    dp_rule rule[DP_RULES_MAX];
} dp_rules;

/* A run of ink across a possible rule: pixels from … end − 1 of column (or row) `at`. */
typedef struct dp_crossing {
    int at, from, end;
} dp_crossing;

/* Find the lines that go from one side of `rect` to the other, at most 3 degrees off:
 * they are ink, and at most an eighth of the rectangle wide, in at least 0.55 of their
 * length. Where a stroke crosses a line, the line is not counted, so that the strokes of
 * a digit do not make a rule by themselves. A rectangle with more runs of ink than the
 * scratch has room for has no rules. */
void dp_rules_find(dp_rules *out, const dp_plane *ink, dp_rect rect, int threshold,
                   dp_crossing *scratch, int n_scratch);

/* Erase rules from the page, except where a stroke crosses them, so that no gap needs to
 * be bridged. */
void dp_rules_erase(dp_plane *ink, const dp_rules *rules);

#endif
