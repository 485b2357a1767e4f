#include "config.h"

#include "engine/train/init.h"
#include "engine/train/recalibrate.h"
#include "tests/unit/unit.h"

#include <string.h>

enum { N = 40 };

static uint8_t pixels[N * DP_PIXELS], label[N];
static const dp_augment plain = { 0 };

/* Each image is of one grey, which differs between images. */
static dp_mixture flat_images(void)
{
    for (int i = 0; i < N; i++) {
        memset(pixels + (size_t)i * DP_PIXELS, 3 * i, DP_PIXELS);
        label[i] = (uint8_t)(i % DP_DIGITS);
    }
    return (dp_mixture){ .images = { pixels, label, N } };
}

typedef struct network {
    dp_spec spec;
    dp_params layout;
    float *params;
} network;

static network make(const char *text)
{
    network n;
    const dp_shape shape = { 1, DP_SIDE, DP_SIDE };
    ck_assert_int_eq(dp_spec_parse(&n.spec, text, shape, NULL), DP_OK);
    ck_assert_int_eq(dp_params_layout(&n.layout, &n.spec, NULL), DP_OK);
    n.params = calloc(n.layout.count, sizeof *n.params);
    ck_assert_ptr_nonnull(n.params);
    dp_init_params(n.params, &n.layout, 3);
    return n;
}

static void recalibrate(network *n, int threads)
{
    dp_mixture mixture = flat_images();
    ck_assert_int_eq(dp_recalibrate_norms(n->params,
                                          &(dp_recalibrate_job){ .spec = &n->spec,
                                                                 .layout = &n->layout,
                                                                 .mixture = &mixture,
                                                                 .augment = &plain,
                                                                 .seed = 5,
                                                                 .threads = threads },
                                          NULL),
                     DP_OK);
}

static float *slot(const network *n, dp_role role)
{
    for (int i = 0; i < n->layout.n; i++)
        if (n->layout.param[i].role == role)
            return n->params + n->layout.param[i].offset;
    ck_abort_msg("no such parameter");
}

/* With dropout, half of the pixels would be 0 and the others doubled. */
START_TEST(statistics_are_those_of_the_images)
{
    network n = make("dropout 0.5 | bn | flatten | dense 10");
    recalibrate(&n, 2);
    double mean = 0, square = 0; /* greys 0, 3, … 117 of 255, equally often */
    for (int i = 0; i < N; i++) {
        mean += 3.0 * i / 255 / N;
        square += 9.0 * i * i / 255 / 255 / N;
    }
    ck_assert_double_eq_tol((double)*slot(&n, DP_RUNNING_MEAN), mean, 0.01);
    ck_assert_double_eq_tol((double)*slot(&n, DP_RUNNING_VAR), square - mean * mean,
                            0.001);
    free(n.params);
}
END_TEST

START_TEST(nothing_else_changes)
{
    network n =
        make("conv 3 5 stride=3 | bn | relu | flatten | dropout 0.2 | dense 7 | bn | "
             "dense 10");
    network same =
        make("conv 3 5 stride=3 | bn | relu | flatten | dropout 0.2 | dense 7 | bn | "
             "dense 10");
    float *before = calloc(n.layout.count, sizeof *before);
    ck_assert_ptr_nonnull(before);
    memcpy(before, n.params, n.layout.count * sizeof *before);
    recalibrate(&n, 1);
    recalibrate(&same, 4);
    ck_assert_mem_eq(n.params, same.params, n.layout.count * sizeof *before);
    for (int i = 0; i < n.layout.n; i++) {
        const dp_param *p = &n.layout.param[i];
        bool statistic = p->role == DP_RUNNING_MEAN || p->role == DP_RUNNING_VAR;
        bool kept = memcmp(before + p->offset, n.params + p->offset,
                           p->count * sizeof *before) == 0;
        ck_assert(kept != statistic);
    }
    free(before);
    free(n.params);
    free(same.params);
}
END_TEST

START_TEST(a_chain_without_batch_norm_stays)
{
    network n = make("flatten | dense 10"), same = make("flatten | dense 10");
    recalibrate(&n, 1);
    ck_assert_mem_eq(n.params, same.params, n.layout.count * sizeof *n.params);
    free(n.params);
    free(same.params);
}
END_TEST

UNIT_MAIN("recalibrate", statistics_are_those_of_the_images, nothing_else_changes,
          a_chain_without_batch_norm_stays)
