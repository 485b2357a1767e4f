/* Looking inside the network while somebody draws: which view of it is shown, and what that
 * view needs of the network. Curses-free. */
#ifndef DP_TUI_PAD_INSIGHT_H
#define DP_TUI_PAD_INSIGHT_H

#include "engine/infer/inspect.h"
#include "tui/pad/reading.h"

typedef enum dp_inspector {
    DP_INSPECTOR_WHERE_ROOMY, /* until it is chosen: the image where it has a place of its own */
    DP_INSPECTOR_IMAGE, /* what the network sees */
    DP_INSPECTOR_MAPS,  /* feature maps of one conv layer */
    DP_INSPECTOR_UNITS, /* activations of the dense layers */
    DP_INSPECTOR_WHY,   /* which ink argues for the answer */
    DP_INSPECTOR_OFF,
} dp_inspector;

enum { DP_INSIGHT_MAPS = 64 }; /* at most so many of a layer are shown */

/* Zeroed: nothing was looked at yet. */
typedef struct dp_insight {
    dp_inspector inspector;
    int nth; /* which conv layer, from 0; with DP_INSPECTOR_MAPS */

    const dp_model *model;    /* that `inspect` is for; a reference */
    dp_inspect *inspect;      /* NULL: not needed yet, or no memory */
    bool ready;               /* the fields below are of the drawing */
    int layer;                /* of the chain: the conv whose maps are shown */
    int map[DP_INSIGHT_MAPS]; /* its channels, the strongest first */
    float share[DP_PIXELS];   /* how each pixel of the image argues, −1 … 1 */
} dp_insight;

void dp_insight_free(dp_insight *in);

/* Go on to the next view that this model has, or back. */
void dp_insight_turn(dp_insight *in, const dp_model *m, int by);

/* What the view shows of a network and its answer. Where `steady` the maps are chosen
 * anew; otherwise, while the pen moves, they stay where they are. */
void dp_insight_update(dp_insight *in, const dp_model *m, const dp_reading *reading,
                       bool steady);

/* Conv layers of a chain. */
int dp_insight_count_convs(const dp_spec *spec);

#endif
