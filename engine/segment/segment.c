/* The search for the most likely digits: a semi-Markov conditional random field (Sarawagi and
 * Cohen 2004) over primitives, left to right.
 *
 * The logarithm of the probability of a segmentation is, up to a constant, the sum of the
 * scores of its candidates, and a score is a weighted sum of what is known about a
 * candidate. So two digits compete with the one that they might be parts of, and the sum
 * over all segmentations says how sure the best one is. */
#include "config.h"

#include "engine/segment/search.h"

#include "engine/core/arith.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MOST_APART -0.5F /* depths beyond these two are all alike */
#define MOST_DEPTH 0.6F
#define IMPOSSIBLE 1e6F
#define LEAST_PROB 1e-6F /* keeps logarithms finite */

/* A split is trusted from this probability on. */
#define LEAST_SPLIT 0.65F

enum { CHUNK = 16 }; /* candidates that are rendered before they are predicted */

/* Primitives [first, end) as one digit. */
typedef struct candidate {
    int first, end;
    float score; /* log probability, up to a constant */
    dp_prediction prediction;
} candidate;

typedef struct search {
    const dp_primitives *primitives;
    const dp_search_weights *weights;
    dp_session *session;
    float height; /* of a digit */
    /* The log odds that primitives i − 1 and i are of the same digit, before the network
     * has seen them; [0] is unused. */
    float same[DP_MAX_PRIMITIVES];
    int n;
    candidate candidate[DP_MAX_PRIMITIVES * DP_MAX_CANDIDATE];
} search;

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The median height of the primitives that are at least half as high as the highest
 * one. */
static float usual_height(const dp_primitives *p)
{
    float height[DP_MAX_PRIMITIVES] = { 0 }, most = 0;
    int n = 0;
    for (int i = 0; i < p->n; i++)
        most = larger(most, p->primitive[i].box.y1 - p->primitive[i].box.y0);
    for (int i = 0; i < p->n; i++) {
        float h = p->primitive[i].box.y1 - p->primitive[i].box.y0;
        if (h < most / 2)
            continue;
        int k = n++;
        for (; k > 0 && height[k - 1] > h; k--)
            height[k] = height[k - 1];
        height[k] = h;
    }
    return height[n / 2];
}

/* ---- gaps -------------------------------------------------------------------------- */

/* How far one of two boxes must move sideways until they are apart; negative if they
 * are. */
static float depth_of(const dp_bounds *a, const dp_bounds *b)
{
    return fminf(a->x1 - b->x0, b->x1 - a->x0);
}

/* The part of the narrower box that is above or below the other one, 0 … 1. */
static float overlap_of(const dp_bounds *a, const dp_bounds *b)
{
    float narrower = fminf(a->x1 - a->x0, b->x1 - b->x0);
    float common = fminf(a->x1, b->x1) - larger(a->x0, b->x0);
    return fminf(larger(common, 0) / larger(narrower, FLT_MIN), 1);
}

/* Fill s->same[i] by the closest two primitives on the two sides of the gap. */
static void find_gap(search *s, int i)
{
    const dp_primitive *primitive = s->primitives->primitive;
    float depth = MOST_APART, overlap = 0;
    for (int a = 0; a < i; a++)
        for (int b = i; b < s->primitives->n; b++) {
            const dp_bounds *left = &primitive[a].box, *right = &primitive[b].box;
            depth = larger(depth, depth_of(left, right) / s->height);
            overlap = larger(overlap, overlap_of(left, right));
        }
    const dp_search_weights *w = s->weights;
    s->same[i] = w->same + w->depth * fminf(depth, MOST_DEPTH) + w->overlap * overlap;
    if (primitive[i].cut)
        s->same[i] = w->cut;
}

/* ---- candidates -------------------------------------------------------------------- */

static float shape_score(const search *s, const dp_bounds *box)
{
    float width = box->x1 - box->x0, height = box->y1 - box->y0;
    float wide = width / larger(height, s->height / 2) - 1;
    float low = 1 - height / s->height;
    return -s->weights->wide * larger(wide, 0) - s->weights->low * larger(low, 0);
}

