#include "config.h"

#include "engine/tune/head.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STEPS = 150 };

static const double ridge = 0.003, hold = 0.03; /* head.h */
static const double tolerance = 1e-3; /* of the gradient, relative to the first one */

/* The change is V in whitened coordinates: with the second moments C = L·Lᵀ of the others'
 * features, x = L⁻¹·feature and D = (L⁻ᵀ·V)ᵀ. The last term of the loss is then ridge / 2 · |V|²,
 * and gradient descent converges quickly. */
struct dp_head {
    dp_head_examples of;
    double *factor;   /* [features, features]: L, the lower triangle */
    double *x;        /* [n, features] */
    double *v;        /* [features, 10] */
    double *previous; /* [features, 10] */
    double *probe;    /* [features, 10]: where the gradient is taken */
    double *gradient; /* [features, 10] */
    double *moments;  /* [2]: of the lessons and of the others: Σ weight · |x|² */
};

/* ---- whitening --------------------------------------------------------------------- */

/* The lower triangle of C, with a little of its mean diagonal added to the diagonal, so that
 * features which the others never show remain bounded. */
static void second_moments(double *c, const dp_head_examples *e)
{
    const int d = e->features;
    double trace = 0;
    for (int i = e->lessons; i < e->n; i++) {
        const float *f = e->feature + (size_t)i * (size_t)d;
        for (int r = 0; r < d && e->weight[i] > 0; r++) {
            const double scaled = (double)e->weight[i] * (double)f[r];
            for (int k = 0; k <= r && f[r] != 0; k++)
                c[(size_t)r * (size_t)d + (size_t)k] += scaled * (double)f[k];
        }
    }
    for (int r = 0; r < d; r++)
        trace += c[(size_t)r * (size_t)d + (size_t)r];
    for (int r = 0; r < d; r++)
        c[(size_t)r * (size_t)d + (size_t)r] += 1e-3 * trace / d + 1e-12;
}

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Replace C by its Cholesky factor. */
static void factorise(double *c, int d)
{
    for (int r = 0; r < d; r++) {
        double *row = c + (size_t)r * (size_t)d;
        for (int k = 0; k <= r; k++) {
            const double *other = c + (size_t)k * (size_t)d;
            double rest = row[k] - dot(row, other, k);
            row[k] = r == k ? sqrt(fmax(rest, 1e-12)) : rest / other[k];
        }
    }
}

/* Solve L·x = f. */
static void whiten(double *x, const double *factor, const float *f, int d)
{
    for (int r = 0; r < d; r++) {
        const double *row = factor + (size_t)r * (size_t)d;
        x[r] = ((double)f[r] - dot(row, x, r)) / row[r];
    }
}

/* ---- creation ---------------------------------------------------------------------- */

static bool allocate(dp_head *h)
{
    const size_t d = (size_t)h->of.features, size = d * DP_DIGITS;
    h->factor = calloc(d * d, sizeof *h->factor);
    h->x = malloc((size_t)h->of.n * d * sizeof *h->x);
    h->v = calloc(4 * size + 2, sizeof *h->v);
    if (!h->factor || !h->x || !h->v)
        return false;
    h->previous = h->v + size;
    h->probe = h->previous + size;
    h->gradient = h->probe + size;
    h->moments = h->gradient + size;
    return true;
}

dp_code dp_head_create(dp_head **out, const dp_head_examples *examples, dp_err *err)
{
    const int d = examples->features;
    dp_head *h = calloc(1, sizeof *h);
    if (!h)
        return dp_fail(err, DP_NOMEM, "no memory to fit the last layer");
    h->of = *examples;
    if (!allocate(h)) {
        dp_head_free(h);
        return dp_fail(err, DP_NOMEM, "no memory to fit the last layer");
    }
    second_moments(h->factor, examples);
    factorise(h->factor, d);
    for (int i = 0; i < examples->n; i++) {
        double *x = h->x + (size_t)i * (size_t)d;
        whiten(x, h->factor, examples->feature + (size_t)i * (size_t)d, d);
        h->moments[i >= examples->lessons] += (double)examples->weight[i] * dot(x, x, d);
    }
    *out = h;
    return DP_OK;
}

void dp_head_free(dp_head *h)
{
    if (!h)
        return;
    free(h->factor);
    free(h->x);
    free(h->v);
    free(h);
}

/* ---- the loss ---------------------------------------------------------------------- */

