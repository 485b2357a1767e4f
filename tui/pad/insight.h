/* Insight: the view into the network that the user selected with `v`, and the data that this
 * view needs. */
#ifndef DP_TUI_PAD_INSIGHT_H
#define DP_TUI_PAD_INSIGHT_H

#include "engine/infer/inspect.h"
#include "tui/pad/reading.h"

typedef enum dp_inspector {
    DP_INSPECTOR_DEFAULT, /* none selected yet: the image in a roomy layout, else off */
    DP_INSPECTOR_IMAGE,   /* the network's input */
    DP_INSPECTOR_MAPS,    /* feature maps of one conv layer */
    DP_INSPECTOR_UNITS,   /* activations of the dense layers, and the logits */
    DP_INSPECTOR_WHY, /* attributions: the ink that speaks for and against the answer */
    DP_INSPECTOR_OFF,
} dp_inspector;

enum { DP_INSIGHT_MAPS = 64 }; /* feature maps shown of a layer, at most */

/* Zeroed: nothing selected. */
typedef struct dp_insight {
    dp_inspector inspector;
    int conv; /* with DP_INSPECTOR_MAPS: which conv layer of the model, 0-based */

    /* With DP_INSPECTOR_WHY: the digit that the answer is compared with. It is the second-best
     * one unless the user has chosen another. */
    int rival;
    bool rival_chosen;

    const dp_model *model;        /* the model of `inspect`; a reference */
    dp_inspect *inspect;          /* NULL: not needed yet, or out of memory */
    bool ready;                   /* what follows belongs to the current drawing */
    int layer;                    /* index of that conv layer in the folded chain */
    int map[DP_INSIGHT_MAPS];     /* its channels by falling activation */
    float attribution[DP_PIXELS]; /* of each pixel of the image, −1 … 1 */
} dp_insight;

void dp_insight_free(dp_insight *in);

/* Select the view `by` places further on among those that the model has, cyclically. */
void dp_insight_next_view(dp_insight *in, const dp_model *m, int by);

/* Select the view of why the answer is not `rival`; why not the second-best digit if `rival` is
 * the answer. If that is the view already, return to the first view. */
void dp_insight_explain(dp_insight *in, const dp_prediction *answer, int rival);

/* Compute what the selected view shows of this reading. If `steady`, choose the strongest
 * feature maps anew; otherwise, during a stroke, keep them in their places. Out of memory,
 * the view stays empty. */
void dp_insight_update(dp_insight *in, const dp_model *m, const dp_pad_reading *reading,
                       bool steady);

/* The number of conv layers of a chain. */
int dp_insight_count_convs(const dp_spec *spec);

#endif
