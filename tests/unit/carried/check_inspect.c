#include "config.h"

#include "engine/infer/inspect.h"

#include "engine/infer/session.h"
#include "tests/unit/chain.h"
#include "weights/store/store.h"

#include <math.h>
#include <string.h>

static const dp_shape digit = { 1, DP_SIDE, DP_SIDE };

/* One of each family, with an unfoldable batch norm, dropout and a last softmax. */
static const char *const chains[] = {
    "flatten | dense 24 | gelu | dense 10",
    ("conv 4 3 pad=1 | bn | relu | maxpool 2 | conv 6 3 stride=2 | gelu_tanh | bn | "
     "avgpool 2 | dropout 0.5 | flatten | dense 10 | softmax"),
    "bn | conv 3 5 | leaky_relu | global_avgpool | flatten | dense 10 bias=0",
};
enum { N_CHAINS = sizeof chains / sizeof chains[0] };

static dp_inspect *inspect_of(const dp_model *m)
{
    dp_inspect *s;
    dp_err err = { DP_OK, "" };
    ck_assert_msg(dp_inspect_create(&s, m, &err) == DP_OK, "%s", err.msg);
    return s;
}

static dp_model *model_of(const char *text)
{
    chain c = chain_make(text, digit);
    dp_model *m = chain_model(&c, NULL);
    chain_clear(&c);
    return m;
}

/* A thick oblique line and a little of everything else. */
static void make_image(uint8_t image[DP_PIXELS])
{
    for (int i = 0; i < DP_PIXELS; i++) {
        const int x = i % DP_SIDE, y = i / DP_SIDE;
        image[i] = (uint8_t)(abs(x - y / 2 - 7) < 2 ? 255 - 3 * y : i * 7 % 40);
    }
}

static double logit_of(dp_session *session, const float *x, const float dy[DP_DIGITS])
{
    float y[DP_DIGITS];
    double sum = 0;
    dp_session_forward(session, x, 1, y);
    for (int k = 0; k < DP_DIGITS; k++)
        sum += (double)dy[k] * (double)y[k];
    return sum;
}

static dp_session *session_of(const dp_model *m)
{
    dp_session *session;
    ck_assert_int_eq(dp_session_create(&session, m, 1, 1, NULL), DP_OK);
    return session;
}

START_TEST(gradients_are_central_differences)
{
    static const float dy[DP_DIGITS] = { 1, -0.5F, 0, 0, 2, 0, 0, 0, -1, 0 };
    for (int c = 0; c < N_CHAINS; c++) {
        dp_model *m = model_of(chains[c]);
        dp_session *session = session_of(m);
        dp_inspect *s = inspect_of(m);
        ck_assert(dp_inspect_explains(s));
        float x[DP_PIXELS], dx[DP_PIXELS];
        dp_rng r = dp_rng_stream(4, (uint64_t)c, 0);
        for (int i = 0; i < DP_PIXELS; i++)
            x[i] = dp_rng_range(&r, 0, 1);
        dp_inspect_gradient(s, x, dy, dx);
        double error = 0, size = 0;
        for (int i = 0; i < DP_PIXELS; i += 5) {
            const float kept = x[i], h = 1e-2F;
            x[i] = kept + h;
            double above = logit_of(session, x, dy);
            x[i] = kept - h;
            double below = logit_of(session, x, dy);
            x[i] = kept;
            double slope = (above - below) / (2 * (double)h);
            error += fabs(slope - (double)dx[i]);
            size += fabs(slope);
        }
        ck_assert_double_gt(size, 1e-3);
        ck_assert_msg(error < 0.05 * size, "chain %d: %g of %g", c, error, size);
        dp_inspect_free(s);
        dp_session_free(session);
        dp_model_unref(m);
    }
}
END_TEST

START_TEST(the_last_activation_is_the_logits)
{
    uint8_t image[DP_PIXELS];
    make_image(image);
    for (int c = 0; c < N_CHAINS; c++) {
        dp_model *m = model_of(chains[c]);
        dp_session *session = session_of(m);
        dp_inspect *s = inspect_of(m);
        const dp_spec *spec = dp_inspect_spec(s);
        dp_prediction p;
        dp_session_predict(session, image, 1, &p);
        dp_inspect_run(s, image);
        const float *logit = dp_inspect_activation(s, spec->n_layers - 1);
        for (int k = 0; k < DP_DIGITS; k++)
            ck_assert(fabsf(logit[k] - p.logit[k]) < 1e-4F);
        dp_inspect_free(s);
        dp_session_free(session);
        dp_model_unref(m);
    }
}
END_TEST

START_TEST(shares_sum_to_the_effect_of_the_ink)
{
    static const float weight[DP_DIGITS] = { 0, 0, 0, 0, 1, 0, 0, -1, 0, 0 };
    uint8_t image[DP_PIXELS];
    make_image(image);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = image[i] < 40 ? 0 : image[i];
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        dp_model *m;
        ck_assert_int_eq(dp_store_open(&m, c->name, NULL, NULL), DP_OK);
        dp_session *session = session_of(m);
        dp_inspect *s = inspect_of(m);
        float x[DP_PIXELS], blank[DP_PIXELS], norm[256], share[DP_PIXELS];
        dp_norm_table(norm, dp_model_get_info(m)->norm);
        for (int i = 0; i < DP_PIXELS; i++) {
            x[i] = norm[image[i]];
            blank[i] = norm[0];
        }
        dp_inspect_shares(s, share, image, weight);
        double sum = 0, size = 0;
        for (int i = 0; i < DP_PIXELS; i++) {
            sum += (double)share[i];
            size += fabs((double)share[i]);
            ck_assert(image[i] > 0 || share[i] == 0);
        }
        double change = logit_of(session, x, weight) - logit_of(session, blank, weight);
        ck_assert_double_gt(size, 0.1);
        ck_assert_msg(fabs(sum - change) < 0.1 * size, "%s: %g, not %g", c->name, sum,
                      change);
        dp_inspect_free(s);
        dp_session_free(session);
        dp_model_unref(m);
    }
}
END_TEST

START_TEST(networks_without_backward_can_be_inspected)
{
    uint8_t image[DP_PIXELS];
    make_image(image);
    dp_model *m = model_of("conv 4 3 | relu | conv 4 3 groups=2 | flatten | dense 10");
    dp_inspect *s = inspect_of(m);
    ck_assert(!dp_inspect_explains(s));
    dp_inspect_run(s, image);
    const float *maps = dp_inspect_activation(s, 1);
    float most = 0;
    for (int i = 0; i < 4 * 26 * 26; i++) {
        ck_assert(maps[i] >= 0);
        most = fmaxf(most, maps[i]);
    }
    ck_assert(most > 0);
    dp_inspect_free(s);
    dp_model_unref(m);
}
END_TEST

UNIT_MAIN("inspect", gradients_are_central_differences, the_last_activation_is_the_logits,
          shares_sum_to_the_effect_of_the_ink, networks_without_backward_can_be_inspected)
