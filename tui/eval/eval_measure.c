/* Measurements of eval: accuracy, hardest errors, rejection, sweeps. */
#include "config.h"

#include "tui/eval/eval.h"

#include "engine/core/arith.h"
#include "tui/cli/progress.h"
#include "weights/images/idx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An answer. It holds its trust because qsort's comparison takes no context. */
typedef struct answer {
    float trust;
    int index;
} answer;

/* By descending trust, then by index. */
static int compare_answers(const void *a, const void *b)
{
    const answer *x = a, *y = b;
    if (x->trust != y->trust)
        return x->trust > y->trust ? -1 : 1;
    return x->index - y->index;
}

/* Sort the answers by trust; list the wrong ones, and count them among the first. */
static dp_code find_hardest(dp_eval *e, dp_err *err)
{
    const int n = e->images.n;
    answer *list = calloc((size_t)n, sizeof *list);
    e->hardest = calloc((size_t)(n - e->metrics.correct) + 1, sizeof *e->hardest);
    if (!list || !e->hardest) {
        free(list);
        return dp_fail(err, DP_NOMEM, "no memory to sort the answers");
    }
    for (int i = 0; i < n; i++)
        list[i] = (answer){ e->prediction[i].trust, i };
    qsort(list, (size_t)n, sizeof *list, compare_answers);
    for (int i = 0; i < n; i++) {
        const int k = list[i].index;
        if (e->prediction[k].rank[0] == e->images.label[k])
            continue;
        e->hardest[e->n_errors++] = k;
        e->n_trusted_errors += i < dp_eval_trusted(e);
    }
    free(list);
    return DP_OK;
}

/* Predict all images: at once, which is fastest, or in parts if progress is shown. */
static dp_code predict_all(dp_eval *e, int threads, dp_err *err)
{
    enum { PART = 1024 };
    const dp_labelled *all = &e->images;
    const int part = e->talk->bar.shown ? PART : all->n;
    dp_code code = DP_OK;
    for (int first = 0; first < all->n && !code; first += part) {
        const dp_dataset images = { all->pixels + (size_t)first * DP_PIXELS,
                                    all->label + first,
                                    dp_min_int(part, all->n - first) };
        dp_metrics metrics;
        code = dp_metrics_measure(&metrics, e->prediction + first, e->model, &images,
                                  threads, err);
        dp_talk_work(e->talk, (double)(first + images.n) / all->n, "predicting");
    }
    for (int i = 0; i < all->n && !code; i++)
        dp_metrics_add(&e->metrics, &e->prediction[i], all->label[i]);
    return code;
}

dp_code dp_eval_measure(dp_eval *e, int threads, dp_err *err)
{
    e->prediction = calloc((size_t)e->images.n, sizeof *e->prediction);
    if (!e->prediction)
        return dp_fail(err, DP_NOMEM, "no memory for %d answers", e->images.n);
    double start = dp_progress_clock();
    dp_talk_begin_work(e->talk);
    dp_code code = predict_all(e, threads, err);
    dp_talk_end_work(e->talk);
    e->images_per_s = e->images.n / (dp_progress_clock() - start);
    return code ? code : find_hardest(e, err);
}

dp_code dp_eval_is_transposed(bool *out, const dp_eval *e, int threads, dp_err *err)
{
    enum { FIRST = 200, LEAST = 50, SURE = 80, GAIN = 20 }; /* images; percent */
    const int n = dp_min_int(e->images.n, FIRST);
    const int right = (int)(e->metrics.correct * 100LL / e->metrics.n);
    *out = false;
    if (n < LEAST || right > SURE)
        return DP_OK;
    uint8_t *turned = malloc((size_t)n * DP_PIXELS);
    if (!turned)
        return dp_fail(err, DP_NOMEM, "no memory for %d images", n);
    memcpy(turned, e->images.pixels, (size_t)n * DP_PIXELS);
    dp_idx_transpose(turned, (size_t)n);
    dp_metrics metrics;
    const dp_dataset images = { turned, e->images.label, n };
    dp_code code = dp_metrics_measure(&metrics, NULL, e->model, &images, threads, err);
    free(turned);
    *out = !code && metrics.correct * 100 / n > dp_max_int(SURE, right + GAIN);
    return code;
}

dp_code dp_eval_measure_rejection(dp_eval *e, int threads, dp_err *err)
{
    for (int i = 0; i < e->images.n; i++)
        e->n_rejected += e->prediction[i].rejected;
    e->rejects = true;
    return dp_rejection_measure(e->rejection, e->model, threads, err);
}

static dp_code count_groups(dp_eval *e, bool *rejected, int threads, dp_err *err)
{
    const dp_labelled *all = &e->outliers;
    dp_code code =
        dp_rejection_predict(rejected, e->model, all->pixels, all->n, threads, err);
    for (int i = 0; i < all->n && !code; i++) {
        e->group[all->label[i]].n++;
        e->group[all->label[i]].rejected += rejected[i];
    }
    return code;
}

