#include "config.h"

#include "engine/core/rng.h"
#include "engine/train/muon.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 12, COLS = 45, COUNT = ROWS * COLS };

static void orthogonalize(float *x, int rows, int cols, const char *kernels)
{
    const dp_kernels *k = dp_kernels_named(kernels);
    float *scratch = malloc(dp_muon_scratch(k, rows, cols) * sizeof *scratch);
    ck_assert_ptr_nonnull(scratch);
    dp_muon_orthogonalize(x, rows, cols, k, scratch);
    free(scratch);
}

static void randomize(float *x, int n)
{
    dp_rng rng = dp_rng_stream(7, 0, 0);
    for (int i = 0; i < n; i++)
        x[i] = 2 * dp_rng_uniform(&rng) - 1;
}

/* ‖vᵀ·x‖ / ‖v‖ */
static double stretch(const float x[COUNT], const double v[ROWS])
{
    double sum = 0, norm = 0;
    for (int j = 0; j < COLS; j++) {
        double y = 0;
        for (int i = 0; i < ROWS; i++)
            y += v[i] * (double)x[i * COLS + j];
        sum += y * y;
    }
    for (int i = 0; i < ROWS; i++)
        norm += v[i] * v[i];
    return sqrt(sum / norm);
}

/* The stretch of every vector is between the least and the largest singular value. */
START_TEST(all_directions_become_about_equally_long)
{
    float x[COUNT];
    dp_rng rng = dp_rng_stream(8, 0, 0);
    randomize(x, COUNT);
    for (int j = 0; j < COLS; j++) /* rows of very different lengths */
        x[j] *= 30;
    orthogonalize(x, ROWS, COLS, "reference");
    for (int k = 0; k < 100; k++) {
        double v[ROWS];
        for (int i = 0; i < ROWS; i++)
            v[i] = k == i ? 1 : k < ROWS ? 0 : 2 * (double)dp_rng_uniform(&rng) - 1;
        ck_assert_double_ge(stretch(x, v), 0.65);
        ck_assert_double_le(stretch(x, v), 1.25);
    }
}
END_TEST

START_TEST(rotations_and_scales_are_kept_or_dropped)
{
    /* [[0, −s], [s, 0]] is s times a rotation: one singular value, twice. */
    float x[4] = { 0, -3e-4f, 3e-4f, 0 };
    orthogonalize(x, 2, 2, "reference");
    ck_assert_double_eq_tol((double)x[0], 0, 1e-6);
    ck_assert_double_eq_tol((double)x[1], -(double)x[2], 1e-6);
    ck_assert_double_ge((double)x[2], 0.65);
    ck_assert_double_le((double)x[2], 1.25);
}
END_TEST

START_TEST(tall_matrices_are_treated_like_wide_ones)
{
    float wide[COUNT], tall[COUNT];
    randomize(wide, COUNT);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++)
            tall[j * ROWS + i] = wide[i * COLS + j];
    orthogonalize(wide, ROWS, COLS, "reference");
    orthogonalize(tall, COLS, ROWS, "reference");
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++)
            ck_assert_double_eq_tol((double)tall[j * ROWS + i],
                                    (double)wide[i * COLS + j], 1e-4);
}
END_TEST

START_TEST(zeros_stay_zeros)
{
    float x[COUNT] = { 0 };
    static const float zeros[COUNT];
    orthogonalize(x, ROWS, COLS, "reference");
    ck_assert_mem_eq(x, zeros, sizeof x);
}
END_TEST

START_TEST(kernels_agree)
{
    float expected[COUNT], last[COUNT];
    const char *previous = NULL; /* with a fused multiply-add */
    randomize(expected, COUNT);
    orthogonalize(expected, ROWS, COLS, "reference");
    for (int k = 1; dp_kernels_at(k); k++) {
        const dp_kernels *kernels = dp_kernels_at(k);
        if (!kernels->supported())
            continue;
        float x[COUNT];
        randomize(x, COUNT);
        orthogonalize(x, ROWS, COLS, kernels->name);
        for (int i = 0; i < COUNT; i++)
            ck_assert_double_eq_tol((double)x[i], (double)expected[i], 1e-4);
        if (strcmp(kernels->name, "portable") == 0)
            continue;
        if (previous)
            ck_assert_msg(memcmp(x, last, sizeof x) == 0, "%s, %s", previous,
                          kernels->name);
        memcpy(last, x, sizeof x);
        previous = kernels->name;
    }
}
END_TEST

UNIT_MAIN("muon", all_directions_become_about_equally_long,
          rotations_and_scales_are_kept_or_dropped,
          tall_matrices_are_treated_like_wide_ones, zeros_stay_zeros, kernels_agree)
