#include "config.h"

#include "engine/eval/outcomes.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "engine/segment/choose.h"

#include <stdatomic.h>
#include <stdlib.h>

/* What one thread needs, and what it found. */
typedef struct reader {
    dp_session *session;
    dp_page *page;
    void *work;
    dp_outcomes found;
    dp_code code;
    dp_err err;
} reader;

typedef struct measurement {
    const dp_pictures *pictures;
    reader *reader; /* [threads] */
    int threads;
    atomic_int next; /* picture that no thread has taken */
} measurement;

static dp_code open_reader(reader *r, const dp_model *model, size_t work_size,
                           dp_err *err)
{
    dp_code code = dp_session_create(&r->session, model, DP_READINGS_MAX, 1, err);
    if (!code)
        code = dp_page_create(&r->page, err);
    if (!code && !(r->work = malloc(work_size)))
        code = dp_fail(err, DP_NOMEM, "no memory for pictures");
    return code;
}

static void close_reader(reader *r)
{
    dp_session_free(r->session);
    dp_page_free(r->page);
    free(r->work);
}

/* ---- reading ----------------------------------------------------------------------- */

static void count(dp_outcomes *found, const dp_prediction *answer, int label)
{
    const bool right = answer->rank[0] == label;
    found->right += right;
    found->rejected += answer->rejected;
    found->unrejected += !right && !answer->rejected;
}

static dp_code read_picture(reader *r, const dp_gray *picture, int label, dp_err *err)
{
    const dp_normalize_options automatic = { DP_NORMALIZE_AUTO, DP_INVERT_AUTO };
    dp_prediction answer;
    int chosen;
    dp_code code =
        dp_choose_reading(&chosen, r->page, r->session, picture, automatic, err);
    if (code)
        return code;
    const dp_reading *reading = dp_page_reading(r->page, chosen);
    r->found.n++;
    if (reading->ink != DP_INK_ENOUGH) {
        r->found.blank++;
        return DP_OK;
    }
    dp_session_predict(r->session, reading->image, 1, &answer);
    count(&r->found, &answer, label);
    return DP_OK;
}

/* On each thread: take pictures until none is left. Sums do not depend on who takes which. */
static void read_pictures(void *context, int thread)
{
    measurement *m = context;
    const dp_pictures *p = m->pictures;
    reader *r = &m->reader[thread];
    int i;
    while (!r->code && (i = atomic_fetch_add(&m->next, 1)) < p->images.n) {
        const dp_gray picture = p->draw(p, i, r->work);
        r->code = read_picture(r, &picture, p->images.label[i], &r->err);
    }
}

static void add(dp_outcomes *sum, const dp_outcomes *more)
{
    sum->n += more->n;
    sum->right += more->right;
    sum->blank += more->blank;
    sum->rejected += more->rejected;
    sum->unrejected += more->unrejected;
}

static dp_code gather(dp_outcomes *out, const measurement *m, dp_err *err)
{
    dp_outcomes all = { 0 };
    for (int i = 0; i < m->threads; i++) {
        if (m->reader[i].code)
            return dp_fail(err, m->reader[i].code, "%s", m->reader[i].err.msg);
        add(&all, &m->reader[i].found);
    }
    *out = all;
    return DP_OK;
}

dp_code dp_outcomes_measure(dp_outcomes *out, const dp_model *model, const dp_pictures *p,
                            int threads, dp_err *err)
{
    measurement m = { .pictures = p, .threads = dp_threads(threads) };
    dp_code code = dp_model_check_digits(model, err);
    if (code)
        return code;
    m.reader = calloc((size_t)m.threads, sizeof *m.reader);
    if (!m.reader)
        return dp_fail(err, DP_NOMEM, "no memory for %d threads", m.threads);
    for (int i = 0; i < m.threads && !code; i++)
        code = open_reader(&m.reader[i], model, p->work_size, err);
    if (!code) {
        dp_parallel(m.threads, read_pictures, &m);
        code = gather(out, &m, err);
    }
    for (int i = 0; i < m.threads; i++)
        close_reader(&m.reader[i]);
    free(m.reader);
    return code;
}
