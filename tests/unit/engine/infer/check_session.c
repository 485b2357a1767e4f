#include "config.h"

#include "engine/quant/quantize.h"
#include "engine/infer/session.h"

#include "tests/short_memory.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

static const dp_shape digit = { 1, 28, 28 };

static const char mlp[] = "flatten | dense 128 | relu | dense 64 | relu | dense 10";
static const char cnn[] =
    "conv 16 5 pad=same | bn | relu | maxpool 2 | conv 24 3 pad=1 | "
    "bn | gelu | avgpool 3 stride=2 | dropout 0.2 | flatten | "
    "dense 50 | relu | dense 10 | softmax";

static dp_session *session_of(const dp_model *m, int max_batch, int threads)
{
    dp_session *s;
    dp_err err;
    if (dp_session_create(&s, m, max_batch, threads, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    return s;
}

/* Noise, three quarters of it background, as in a digit. */
static uint8_t *random_pixels(int n)
{
    uint8_t *pixels = malloc((size_t)n * DP_PIXELS);
    dp_rng r = dp_rng_stream(8, 0, 0);
    for (int i = 0; i < n * DP_PIXELS; i++)
        pixels[i] = dp_rng_below(&r, 4) ? 0 : (uint8_t)dp_rng_below(&r, 256);
    return pixels;
}

/* ---- the same bits --------------------------------------------------------------- */

enum { IMAGES = 131 };

static void assert_same(const dp_prediction *a, const dp_prediction *b)
{
    ck_assert_mem_eq(a->logit, b->logit, sizeof a->logit);
    ck_assert_mem_eq(a->prob, b->prob, sizeof a->prob);
    ck_assert_mem_eq(a->rank, b->rank, sizeof a->rank);
}

static void check_bits(const char *text, const dp_kernels *kernels)
{
    static const int batches[] = { 1, 2, 7, 48, 100, IMAGES };
    chain c = chain_make(text, digit);
    dp_model *m = chain_model(&c, kernels);
    uint8_t *pixels = random_pixels(IMAGES);
    dp_prediction alone[IMAGES], got[IMAGES];
    dp_session *s = session_of(m, 1, 1);
    for (int i = 0; i < IMAGES; i++)
        dp_session_predict(s, pixels + i * DP_PIXELS, 1, &alone[i]);
    dp_session_free(s);
    for (int threads = 1; threads <= 4; threads++) {
        for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
            s = session_of(m, batches[b], threads);
            for (int i = 0; i < IMAGES; i += batches[b])
                dp_session_predict(s, pixels + i * DP_PIXELS,
                                   IMAGES - i < batches[b] ? IMAGES - i : batches[b],
                                   &got[i]);
            for (int i = 0; i < IMAGES; i++)
                assert_same(&got[i], &alone[i]);
            dp_session_free(s);
        }
    }
    free(pixels);
    dp_model_unref(m);
    chain_clear(&c);
}

START_TEST(neither_batch_nor_threads_change_bits)
{
    check_bits(mlp, NULL);
    check_bits(cnn, NULL);
    check_bits(mlp, dp_kernels_named("portable"));
}
END_TEST

/* More than a millisecond of work, with convolutions of both kinds and dense layers that
 * are large enough to be shared, and others that are not. */
static const char large[] =
    "conv 64 5 pad=2 | relu | conv 128 3 pad=1 | relu | conv 96 3 pad=1 | gelu | "
    "avgpool 2 | flatten | dense 300 | relu | dense 10";

static void check_sharing(const dp_model *m, const uint8_t *pixels)
{
    dp_prediction alone, shared;
    dp_session *s = session_of(m, 1, 1);
    dp_session_predict(s, pixels, 1, &alone);
    dp_session_free(s);
    for (int threads = 2; threads <= 4; threads++) {
        s = session_of(m, 1, threads);
#ifdef DP_OPENMP
        ck_assert_int_eq(dp_session_threads(s), threads);
#endif
        for (int i = 0; i < 3; i++) {
            dp_session_predict(s, pixels, 1, &shared);
            assert_same(&shared, &alone);
        }
        dp_session_free(s);
    }
}

START_TEST(threads_share_a_large_image_without_changing_bits)
{
    chain c = chain_make(large, digit);
    uint8_t *pixels = random_pixels(1);
    for (int k = 0; dp_kernels_at(k); k++) {
        if (!dp_kernels_at(k)->supported())
            continue;
        dp_model *m = chain_model(&c, dp_kernels_at(k));
        check_sharing(m, pixels);
        dp_model_unref(m);
    }
    free(pixels);
    chain_clear(&c);
}
END_TEST

START_TEST(kernels_agree)
{
    chain c = chain_make(cnn, digit);
    uint8_t *pixels = random_pixels(9);
    dp_prediction wanted[9], got[9];
    for (int k = 0; dp_kernels_at(k); k++) {
        if (!dp_kernels_at(k)->supported())
            continue;
        dp_model *m = chain_model(&c, dp_kernels_at(k));
        dp_session *s = session_of(m, 9, 1);
        dp_session_predict(s, pixels, 9, k == 0 ? wanted : got);
        for (int i = 0; k > 0 && i < 9; i++)
            for (int d = 0; d < DP_DIGITS; d++) {
                ck_assert_double_eq_tol((double)got[i].logit[d],
                                        (double)wanted[i].logit[d], 1e-5);
                ck_assert_double_eq_tol((double)got[i].prob[d], (double)wanted[i].prob[d],
                                        1e-6);
            }
        dp_session_free(s);
        dp_model_unref(m);
    }
    free(pixels);
    chain_clear(&c);
}
END_TEST

START_TEST(forward_is_predict_before_the_softmax)
{
    chain c = chain_make(cnn, digit);
    dp_model *m = chain_model(&c, NULL);
    dp_session *s = session_of(m, 60, 2);
    uint8_t *pixels = random_pixels(60);
    float *x = calloc(60 * DP_PIXELS, sizeof *x), y[60][DP_DIGITS];
    float table[256];
    dp_prediction predictions[60];
    dp_norm_table(table, DP_NORM_UNIT);
    for (int i = 0; i < 60 * DP_PIXELS; i++)
        x[i] = table[pixels[i]];
    dp_session_forward(s, x, 60, y[0]);
    dp_session_predict(s, pixels, 60, predictions);
    for (int i = 0; i < 60; i++)
        ck_assert_mem_eq(y[i], predictions[i].logit, sizeof y[i]);
    free(x);
    free(pixels);
    dp_session_free(s);
    dp_model_unref(m);
    chain_clear(&c);
}
END_TEST

/* ---- costs ----------------------------------------------------------------------- */

#if DP_SHORT_MEMORY
static void count_allocations(const dp_model *m, const uint8_t *pixels)
{
    dp_session *s = session_of(m, 100, 2);
    dp_prediction predictions[100];
    dp_session_predict(s, pixels, 100, predictions); /* starts threads */
    short_memory_begin(INT_MAX);
    dp_session_predict(s, pixels, 100, predictions);
    dp_session_predict(s, pixels, 1, predictions);
    ck_assert_int_eq(short_memory_end().calls, 0);
    short_memory_begin(INT_MAX); /* check that counting works */
    dp_session *another = session_of(m, 1, 1);
    ck_assert_int_gt(short_memory_end().calls, 0);
    dp_session_free(another);
    dp_session_free(s);
}
#endif

START_TEST(running_allocates_nothing)
{
#if DP_SHORT_MEMORY
    const dp_model_info info = { .name = "test", .trust = DP_TRUST_CONFIDENCE };
    chain c = chain_make(cnn, digit);
    dp_model *m = chain_model(&c, NULL), *int8;
    dp_quant *q;
    uint8_t *pixels = random_pixels(100);
    ck_assert_int_eq(dp_quantize(&q, &c.spec, c.params, DP_NORM_UNIT,
                                 &(dp_calibration){ .pixels = pixels, .n = 100 }, NULL),
                     DP_OK);
    ck_assert_int_eq(dp_model_create_int8(&int8, q, &info, NULL, NULL), DP_OK);
    count_allocations(m, pixels);
    count_allocations(int8, pixels);
    free(pixels);
    dp_quant_unref(q);
    dp_model_unref(int8);
    dp_model_unref(m);
    chain_clear(&c);
#endif
}
END_TEST

/* The threads of this process; 0 if the system does not report them. */
static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int n = 0;
    for (struct dirent *entry; tasks && (entry = readdir(tasks));)
        n += entry->d_name[0] != '.';
    if (tasks)
        closedir(tasks);
    return n;
}

