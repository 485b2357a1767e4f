/* Finds the writing on a page: what is left of the ink without rules, boxes, fingers,
 * specks, and whatever else cannot be a stroke. */
#ifndef DP_ENGINE_INK_WRITING_H
#define DP_ENGINE_INK_WRITING_H

#include "engine/ink/component.h"
#include "engine/ink/rule.h"

typedef struct dp_writing_options {
    bool keep_rules; /* long straight lines stay */
    bool keep_edges; /* regions at the edges of the page stay */
} dp_writing_options;

/* Memory for a search; `components` has room for runs, too. */
typedef struct dp_writing_scratch {
    dp_components components;
    dp_crossing *crossing; /* [n_crossings] */
    int n_crossings;
    uint8_t *mask; /* [height, width]; may share memory with `crossing` */
} dp_writing_scratch;

typedef struct dp_writing {
    dp_rect box;
    bool ruled;  /* rules or boxes were erased */
    bool plain;  /* nothing else was but specks; the writing is clear of the edges */
    float width; /* of the strokes of the main component, in pixels */
} dp_writing;

/* Leave only the writing in `ink`, stretched so that the paper is 0 and ink 255. False if
 * nothing looks like a stroke; `ink` and the output are undefined then. */
bool dp_writing_find(dp_writing *out, dp_plane *ink, dp_writing_options options,
                     dp_writing_scratch *scratch);

#endif