static void list_candidates(search *s)
{
    const dp_primitives *p = s->primitives;
    for (int first = 0; first < p->n; first++) {
        float same = 0;
        for (int end = first + 1; end <= p->n && end - first <= DP_MAX_CANDIDATE; end++) {
            dp_bounds box = dp_primitives_box(p, first, end);
            same += end - first > 1 ? s->same[end - 1] : 0;
            s->candidate[s->n++] = (candidate){ .first = first,
                                                .end = end,
                                                .score = same + shape_score(s, &box) };
        }
    }
}

/* The log prior probability that `digit` has as many components as the candidate, weighted. */
static float parts_score(const search *s, const candidate *c, int digit)
{
    if (!s->weights->parts_prior)
        return 0;
    int n = dp_primitives_components(s->primitives, c->first, c->end);
    return s->weights->parts *
           logf(s->weights->parts_prior[digit][dp_min_int(n, DP_PARTS) - 1]);
}

static void predict(search *s, const uint8_t *image, candidate *const *chunk, int n)
{
    dp_prediction prediction[CHUNK];
    int most = dp_session_max_batch(s->session);
    for (int done = 0; done < n; done += most)
        dp_session_predict(s->session, image + (size_t)done * DP_PIXELS,
                           dp_min_int(n - done, most), prediction + done);
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &prediction[i];
        const int digit = p->rank[0];
        chunk[i]->prediction = *p;
        chunk[i]->score +=
            s->weights->probability * logf(larger(p->prob[digit], LEAST_PROB)) +
            parts_score(s, chunk[i], digit);
    }
}

/* A candidate with too little ink is IMPOSSIBLE: it is taken only if every path needs
 * one. */
static void predict_all(search *s)
{
    uint8_t image[CHUNK * DP_PIXELS];
    dp_placement ignored;
    candidate *chunk[CHUNK];
    const dp_primitives *p = s->primitives;
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        candidate *c = &s->candidate[i];
        if (p->render(image + n * DP_PIXELS, &ignored, p, c->first, c->end) ==
            DP_INK_ENOUGH)
            chunk[n++] = c;
        else
            c->score = -IMPOSSIBLE;
        if (n == CHUNK || (i == s->n - 1 && n > 0)) {
            predict(s, image, chunk, n);
            n = 0;
        }
    }
}

/* Evidence has no absolute scale, so it is compared with the greatest of all
 * candidates. */
static void weigh_evidence(search *s)
{
    float most = 0;
    for (int i = 0; i < s->n; i++)
        if (s->candidate[i].score > -IMPOSSIBLE)
            most = larger(most, s->candidate[i].prediction.evidence);
    for (int i = 0; i < s->n && most > 0; i++)
        if (s->candidate[i].score > -IMPOSSIBLE)
            s->candidate[i].score +=
                s->weights->evidence * (s->candidate[i].prediction.evidence / most - 1);
}

/* ---- the best path ----------------------------------------------------------------- */

/* Entry [n][end] of the table: the best path of n candidates over the primitives before
 * `end`. */
typedef struct path {
    float score;
    const candidate *last; /* its last candidate; NULL if no path was found */
} path;

typedef path table[DP_SEGMENTS_MAX + 1][DP_MAX_PRIMITIVES + 1];

/* Candidates are sorted by `first`, so every path that ends at a candidate's `first` is
 * complete when the candidate is reached. */
static void find_paths(table best, const search *s)
{
    memset(best, 0, sizeof(table));
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidate[i];
        for (int n = 0; n < DP_SEGMENTS_MAX; n++) {
            const path *before = &best[n][c->first];
            path *here = &best[n + 1][c->end];
            bool reached = n == 0 ? c->first == 0 : before->last != NULL;
            float score = before->score + c->score;
            if (reached && (!here->last || score > here->score))
                *here = (path){ score, c };
        }
    }
}