/* How many threads start when n images are predicted. */
static int threads_started(const char *text, int n)
{
    chain c = chain_make(text, digit);
    dp_model *m = chain_model(&c, NULL);
    dp_session *s = session_of(m, 100, 4);
    uint8_t *pixels = random_pixels(100);
    dp_prediction predictions[100];
    const int before = count_threads();
    dp_session_predict(s, pixels, n, predictions);
    const int started = count_threads() - before;
    free(pixels);
    dp_session_free(s);
    dp_model_unref(m);
    chain_clear(&c);
    return started;
}

START_TEST(threads_start_only_if_they_pay)
{
    if (count_threads() == 0)
        return;
    ck_assert_int_eq(threads_started(mlp, 1), 0);
    ck_assert_int_eq(threads_started(mlp, 4), 0);
    ck_assert_int_eq(threads_started(cnn, 1), 0);
#ifdef DP_OPENMP
    ck_assert_int_eq(threads_started(mlp, 100), 3);
#else
    ck_assert_int_eq(threads_started(mlp, 100), 0);
#endif
}
END_TEST

START_TEST(sizes_are_as_requested)
{
    chain c = chain_make(mlp, digit);
    dp_model *m = chain_model(&c, NULL);
    dp_session *s = session_of(m, 100, 3);
    ck_assert_int_eq(dp_session_max_batch(s), 100);
    ck_assert_ptr_eq(dp_session_model(s), m);
#ifdef DP_OPENMP
    ck_assert_int_eq(dp_session_threads(s), 3);
#else
    ck_assert_int_eq(dp_session_threads(s), 1);
#endif
    dp_session_free(s);
    s = session_of(m, 100, 0);
    ck_assert_int_ge(dp_session_threads(s), 1);
    dp_session_free(s);
    s = session_of(m, 1, 8); /* one image at a time keeps no other thread busy */
    ck_assert_int_eq(dp_session_threads(s), 1);
    dp_session_free(s);
    dp_session_free(NULL);
    dp_model_unref(m);
    chain_clear(&c);
}
END_TEST