dp_code dp_eval_measure_groups(dp_eval *e, int threads, dp_err *err)
{
    if (!e->rejects)
        return dp_fail(err, DP_MODEL,
                       "%s: rejects nothing, as it was trained without outliers",
                       dp_model_get_info(e->model)->name);
    e->group = calloc((size_t)e->groups.n, sizeof *e->group);
    bool *rejected = malloc((size_t)e->outliers.n * sizeof *rejected);
    dp_code code =
        e->group && rejected
            ? count_groups(e, rejected, threads, err)
            : dp_fail(err, DP_NOMEM, "no memory for %d answers", e->outliers.n);
    free(rejected);
    return code;
}

/* ---- sweeps ------------------------------------------------------------------------ */

/* Copy up to `most` images, spread evenly. DP_NOMEM. */
static dp_code choose_images(dp_labelled *out, const dp_labelled *all, int most,
                             dp_err *err)
{
    const int n = dp_min_int(all->n, most);
    dp_code code = DP_OK;
    for (int i = 0; i < n && !code; i++) {
        const size_t k = (size_t)i * (size_t)all->n / (size_t)n;
        code = dp_labelled_add(out, all->pixels + k * DP_PIXELS, all->label[k], err);
    }
    return code;
}

static dp_dataset dataset_of(const dp_labelled *images)
{
    return (dp_dataset){ images->pixels, images->label, images->n };
}

dp_code dp_eval_sweep(dp_eval *e, int threads, dp_err *err)
{
    dp_labelled some = { 0 };
    int done = 0, all = 0;
    dp_code code = choose_images(&some, &e->images, DP_EVAL_READ_IMAGES, err);
    const dp_dataset whole = dataset_of(&e->images), part = dataset_of(&some);
    for (int i = 0; i < DP_SWEEP_AXES; i++)
        all += dp_sweep_axes[i].n;
    dp_talk_begin_work(e->talk);
    for (int i = 0; i < DP_SWEEP_AXES && !code; i++)
        for (int k = 0; k < dp_sweep_axes[i].n && !code; k++) {
            const dp_sweep_change change = { i, k };
            code =
                dp_sweep_accuracy(&e->sweep[i][k], e->model, change,
                                  i < DP_SWEEP_GEOMETRIC ? &whole : &part, threads, err);
            dp_talk_work(e->talk, (double)++done / all, "%s", dp_sweep_axes[i].name);
        }
    dp_talk_end_work(e->talk);
    dp_labelled_clear(&some);
    e->swept = true;
    return code;
}

dp_code dp_eval_sweep_paper(dp_eval *e, int threads, dp_err *err)
{
    dp_labelled some = { 0 };
    dp_code code = choose_images(&some, &e->images, DP_EVAL_PAPER_IMAGES, err);
    const dp_dataset images = dataset_of(&some);
    dp_talk_begin_work(e->talk);
    for (int i = 0; i < DP_PAPER_COUNT && !code; i++) {
        code = dp_sweep_paper(&e->paper[i], e->model, (dp_paper)i, &images, threads, err);
        dp_talk_work(e->talk, (i + 1.0) / DP_PAPER_COUNT, "%s",
                     dp_paper_name((dp_paper)i));
    }
    dp_talk_end_work(e->talk);
    dp_labelled_clear(&some);
    e->papered = true;
    return code;
}

int dp_eval_wrong(const dp_outcomes *o)
{
    return o->n - o->right - o->blank;
}

/* ---- figures ----------------------------------------------------------------------- */

int dp_eval_trusted(const dp_eval *e)
{
    return (int)((long long)e->images.n * DP_EVAL_COVERAGE / 100);
}

int dp_eval_shown(const dp_eval *e)
{
    return e->n_errors < e->n_hardest ? e->n_errors : e->n_hardest;
}

static dp_rejection add_up(const dp_rejection *part, int n)
{
    dp_rejection all = { 0 };
    for (int i = 0; i < n; i++) {
        all.n += part[i].n;
        all.rejected += part[i].rejected;
    }
    return all;
}

dp_rejection dp_eval_outliers(const dp_eval *e)
{
    return add_up(e->rejection, DP_OUTLIER_COUNT);
}

dp_rejection dp_eval_groups(const dp_eval *e)
{
    return add_up(e->group, e->groups.n);
}

void dp_eval_clear(dp_eval *e)
{
    dp_model_unref(e->model);
    dp_labelled_clear(&e->images);
    dp_labelled_clear(&e->outliers);
    dp_tally_clear(&e->groups);
    free(e->group);
    dp_train_log_clear(&e->log);
    free(e->prediction);
    free(e->hardest);
}