static void logits_at(double z[DP_DIGITS], const dp_head *h, const double *v, int i)
{
    const int d = h->of.features;
    const double *x = h->x + (size_t)i * (size_t)d;
    for (int k = 0; k < DP_DIGITS; k++)
        z[k] = (double)h->of.logit[i * DP_DIGITS + k];
    for (int j = 0; j < d; j++, v += DP_DIGITS)
        for (int k = 0; k < DP_DIGITS; k++)
            z[k] += x[j] * v[k];
}

/* How the evidence for any digit changes with the logits, to first order. */
static double evidence_change(const double z[DP_DIGITS], const float *logit,
                              const float *target)
{
    double change = 0;
    for (int k = 0; k < DP_DIGITS; k++)
        change += (double)target[k] * (z[k] - (double)logit[k]);
    return change;
}

/* Replace the logits by the gradient of the loss there: (softmax(z) + evidence · target − target)
 * times the weight. */
static void residual(double z[DP_DIGITS], const float *target, double evidence,
                     double weight)
{
    double top = z[0], sum = 0;
    for (int k = 1; k < DP_DIGITS; k++)
        top = fmax(top, z[k]);
    for (int k = 0; k < DP_DIGITS; k++)
        sum += z[k] = exp(z[k] - top);
    for (int k = 0; k < DP_DIGITS; k++)
        z[k] = weight * (z[k] / sum + (evidence - 1) * (double)target[k]);
}

static void take_gradient(dp_head *h, double share)
{
    const dp_head_examples *e = &h->of;
    const size_t d = (size_t)e->features;
    for (size_t i = 0; i < d * DP_DIGITS; i++)
        h->gradient[i] = ridge * h->probe[i];
    for (int i = 0; i < e->n; i++) {
        const double *x = h->x + (size_t)i * d;
        double z[DP_DIGITS], *g = h->gradient;
        if (e->weight[i] <= 0)
            continue;
        logits_at(z, h, h->probe, i);
        const float *target = e->target + i * DP_DIGITS;
        if (i < e->lessons)
            residual(z, target, 0, share * (double)e->weight[i]);
        else
            residual(z, target,
                     hold * evidence_change(z, e->logit + i * DP_DIGITS, target),
                     (double)e->weight[i]);
        for (size_t j = 0; j < d; j++, g += DP_DIGITS)
            for (int k = 0; k < DP_DIGITS; k++)
                g[k] += x[j] * z[k];
    }
}

/* ---- the fit ----------------------------------------------------------------------- */

/* A bound on the curvature: that of softmax is at most 1/2. The second moments of the others are
 * at most the identity by construction, those of the lessons at most their trace. */
static double curvature(const dp_head *h, double share)
{
    return ridge + (0.5 + hold) * fmin(h->moments[1], 1) + 0.5 * share * h->moments[0];
}

/* Accelerated gradient descent for strongly convex functions (Nesterov 2004, section 2.2). */
void dp_head_fit(dp_head *h, double share)
{
    const int size = h->of.features * DP_DIGITS;
    const double most = curvature(h, share);
    const double root = sqrt(ridge / most), momentum = (1 - root) / (1 + root);
    double first = 0;
    memcpy(h->previous, h->v, (size_t)size * sizeof *h->v);
    for (int step = 0; step < MAX_STEPS; step++) {
        for (int i = 0; i < size; i++)
            h->probe[i] = h->v[i] + momentum * (h->v[i] - h->previous[i]);
        take_gradient(h, share);
        double norm = sqrt(dot(h->gradient, h->gradient, size));
        first = fmax(first, norm);
        memcpy(h->previous, h->v, (size_t)size * sizeof *h->v);
        for (int i = 0; i < size; i++)
            h->v[i] = h->probe[i] - h->gradient[i] / most;
        if (norm <= tolerance * first)
            break;
    }
}

/* Solve Lᵀ·d = v for each digit. */
void dp_head_change(float *out, const dp_head *h)
{
    const int d = h->of.features;
    double *solved = h->probe;
    memcpy(solved, h->v, (size_t)d * DP_DIGITS * sizeof *solved);
    for (int r = d - 1; r >= 0; r--) {
        const double *row = h->factor + (size_t)r * (size_t)d;
        for (int k = 0; k < DP_DIGITS; k++) {
            double *value = &solved[r * DP_DIGITS + k];
            *value /= row[r];
            out[(size_t)k * (size_t)d + (size_t)r] = (float)*value;
            for (int j = 0; j < r; j++)
                solved[j * DP_DIGITS + k] -= row[j] * *value;
        }
    }
}

void dp_head_logits(float out[DP_DIGITS], const dp_head *h, int i)
{
    double z[DP_DIGITS];
    logits_at(z, h, h->v, i);
    for (int k = 0; k < DP_DIGITS; k++)
        out[k] = (float)z[k];
}