/* log(e^a + e^b). */
static double add_logs(double a, double b)
{
    double most = fmax(a, b);
    return most + log1p(exp(fmin(a, b) - most));
}

/* The logarithm of the sum of the exponentials of the scores of all paths, of any number of
 * candidates: the forward algorithm. */
static double sum_paths(const search *s)
{
    double total[DP_MAX_PRIMITIVES + 1] = { 0 };
    for (int i = 1; i <= DP_MAX_PRIMITIVES; i++)
        total[i] = -DBL_MAX;
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidate[i];
        total[c->end] = add_logs(total[c->end], total[c->first] + (double)c->score);
    }
    return total[s->primitives->n];
}

/* The number of digits on the best path over all primitives; 0 if no path was found. */
static int best_count(table best, int n_primitives)
{
    int n = 0;
    for (int i = 1; i <= DP_SEGMENTS_MAX; i++) {
        const path *here = &best[i][n_primitives];
        if (here->last && (n == 0 || here->score > best[n][n_primitives].score))
            n = i;
    }
    return n;
}

static bool fill_digit(dp_segment *digit, const dp_primitives *p, const candidate *c)
{
    digit->box = dp_primitives_box(p, c->first, c->end);
    digit->prediction = c->prediction;
    digit->first = c->first;
    digit->end = c->end;
    return p->render(digit->image, &digit->placement, p, c->first, c->end) ==
           DP_INK_ENOUGH;
}

static float probability(const dp_segment *digit)
{
    return digit->prediction.prob[digit->prediction.rank[0]];
}

/* Write the n digits of the best path. out->n stays 0 if one of them has too little
 * ink. */
static void follow(dp_segmentation *out, table best, const dp_primitives *p, int n)
{
    int end = p->n;
    for (int i = n; i > 0; i--) {
        const candidate *c = best[i][end].last;
        if (!fill_digit(&out->digit[i - 1], p, c))
            return;
        end = c->first;
    }
    out->n = n;
    for (int i = 1; i < n; i++)
        if (probability(&out->digit[i]) < probability(&out->digit[out->weakest]))
            out->weakest = i;
}

void dp_segment_search(dp_segmentation *out, const dp_primitives *primitives,
                       const dp_search_weights *weights, dp_session *session)
{
    table best;
    search s = { .primitives = primitives, .weights = weights, .session = session };
    s.height = larger(usual_height(primitives), FLT_MIN);
    for (int i = 1; i < primitives->n; i++)
        find_gap(&s, i);
    list_candidates(&s);
    predict_all(&s);
    weigh_evidence(&s);
    find_paths(best, &s);
    int n = best_count(best, primitives->n);
    if (n == 0)
        return;
    out->split = (float)exp((double)best[n][primitives->n].score - sum_paths(&s));
    if (n > 1)
        follow(out, best, primitives, n);
}

/* ---- the result -------------------------------------------------------------------- */

void dp_segment_begin(dp_segmentation *out)
{
    out->n = out->weakest = 0;
    out->split = 1;
}

void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session)
{
    out->weakest = 0;
    out->n = ink == DP_INK_ENOUGH;
    if (out->n)
        dp_session_predict(session, out->digit[0].image, 1, &out->digit[0].prediction);
}

void dp_segmentation_text(char out[DP_SEGMENTS_MAX + 1], const dp_segmentation *number)
{
    for (int i = 0; i < number->n; i++)
        out[i] = (char)('0' + number->digit[i].prediction.rank[0]);
    out[number->n] = '\0';
}

float dp_segmentation_confidence(const dp_segmentation *number)
{
    float confidence = number->n > 1 ? number->split : 1;
    for (int i = 0; i < number->n; i++)
        confidence *= probability(&number->digit[i]);
    return confidence;
}

bool dp_segmentation_is_rejected(const dp_segmentation *number)
{
    bool any = number->split < LEAST_SPLIT;
    for (int i = 0; i < number->n; i++)
        any |= number->digit[i].prediction.rejected;
    return any;
}
