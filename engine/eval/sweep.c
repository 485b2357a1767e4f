#include "config.h"

#include "engine/eval/sweep.h"

#include "engine/eval/metrics.h"
#include "engine/synth/augment.h"

#include <math.h>
#include <stdlib.h>

#define PHOTOMETRIC(NAME) [DP_SWEEP_GEOMETRIC + DP_PHOTOMETRIC_##NAME]

const dp_sweep_axis dp_sweep_axes[DP_SWEEP_AXES] = {
    [DP_SWEEP_SHIFT_X] = { "shift_x", "px", 7, { -3, -2, -1, 0, 1, 2, 3 } },
    [DP_SWEEP_SHIFT_Y] = { "shift_y", "px", 7, { -3, -2, -1, 0, 1, 2, 3 } },
    [DP_SWEEP_ROTATION] = { "rotation",
                            "deg",
                            9,
                            { -20, -15, -10, -5, 0, 5, 10, 15, 20 } },
    [DP_SWEEP_SIZE] = { "size", "x", 7, { 0.7f, 0.8f, 0.9f, 1, 1.1f, 1.2f, 1.3f } },
    [DP_SWEEP_PEN] = { "pen", "px", 7, { -1, -0.5f, 0, 0.5f, 1, 2, 3 } },
    PHOTOMETRIC(
        BRIGHTNESS) = { "brightness", "+", 6, { 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f } },
    PHOTOMETRIC(CONTRAST) = { "contrast", "x", 6, { 1, 0.4f, 0.3f, 0.2f, 0.1f, 0.05f } },
    PHOTOMETRIC(
        SHOT_NOISE) = { "shot_noise", "sd", 6, { 0, 0.13f, 0.2f, 0.29f, 0.45f, 0.58f } },
    PHOTOMETRIC(IMPULSE_NOISE) = { "impulse_noise", "%", 6, { 0, 3, 6, 9, 17, 27 } },
    PHOTOMETRIC(FOG) = { "fog", "x", 6, { 0, 0.5f, 1, 1.5f, 2, 2.5f } },
    PHOTOMETRIC(MOTION_BLUR) = { "motion_blur", "px", 5, { 0, 1, 2, 3, 5 } },
    PHOTOMETRIC(
        GLASS_BLUR) = { "glass_blur", "px", 6, { 0, 0.5f, 0.7f, 0.9f, 1.1f, 1.5f } },
    PHOTOMETRIC(SPATTER) = { "spatter", "%", 5, { 0, 3, 6, 10, 20 } },
    PHOTOMETRIC(DOTTED_LINE) = { "dotted_line", "lines", 5, { 0, 1, 2, 3, 4 } },
};

static dp_affine affine_of(int axis, float value)
{
    dp_affine a = { { 1, 0, 0, 1 }, { 0, 0 } };
    float angle = value * 0.0174532925f;
    if (axis == DP_SWEEP_SHIFT_X)
        a.shift[0] = value;
    if (axis == DP_SWEEP_SHIFT_Y)
        a.shift[1] = value;
    if (axis == DP_SWEEP_ROTATION)
        a = (dp_affine){ { cosf(angle), sinf(angle), -sinf(angle), cosf(angle) },
                         { 0, 0 } };
    if (axis == DP_SWEEP_SIZE)
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
    for (float amount = axis == DP_SWEEP_PEN ? value / 2 : 0; amount != 0;) {
        float step = fmaxf(-1, fminf(amount, 1));
        dp_augment_pen(changed, step);
        amount -= step;
    }
    for (int i = 0; i < DP_PIXELS; i++)
        out[i] = (uint8_t)lrintf(255 * changed[i]);
}

static dp_code measure_geometric(double *out, const dp_model *model,
                                 dp_sweep_change change, const dp_dataset *data,
                                 int threads, dp_err *err)
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

/* ---- levels ------------------------------------------------------------------------ */

static const uint64_t seed = UINT64_C(0x7377656570206c76); /* no training run uses it */

/* Image i with its levels changed, in `work`. */
static dp_gray draw_changed(const dp_pictures *p, int i, void *work)
{
    uint8_t *pixels = work;
    float level[DP_PIXELS];
    const uint8_t *image = p->images.pixels + (size_t)i * DP_PIXELS;
    dp_rng rng = dp_rng_stream(seed, (uint64_t)p->kind, (uint64_t)i);
    for (int k = 0; k < DP_PIXELS; k++)
        level[k] = (float)image[k] / 255;
    dp_photometric_change(level, (dp_photometric)p->kind, p->amount, &rng);
    for (int k = 0; k < DP_PIXELS; k++)
        pixels[k] = (uint8_t)lrintf(255 * level[k]);
    return (dp_gray){ pixels, DP_SIDE, DP_SIDE };
}

static dp_code measure_photometric(double *out, const dp_model *model,
                                   dp_sweep_change change, const dp_dataset *data,
                                   int threads, dp_err *err)
{
    const dp_sweep_axis *axis = &dp_sweep_axes[change.axis];
    dp_outcomes found;
    const dp_pictures pictures = {
        .images = *data,
        .draw = draw_changed,
        .work_size = DP_PIXELS,
        .kind = change.axis - DP_SWEEP_GEOMETRIC,
        .amount = axis->value[change.value] / (axis->unit[0] == '%' ? 100 : 1),
    };
    dp_code code = dp_outcomes_measure(&found, model, &pictures, threads, err);
    if (!code)
        *out = found.n > 0 ? (double)found.right / found.n : 0;
    return code;
}

dp_code dp_sweep_accuracy(double *out, const dp_model *model, dp_sweep_change change,
                          const dp_dataset *data, int threads, dp_err *err)
{
    if (change.axis < DP_SWEEP_GEOMETRIC)
        return measure_geometric(out, model, change, data, threads, err);
    return measure_photometric(out, model, change, data, threads, err);
}

/* ---- pages ------------------------------------------------------------------------- */

static dp_gray draw_page(const dp_pictures *p, int i, void *work)
{
    const uint64_t situation = (uint64_t)DP_PHOTOMETRIC_COUNT + (uint64_t)p->kind;
    dp_rng rng = dp_rng_stream(seed, situation, (uint64_t)i);
    return dp_paper_draw(work, (dp_paper)p->kind,
                         p->images.pixels + (size_t)i * DP_PIXELS, &rng);
}

dp_code dp_sweep_paper(dp_outcomes *out, const dp_model *model, dp_paper kind,
                       const dp_dataset *data, int threads, dp_err *err)
{
    const dp_pictures pages = {
        .images = *data,
        .draw = draw_page,
        .work_size = sizeof(dp_canvas),
        .kind = (int)kind,
    };
    return dp_outcomes_measure(out, model, &pages, threads, err);
}
