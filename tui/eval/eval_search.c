#include "config.h"

#include "tui/eval/eval_search.h"

#include "engine/core/arith.h"
#include "engine/eval/metrics.h"
#include "tui/eval/chain_variant.h"
#include "weights/store/network_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_IMAGES = 48, /* after which most candidates are dropped */
    CLOSER = 4,        /* networks whose functions are varied */
    KEPT = 16,         /* candidates that are measured on all images */
    ROUNDS = 3,        /* over all sites of the best one */
    KINDS = 3,         /* of sites */
};

/* A chain and a norm. */
typedef struct candidate {
    int network;
    dp_norm norm;
    unsigned char choice[2 * DP_MAX_LAYERS]; /* at each site */
    double loss;
    int correct;
} candidate;

typedef struct search {
    const dp_eval_search_job *job;
    dp_chain_sites sites[DP_SEARCH_CHAINS];
    int n_functions, n_images, tried;
    dp_prediction prediction[DP_SEARCH_IMAGES];
    double loss[DP_SEARCH_IMAGES];      /* of each image, of the latest candidate */
    double best_loss[DP_SEARCH_IMAGES]; /* of the best one */
    candidate best;
    candidate kept[KEPT]; /* by rising loss on the first images */
    int n_kept;
} search;

/* ---- measuring ----------------------------------------------------------------------------- */

/* Write the cross-entropy of each label if the logits are divided by a temperature, and return the
 * mean. */
static double cross_entropy(double *loss, const dp_prediction *prediction,
                            const uint8_t *label, int n, double temperature)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &prediction[i];
        const double top = (double)p->logit[p->rank[0]];
        double odds = 0;
        for (int k = 0; k < DP_DIGITS; k++)
            odds += exp(((double)p->logit[k] - top) / temperature);
        loss[i] = log(odds) - ((double)p->logit[label[i]] - top) / temperature;
        sum += loss[i];
    }
    return isfinite(sum) ? sum / n : HUGE_VAL;
}

/* Networks that were not trained with cross-entropy are too sure or not sure enough, so the
 * temperature is fitted. Far above 1 it would hide a wrong input scale: without biases, a network
 * of relu gives the same answers at every scale. */
static double fitted_loss(double *loss, const dp_prediction *prediction,
                          const uint8_t *label, int n)
{
    double best = HUGE_VAL, best_t = 1;
    for (double t = 1.0 / 16; t < 4; t *= M_SQRT2) {
        const double mean = cross_entropy(loss, prediction, label, n, t);
        if (mean < best) {
            best = mean;
            best_t = t;
        }
    }
    cross_entropy(loss, prediction, label, n, best_t);
    return best;
}

static dp_code make_spec(dp_spec *out, const search *s, const candidate *c, dp_err *err)
{
    const dp_spec *spec = &s->job->network[c->network].spec;
    return dp_chain_variant(out, spec, &s->sites[c->network], c->choice, err);
}

/* Set loss and correct of a candidate on the first n images. */
static dp_code measure(search *s, candidate *c, int n, dp_err *err)
{
    dp_network network = s->job->network[c->network]; /* borrows its parameters */
    dp_model *model;
    dp_metrics metrics;
    dp_dataset images = s->job->images;
    images.n = n;
    network.norm = c->norm;
    dp_code code = make_spec(&network.spec, s, c, err);
    if (!code)
        code = dp_network_model(&model, &network, "", NULL, err);
    if (code)
        return code;
    code =
        dp_metrics_measure(&metrics, s->prediction, model, &images, s->job->threads, err);
    dp_model_unref(model);
    if (code)
        return code;
    c->correct = metrics.correct;
    c->loss = fitted_loss(s->loss, s->prediction, images.label, n);
    s->tried++;
    return DP_OK;
}

static void tell(const search *s, const candidate *c, int n)
{
    dp_spec spec;
    char text[DP_MAX_SPEC_TEXT] = "";
    if (s->job->chain && make_spec(&spec, s, c, NULL) == DP_OK)
        dp_spec_format(text, sizeof text, &spec);
    dp_talk_detail(s->job->talk,
                   "%s%sinput scale %s: %d of %d correct, cross-entropy %.4f", text,
                   text[0] ? ", " : "", dp_norm_name(c->norm), c->correct, n, c->loss);
}

/* ---- the same choices throughout a chain ---------------------------------------------------- */

/* Insert a candidate by its loss; equal ones stay in the order in which they came, the most
 * usual first. */
