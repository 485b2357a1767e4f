/* The robustness of a network: its accuracy on images that are shifted, rotated, resized
 * or redrawn with another pen. */
#ifndef DP_ENGINE_EVAL_SWEEP_H
#define DP_ENGINE_EVAL_SWEEP_H

#include "engine/infer/model.h"
#include "engine/synth/mixture.h"

enum { DP_SWEEP_AXES = 5, DP_SWEEP_MAX_VALUES = 9 };

/* One kind of change and its amounts, one of which changes nothing. */
typedef struct dp_sweep_axis {
    const char *name, *unit;
    int n; /* amounts */
    float value[DP_SWEEP_MAX_VALUES];
} dp_sweep_axis;

/* "shift_x" and "shift_y" in pixels; "rotation" in degrees and "size" as a factor, both
 * around the centre of mass; and "pen", the change of the stroke width in pixels (2.3 in
 * MNIST). */
extern const dp_sweep_axis dp_sweep_axes[DP_SWEEP_AXES];

/* The change by dp_sweep_axes[axis].value[value]. */
typedef struct dp_sweep_change {
    int axis, value;
} dp_sweep_change;

/* The accuracy, 0 … 1, on `data`, each of whose images is changed and not normalised
 * again. `threads` as in dp_session_create. DP_MODEL if the model does not read digits;
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_sweep_accuracy(double *out, const dp_model *model, dp_sweep_change change,
                          const dp_dataset *data, int threads, dp_err *err);

#endif
