#include "config.h"

#include "engine/eval/metrics.h"

#include <math.h>
#include <stdlib.h>

void dp_metrics_add(dp_metrics *m, const dp_prediction *p, int label)
{
    int digit = p->rank[0];
    m->n++;
    m->correct += digit == label;
    m->confusion[label][digit]++;
    if (!dp_prediction_has_prob(p)) {
        m->unsure++;
        return;
    }
    double confidence = (double)p->prob[digit];
    int b = (int)(confidence * DP_ECE_BINS);
    if (b >= DP_ECE_BINS)
        b = DP_ECE_BINS - 1;
    m->bin[b].n++;
    m->bin[b].correct += digit == label;
    m->bin[b].confidence += confidence;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

double dp_metrics_accuracy(const dp_metrics *m)
{
    return ratio(m->correct, m->n);
}

void dp_metrics_interval(double *lo, double *hi, const dp_metrics *m)
{
    const double z = 1.959963984540054; /* 97.5 % point of the normal distribution */
    double n = m->n, p = dp_metrics_accuracy(m);
    if (m->n == 0) {
        *lo = 0;
        *hi = 1;
        return;
    }
    double center = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *lo = fmax(0, center - half);
    *hi = fmin(1, center + half);
}

dp_class_metrics dp_metrics_class(const dp_metrics *m, int digit)
{
    int support = 0, answered = 0, correct = m->confusion[digit][digit];
    for (int i = 0; i < DP_DIGITS; i++) {
        support += m->confusion[digit][i];
        answered += m->confusion[i][digit];
    }
    return (dp_class_metrics){
        .precision = ratio(correct, answered),
        .recall = ratio(correct, support),
        .f1 = ratio(2.0 * correct, support + answered),
        .support = support,
    };
}

double dp_metrics_ece(const dp_metrics *m)
{
    double sum = 0;
    if (m->unsure > 0)
        return (double)NAN;
    for (int i = 0; i < DP_ECE_BINS; i++)
        sum += fabs(m->bin[i].correct - m->bin[i].confidence);
    return ratio(sum, m->n);
}

/* All images are one call of the session, so that threads wait for each other only once. */
dp_code dp_metrics_measure(dp_metrics *out, dp_prediction *predictions,
                           const dp_model *model, const dp_dataset *data, int threads,
                           dp_err *err)
{
    dp_code code = dp_model_check_digits(model, err);
    if (code)
        return code;
    dp_session *session;
    code = dp_session_create(&session, model, data->n, threads, err);
    if (code)
        return code;
    dp_prediction *own = NULL, *p = predictions;
    if (!p)
        p = own = calloc((size_t)data->n + 1, sizeof *own);
    if (!p)
        code = dp_fail(err, DP_NOMEM, "no memory for %d predictions", data->n);
    if (!code) {
        dp_session_predict(session, data->pixels, data->n, p);
        *out = (dp_metrics){ 0 };
        for (int i = 0; i < data->n; i++)
            dp_metrics_add(out, &p[i], data->label[i]);
    }
    free(own);
    dp_session_free(session);
    return code;
}
