#include "config.h"

#include "engine/train/trust.h"

#include "engine/core/arith.h"
#include "engine/synth/mixture.h"

#include <math.h>
#include <string.h>

/* ---- the weights ------------------------------------------------------------------- */

enum { TERMS = 3 }; /* 1, evidence, odds */

/* The strength of the prior: a step of 1 in a weight costs as much as half a unit of
 * log-likelihood. */
#define PRIOR 1.

/* The regression: a logistic model of `right`, by maximum a posteriori. */
typedef struct regression {
    const dp_prediction *prediction;
    const uint8_t *label;
    int n;
    double outlier;    /* the weight of an outlier; a digit has 1 */
    bool fixed[TERMS]; /* these weights keep their values */
} regression;

/* The gradient and the Hessian of the loss. */
typedef struct slope {
    double loss, gradient[TERMS], hessian[TERMS][TERMS];
} slope;

static const double prior[TERMS] = { 0, 0, 1 };

/* log(1 + e^x), which does not overflow. */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static void add_prediction(slope *to, const regression *r, int i, const double w[TERMS])
{
    const dp_prediction *p = &r->prediction[i];
    const double term[TERMS] = { 1, (double)p->evidence, (double)p->odds };
    const double weight = r->label[i] == DP_NO_DIGIT ? r->outlier : 1;
    const bool right = p->rank[0] == r->label[i];
    const double score = w[0] + w[1] * term[1] + w[2] * term[2];
    const double probability = 1 / (1 + exp(-score));
    const double error = probability - right;
    to->loss += weight * softplus(right ? -score : score);
    for (int a = 0; a < TERMS; a++) {
        to->gradient[a] += weight * error * term[a];
        for (int b = 0; b < TERMS; b++)
            to->hessian[a][b] +=
                weight * probability * (1 - probability) * term[a] * term[b];
    }
}

static slope slope_at(const regression *r, const double w[TERMS])
{
    slope s = { 0 };
    for (int a = 0; a < TERMS; a++) {
        s.loss += PRIOR / 2 * (w[a] - prior[a]) * (w[a] - prior[a]);
        s.gradient[a] = PRIOR * (w[a] - prior[a]);
        s.hessian[a][a] = PRIOR;
    }
    for (int i = 0; i < r->n; i++)
        add_prediction(&s, r, i, w);
    return s;
}

/* Take a fixed weight out of the system: its step is 0. */
static void hold(slope *s, int a)
{
    s->gradient[a] = 0;
    for (int b = 0; b < TERMS; b++)
        s->hessian[a][b] = s->hessian[b][a] = a == b;
}

/* Solve hessian · step = gradient by elimination. The prior makes the hessian positive
 * definite, so no pivot is 0. */
static void solve(double step[TERMS], slope s)
{
    for (int a = 0; a < TERMS; a++)
        for (int b = a + 1; b < TERMS; b++) {
            const double factor = s.hessian[b][a] / s.hessian[a][a];
            for (int c = a; c < TERMS; c++)
                s.hessian[b][c] -= factor * s.hessian[a][c];
            s.gradient[b] -= factor * s.gradient[a];
        }
    for (int a = TERMS - 1; a >= 0; a--) {
        step[a] = s.gradient[a];
        for (int b = a + 1; b < TERMS; b++)
            step[a] -= s.hessian[a][b] * step[b];
        step[a] /= s.hessian[a][a];
    }
}

/* Newton's method. The loss is convex; a step that raises it is halved. */
static void descend(double w[TERMS], const regression *r)
{
    const int most_steps = 60;
    const double small = 1e-9;
    slope here = slope_at(r, w);
    double step[TERMS], scale = 1;
    for (int i = 0; i < most_steps && scale > small; i++) {
        slope free = here;
        double next[TERMS];
        for (int a = 0; a < TERMS; a++)
            if (r->fixed[a])
                hold(&free, a);
        solve(step, free);
        for (int a = 0; a < TERMS; a++)
            next[a] = w[a] - scale * step[a];
        const slope there = slope_at(r, next);
        if (there.loss > here.loss) {
            scale /= 2;
            continue;
        }
        const double gain = here.loss - there.loss;
        memcpy(w, next, sizeof next);
        here = there;
        scale = 1;
        if (gain <= small * here.loss)
            break;
    }
}

/* What all outliers together weigh, if all digits weigh 1. More of it rejects more outliers,
 * and leaves more misread digits among the most trusted ones (scripts/experiments.md). */
#define OUTLIERS 4.

static double outlier_weight(const uint8_t *label, int n)
{
    int outliers = 0;
    for (int i = 0; i < n; i++)
        outliers += label[i] == DP_NO_DIGIT;
    return OUTLIERS * (n - outliers) / dp_max_int(outliers, 1);
}

dp_trust_rule dp_fit_trust(const dp_prediction *predictions, const uint8_t *label, int n)
{
    regression r = { predictions, label, n, outlier_weight(label, n), { false } };
    double w[TERMS];
    memcpy(w, prior, sizeof w);
    descend(w, &r);
    for (int a = 1; a < TERMS; a++) {
        if (w[a] >= 0)
            continue;
        w[a] = 0;
        r.fixed[a] = true;
        descend(w, &r);
    }
    return (dp_trust_rule){ (float)w[0], (float)w[1], (float)w[2], -INFINITY };
}

/* ---- the threshold ----------------------------------------------------------------- */

static int count_below(const dp_prediction *p, int n, float trust)
{
    int below = 0;
    for (int i = 0; i < n; i++)
        below += p[i].trust < trust;
    return below;
}

/* Bisection between the lowest trust and the highest. */
float dp_fit_rejection(const dp_prediction *p, int n, double keep)
{
    const int steps = 40, most = (int)((1 - keep) * n);
    float lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < n; i++) {
        lo = fminf(lo, p[i].trust);
        hi = fmaxf(hi, p[i].trust);
    }
    for (int i = 0; i < steps && n > 0; i++) {
        float middle = lo + (hi - lo) / 2;
        if (count_below(p, n, middle) > most)
            hi = middle;
        else
            lo = middle;
    }
    return lo;
}