static void keep(search *s, const candidate *c)
{
    int at = s->n_kept;
    while (at > 0 && c->loss < s->kept[at - 1].loss)
        at--;
    if (at == KEPT)
        return;
    const int moved = dp_min_int(s->n_kept, KEPT - 1) - at;
    memmove(&s->kept[at + 1], &s->kept[at], (size_t)moved * sizeof *s->kept);
    s->kept[at] = *c;
    s->n_kept = dp_min_int(s->n_kept + 1, KEPT);
}

static dp_code try_one(search *s, candidate *c, dp_err *err)
{
    const int n = s->job->chain ? dp_min_int(s->n_images, FIRST_IMAGES) : s->n_images;
    dp_code code = measure(s, c, n, err);
    if (code)
        return code;
    keep(s, c);
    if (!s->job->chain)
        tell(s, c, n);
    return DP_OK;
}

/* n has the number of choices at each kind of site. */
static dp_code try_uniform(search *s, int network, dp_norm norm, const int n[KINDS],
                           dp_err *err)
{
    const dp_chain_sites *sites = &s->sites[network];
    const int all = n[0] * n[1] * n[2];
    dp_code code = DP_OK;
    for (int i = 0; i < all && !code; i++) {
        const int choice[KINDS] = { i / n[2] / n[1], i / n[2] % n[1], i % n[2] };
        candidate c = { .network = network, .norm = norm };
        for (int k = 0; k < sites->n; k++)
            c.choice[k] = (unsigned char)choice[sites->site[k].kind];
        code = try_one(s, &c, err);
    }
    return code;
}

/* No functions between convolutions and their pooling, relu between dense layers: Candle's example
 * is such a network. */
static dp_code try_plain_convs(search *s, int network, dp_norm norm, dp_err *err)
{
    const dp_chain_sites *sites = &s->sites[network];
    candidate c = { .network = network, .norm = norm };
    int images = 0, vectors = 0;
    for (int i = 0; i < sites->n; i++) {
        if (sites->site[i].kind != DP_SITE_FUNCTION)
            continue;
        if (sites->site[i].vector) {
            vectors++;
        } else {
            images++;
            c.choice[i] = (unsigned char)(s->n_functions - 1);
        }
    }
    return images && vectors ? try_one(s, &c, err) : DP_OK;
}

/* Try a network with every norm. `all`: with all choices, otherwise with max and mean pooling
 * alone. */
static dp_code try_network(search *s, int network, bool all, dp_err *err)
{
    const dp_chain_sites *sites = &s->sites[network];
    int n[KINDS] = { 1, 1, 1 };
    for (int i = 0; i < sites->n && s->job->chain; i++)
        if (all || sites->site[i].kind == DP_SITE_POOL)
            n[sites->site[i].kind] =
                dp_chain_site_choices(&sites->site[i], s->n_functions);
    dp_code code = DP_OK;
    for (int norm = 0; norm < DP_NORM_COUNT && !code; norm++)
        if (s->job->norm || norm == (int)s->job->network[network].norm) {
            code = try_uniform(s, network, (dp_norm)norm, n, err);
            if (!code && all && s->job->chain)
                code = try_plain_convs(s, network, (dp_norm)norm, err);
        }
    return code;
}

/* Find the networks that are worth a closer look. */
static dp_code shortlist(search *s, bool listed[DP_SEARCH_CHAINS], dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < s->job->n && !code; i++)
        code = try_network(s, i, false, err);
    int left = CLOSER;
    for (int i = 0; i < s->n_kept && left > 0; i++) {
        left -= !listed[s->kept[i].network];
        listed[s->kept[i].network] = true;
    }
    s->n_kept = 0;
    return code;
}

static dp_code try_networks(search *s, dp_err *err)
{
    bool listed[DP_SEARCH_CHAINS] = { s->job->n == 1 };
    dp_code code = s->job->n > 1 ? shortlist(s, listed, err) : DP_OK;
    for (int i = 0; i < s->job->n && !code; i++)
        if (listed[i])
            code = try_network(s, i, true, err);
    return code;
}

/* ---- the best of them ------------------------------------------------------------------------ */

/* Whether the latest candidate has a lower loss than the best one (sign 1) or a higher one
 * (sign −1) by more than chance: by this number of standard errors of the mean difference. */
