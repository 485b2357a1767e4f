/* How far images may be moved, turned, resized or redrawn with another pen before a
 * network's answers go wrong. */
#ifndef DP_ENGINE_EVAL_SWEEP_H
#define DP_ENGINE_EVAL_SWEEP_H

#include "engine/infer/model.h"

#include <stdint.h>

enum { DP_SWEEP_AXES = 5, DP_SWEEP_MAX_VALUES = 9 };

/* One change of every image, by each of some amounts; one of them leaves images as they are.
 */
typedef struct dp_sweep_axis {
    const char *name, *unit;
    int n;
    float value[DP_SWEEP_MAX_VALUES];
} dp_sweep_axis;

/* "shift_x" and "shift_y" in pixels, "rotation" in degrees, "size" as a factor, around the
 * centre of mass, and "pen": pixels by which strokes are wider. MNIST's are 2.3 wide. */
extern const dp_sweep_axis dp_sweep_axes[DP_SWEEP_AXES];

/* The part of n images (pixels: [n, 784], label: [n]) answered correctly when each is changed
 * by value `value` of an axis and not normalised again. `threads` as in dp_session_create.
 * DP_MODEL where the model does not read digits, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_sweep_accuracy(double *out, const dp_model *model, int axis, int value,
                          const uint8_t *pixels, const uint8_t *label, int n, int threads,
                          dp_err *err);

#endif
