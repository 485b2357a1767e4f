/* The robustness of a network: its accuracy on images that are shifted, rotated, resized,
 * redrawn with another pen or changed in their levels, and on pages. */
#ifndef DP_ENGINE_EVAL_SWEEP_H
#define DP_ENGINE_EVAL_SWEEP_H

#include "engine/eval/outcomes.h"
#include "engine/synth/paper.h"
#include "engine/synth/photometric.h"

/* The axes that move the image; the kinds of dp_photometric follow. */
enum {
    DP_SWEEP_SHIFT_X,
    DP_SWEEP_SHIFT_Y,
    DP_SWEEP_ROTATION,
    DP_SWEEP_SIZE,
    DP_SWEEP_PEN,
    DP_SWEEP_GEOMETRIC, /* their number */
};
enum { DP_SWEEP_MAX_VALUES = 9 };
enum { DP_SWEEP_AXES = DP_SWEEP_GEOMETRIC + DP_PHOTOMETRIC_COUNT };

/* One kind of change and its amounts, one of which changes nothing. */
typedef struct dp_sweep_axis {
    const char *name, *unit;
    int n; /* amounts */
    float value[DP_SWEEP_MAX_VALUES];
} dp_sweep_axis;

/* The first DP_SWEEP_GEOMETRIC axes: "shift_x" and "shift_y" in pixels; "rotation" in degrees
 * and "size" as a factor, both around the centre of mass; and "pen", the change of the stroke
 * width in pixels (2.3 in MNIST). They test the network: their images are not normalised again.
 * The others are the kinds of dp_photometric, in their order, with its amounts. They test
 * what reads a picture: their images are read as by `predict`. */
extern const dp_sweep_axis dp_sweep_axes[DP_SWEEP_AXES];

/* The change by dp_sweep_axes[axis].value[value]. */
typedef struct dp_sweep_change {
    int axis, value;
} dp_sweep_change;

/* The accuracy, 0 … 1, on `data`, each of whose images is changed. Images that no ink is found
 * in count as wrong. `threads` as in dp_session_create. DP_MODEL if the model does not read
 * digits; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_sweep_accuracy(double *out, const dp_model *model, dp_sweep_change change,
                          const dp_dataset *data, int threads, dp_err *err);

/* Draw each image of `data` in a situation and read it as `predict` does. Otherwise as
 * dp_sweep_accuracy. */
DP_MUST_CHECK
dp_code dp_sweep_paper(dp_outcomes *out, const dp_model *model, dp_paper kind,
                       const dp_dataset *data, int threads, dp_err *err);

#endif