/* ---- predictions ----------------------------------------------------------------- */

static const dp_trust_rule confidence = DP_TRUST_CONFIDENCE;

START_TEST(predictions_are_ranked)
{
    dp_prediction p = { .logit = { 1, 3, 2, 3, -1, 0, 9, -20, 3, 0 } };
    const int rank[DP_DIGITS] = { 6, 1, 3, 8, 2, 0, 5, 9, 4, 7 };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert_mem_eq(p.rank, rank, sizeof rank);
    double sum = 0, powers = 0;
    for (int d = 0; d < DP_DIGITS; d++) {
        sum += (double)p.prob[d];
        powers += exp((double)p.logit[d]);
    }
    ck_assert_double_eq_tol(sum, 1, 1e-6);
    ck_assert_double_eq_tol((double)p.prob[6], exp(9) / powers, 1e-6);
}
END_TEST

/* Over all differences of logits up to the range of floats. */
START_TEST(probabilities_are_the_softmax)
{
    for (int step = 0; step < 1100; step++) {
        dp_prediction p = { .logit = { 5 } };
        double power[DP_DIGITS], sum = 0;
        for (int d = 1; d < DP_DIGITS; d++)
            p.logit[d] = 5 - (float)step * 0.01f * (float)d;
        for (int d = 0; d < DP_DIGITS; d++)
            sum += power[d] = exp((double)p.logit[d] - 5);
        dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
        for (int d = 0; d < DP_DIGITS; d++)
            ck_assert_double_eq_tol((double)p.prob[d], power[d] / sum,
                                    6e-8 * power[d] / sum + 1e-44);
    }
}
END_TEST

/* Sigmoids: each is divided by their sum. */
START_TEST(shares_are_divided_by_their_sum)
{
    dp_prediction p = { .logit = { 0.1f, 0.9f, 0, 0.5f } };
    dp_prediction_finish(&p, DP_SCORES_SHARES, &confidence);
    ck_assert(dp_prediction_has_prob(&p));
    ck_assert_int_eq(p.rank[0], 1);
    ck_assert_double_eq_tol((double)p.prob[0], 0.1 / 1.5, 1e-7);
    ck_assert_double_eq_tol((double)p.prob[1], 0.9 / 1.5, 1e-7);
    ck_assert_double_eq_tol((double)p.prob[2], 0, 1e-7);
    ck_assert_double_eq_tol((double)p.odds, log(0.9 / 0.6), 1e-6);
    ck_assert_double_eq_tol((double)p.evidence, log(1.5), 1e-6);
    p = (dp_prediction){ .logit = { 0 } }; /* no digit at all */
    dp_prediction_finish(&p, DP_SCORES_SHARES, &confidence);
    ck_assert_double_eq_tol((double)p.prob[0], 0.1, 1e-7);
}
END_TEST

START_TEST(ranks_have_no_probabilities)
{
    dp_prediction p = { .logit = { 0.1f, 3, 0, 0.5f } };
    dp_prediction_finish(&p, DP_SCORES_RANKS, &confidence);
    ck_assert_int_eq(p.rank[0], 1);
    ck_assert(!dp_prediction_has_prob(&p));
    for (int d = 0; d < DP_DIGITS; d++)
        ck_assert(isnan(p.prob[d]));
    ck_assert(!p.rejected && p.odds == 0 && p.trust == 0);
}
END_TEST

