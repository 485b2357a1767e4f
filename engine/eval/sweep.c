#include "config.h"

#include "engine/eval/sweep.h"

#include "engine/synth/augment.h"
#include "engine/eval/metrics.h"

#include <math.h>
#include <stdlib.h>

enum axis { SHIFT_X, SHIFT_Y, ROTATION, SIZE, PEN };

const dp_sweep_axis dp_sweep_axes[DP_SWEEP_AXES] = {
    [SHIFT_X] = { "shift_x", "px", 7, { -3, -2, -1, 0, 1, 2, 3 } },
    [SHIFT_Y] = { "shift_y", "px", 7, { -3, -2, -1, 0, 1, 2, 3 } },
    [ROTATION] = { "rotation", "deg", 9, { -20, -15, -10, -5, 0, 5, 10, 15, 20 } },
    [SIZE] = { "size", "x", 7, { 0.7f, 0.8f, 0.9f, 1, 1.1f, 1.2f, 1.3f } },
    [PEN] = { "pen", "px", 7, { -1, -0.5f, 0, 0.5f, 1, 2, 3 } },
};

static dp_affine affine_of(int axis, float value)
{
    dp_affine a = { { 1, 0, 0, 1 }, { 0, 0 } };
    float angle = value * 0.0174532925f;
    if (axis == SHIFT_X)
        a.shift[0] = value;
    if (axis == SHIFT_Y)
        a.shift[1] = value;
    if (axis == ROTATION)
        a = (dp_affine){ { cosf(angle), sinf(angle), -sinf(angle), cosf(angle) },
                         { 0, 0 } };
    if (axis == SIZE)
        a.m[0] = a.m[3] = 1 / value;
    return a;
}

static void change_image(uint8_t out[DP_PIXELS], const uint8_t image[DP_PIXELS], int axis,
                         float value)
{
    float changed[DP_PIXELS];
    const dp_affine affine = affine_of(axis, value);
    dp_augment_resample(changed, image, &affine, NULL);
    /* dp_augment_pen takes −1 … 1, and an amount of 1 widens strokes by two pixels. */
    for (float amount = axis == PEN ? value / 2 : 0; amount != 0;) {
        float step = fmaxf(-1, fminf(amount, 1));
        dp_augment_pen(changed, step);
        amount -= step;
    }
    for (int i = 0; i < DP_PIXELS; i++)
        out[i] = (uint8_t)lrintf(255 * changed[i]);
}

dp_code dp_sweep_accuracy(double *out, const dp_model *model, dp_sweep_change change,
                          const dp_dataset *data, int threads, dp_err *err)
{
    dp_metrics metrics;
    const float amount = dp_sweep_axes[change.axis].value[change.value];
    uint8_t *pixels = malloc((size_t)data->n * DP_PIXELS);
    if (!pixels)
        return dp_fail(err, DP_NOMEM, "no memory for %d images", data->n);
    for (size_t i = 0; i < (size_t)data->n; i++)
        change_image(pixels + i * DP_PIXELS, data->pixels + i * DP_PIXELS, change.axis,
                     amount);
    const dp_dataset changed = { pixels, data->label, data->n };
    dp_code code = dp_metrics_measure(&metrics, NULL, model, &changed, threads, err);
    free(pixels);
    if (!code)
        *out = dp_metrics_accuracy(&metrics);
    return code;
}