static bool differs(const search *s, int sign, double errors)
{
    double sum = 0, squares = 0;
    const int n = s->n_images;
    for (int i = 0; i < n; i++) {
        const double gain = sign * (s->best_loss[i] - s->loss[i]);
        sum += gain;
        squares += gain * gain;
    }
    const double mean = sum / n, variance = fmax(squares / n - mean * mean, 0);
    return !(mean <= errors * sqrt(variance / n) + 1e-4);
}

/* Make the latest candidate the best one. */
static void prefer(search *s, const candidate *c)
{
    s->best = *c;
    memcpy(s->best_loss, s->loss, sizeof s->loss);
}

/* How far a candidate is from the most usual one: the changed sites count most, then the functions
 * and scales in the order of their tables. */
static double unusual(const search *s, const candidate *c)
{
    double sum = c->network + 1e-6 * (int)c->norm;
    for (int i = 0; i < s->sites[c->network].n; i++)
        if (c->choice[i])
            sum += 1 + 1e-4 * c->choice[i];
    return sum;
}

/* Measure the kept candidates on all images and take the best one, or a more usual one that is as
 * good but for chance. */
static dp_code settle(search *s, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < s->n_kept && !code; i++) {
        code = measure(s, &s->kept[i], s->n_images, err);
        if (code)
            return code;
        if (s->job->chain)
            tell(s, &s->kept[i], s->n_images);
        if (i == 0 || s->kept[i].loss < s->best.loss)
            prefer(s, &s->kept[i]);
    }
    for (int i = 0; i < s->n_kept && !code; i++) {
        if (unusual(s, &s->kept[i]) >= unusual(s, &s->best))
            continue;
        code = measure(s, &s->kept[i], s->n_images, err);
        if (!code && !differs(s, -1, 2))
            prefer(s, &s->kept[i]);
    }
    return code;
}

/* Which sites change together: one, or all functions on images, or on vectors. */
typedef struct sites {
    int one; /* −1: not one */
    bool vector;
} sites;

static bool is_among(const sites *which, const dp_chain_sites *all, int i)
{
    if (which->one >= 0)
        return i == which->one;
    return all->site[i].kind == DP_SITE_FUNCTION && all->site[i].vector == which->vector;
}

/* Try choice k at some sites of the best candidate. There are many such trials, so the difference
 * must be large. */
static dp_code refine_with(search *s, const sites *which, int k, dp_err *err)
{
    const dp_chain_sites *all = &s->sites[s->best.network];
    candidate c = s->best;
    bool changed = false;
    for (int i = 0; i < all->n; i++)
        if (is_among(which, all, i)) {
            changed = changed || c.choice[i] != k;
            c.choice[i] = (unsigned char)k;
        }
    if (!changed)
        return DP_OK;
    dp_code code = measure(s, &c, s->n_images, err);
    if (!code && differs(s, 1, 3))
        prefer(s, &c);
    return code;
}

/* Change some sites at a time as long as that helps. */
static dp_code refine(search *s, dp_err *err)
{
    const dp_chain_sites *all = &s->sites[s->best.network];
    dp_code code = DP_OK;
    bool better = s->job->chain;
    for (int round = 0; round < ROUNDS && better && !code; round++) {
        const double before = s->best.loss;
        for (int i = -2; i < all->n && !code; i++) {
            const sites which = { i, i == -1 };
            const int n = i < 0 ? s->n_functions
                                : dp_chain_site_choices(&all->site[i], s->n_functions);
            for (int k = 0; k < n && !code; k++)
                code = refine_with(s, &which, k, err);
        }
        better = s->best.loss < before;
    }
    return code;
}

static dp_code run(search *s, dp_err *err)
{
    dp_layer functions[DP_MAX_FUNCTIONS];
    s->n_functions = dp_chain_functions(functions);
    s->n_images = dp_min_int(s->job->images.n, DP_SEARCH_IMAGES);
    for (int i = 0; i < s->job->n; i++)
        dp_chain_sites_find(&s->sites[i], &s->job->network[i].spec);
    dp_code code = try_networks(s, err);
    if (!code)
        code = settle(s, err);
    return code ? code : refine(s, err);
}

dp_code dp_eval_search(int *out, int *tried, const dp_eval_search_job *job, dp_err *err)
{
    dp_spec spec;
    search *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for a search");
    s->job = job;
    dp_code code = run(s, err);
    if (!code)
        code = make_spec(&spec, s, &s->best, err);
    if (!code) {
        *out = s->best.network;
        *tried = s->tried;
        job->network[*out].spec = spec;
        job->network[*out].norm = s->best.norm;
    }
    free(s);
    return code;
}