START_TEST(ranks_are_a_permutation_for_any_logits)
{
    dp_prediction p = { .logit = { 0, -0.0f, NAN, 2, -NAN, INFINITY, -INFINITY, NAN,
                                   2 } };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    bool found[DP_DIGITS] = { false };
    for (int i = 0; i < DP_DIGITS; i++) {
        ck_assert(p.rank[i] >= 0 && p.rank[i] < DP_DIGITS && !found[p.rank[i]]);
        found[p.rank[i]] = true;
    }
    p = (dp_prediction){ .logit = { -0.0f, 0, -0.0f, 0, -1, -2 } };
    const int rank[DP_DIGITS] = { 0, 1, 2, 3, 6, 7, 8, 9, 4, 5 };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert_mem_eq(p.rank, rank, sizeof rank);
}
END_TEST

START_TEST(large_logits_do_not_overflow)
{
    dp_prediction p = { .logit = { 3e38f, 3e38f, -3e38f } };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert(p.prob[0] == 0.5f && p.prob[1] == 0.5f && p.prob[2] == 0);
}
END_TEST

START_TEST(evidence_is_log_sum_exp)
{
    dp_prediction p = { .logit = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 } };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert_double_eq_tol((double)p.evidence, 1 + log(10), 1e-6);
    p = (dp_prediction){ .logit = { 3e38f, -3e38f } };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert(p.evidence == 3e38f && !p.rejected);
}
END_TEST

/* The expected numbers are NumPy's, of float64 logits. */
START_TEST(trust_is_the_weighted_sum_of_its_terms)
{
    const dp_trust_rule rule = { -8, 1.25f, 0.5f, 2.9f };
    dp_prediction p = { .logit = { 0.5f, -1, 8, 2, 0, 3.5f, -2, 1, 0, -0.5f } };
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &rule);
    ck_assert_double_eq_tol((double)p.evidence, 8.015967753, 1e-6);
    ck_assert_double_eq_tol((double)p.odds, 4.129189554, 1e-6);
    ck_assert_double_eq_tol((double)p.trust, 4.084554468, 1e-5);
    ck_assert(p.rejected == (p.trust < rule.least));
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    ck_assert(p.trust == p.odds && !p.rejected);
    ck_assert_double_eq_tol(1 / (1 + exp(-(double)p.odds)), (double)p.prob[2], 1e-7);
}
END_TEST

/* Where 1 − prob is 0 in floats, and where the other digits are out of the range of exp. */
START_TEST(odds_of_sure_answers_are_finite_and_ordered)
{
    float last = -3;
    for (int step = 0; step < 1000; step++) {
        dp_prediction p = { .logit = { [4] = (float)step } };
        dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
        ck_assert(isfinite(p.odds) && (p.odds > last || step > 708));
        last = p.odds;
    }
}
END_TEST

START_TEST(a_model_rejects_images_below_its_threshold)
{
    chain c = chain_make("flatten | dense 10", digit);
    uint8_t *pixels = random_pixels(IMAGES);
    dp_prediction all[IMAGES], some[IMAGES];
    dp_model *m = chain_model(&c, NULL), *strict;
    dp_session *s = session_of(m, IMAGES, 1);
    dp_session_predict(s, pixels, IMAGES, all);
    dp_session_free(s);
    dp_model_unref(m);
    dp_model_info info = { .norm = DP_NORM_UNIT, .trust = { 0, 1, 0, all[7].evidence } };
    ck_assert_int_eq(dp_model_create(&strict, &c.spec, c.params, &info, NULL, NULL),
                     DP_OK);
    s = session_of(strict, IMAGES, 1);
    dp_session_predict(s, pixels, IMAGES, some);
    int rejected = 0;
    for (int i = 0; i < IMAGES; i++) {
        ck_assert(!all[i].rejected);
        ck_assert(some[i].rejected == (all[i].evidence < all[7].evidence));
        rejected += some[i].rejected;
    }
    ck_assert(rejected > 0 && rejected < IMAGES && !some[7].rejected);
    dp_session_free(s);
    dp_model_unref(strict);
    free(pixels);
    chain_clear(&c);
}
END_TEST

UNIT_MAIN("session", threads_start_only_if_they_pay,
          neither_batch_nor_threads_change_bits,
          threads_share_a_large_image_without_changing_bits, kernels_agree,
          forward_is_predict_before_the_softmax, running_allocates_nothing,
          sizes_are_as_requested, predictions_are_ranked, probabilities_are_the_softmax,
          shares_are_divided_by_their_sum, ranks_have_no_probabilities,
          ranks_are_a_permutation_for_any_logits, large_logits_do_not_overflow,
          evidence_is_log_sum_exp, trust_is_the_weighted_sum_of_its_terms,
          odds_of_sure_answers_are_finite_and_ordered,
          a_model_rejects_images_below_its_threshold)
