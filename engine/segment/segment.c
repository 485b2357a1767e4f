/* The search for the most likely digits: dynamic programming over primitives, left to
 * right. */
#include "config.h"

#include "engine/segment/search.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The horizontal relation of two primitives: apart by more than a tenth of a digit's
 * height, apart by less, or overlapping by fifths of the narrower one (5 classes). */
enum { FAR_APART, APART, OVERLAP, RELATIONS = OVERLAP + 5 };

/* A hypothesis about two neighbouring primitives: they are of the same digit, or of two
 * digits that are written closely or widely spaced. */
typedef enum hypothesis { SAME, CLOSE, WIDE, HYPOTHESES } hypothesis;

/* The likelihood, in per cent, of a relation under a hypothesis, for primitives that do
 * not touch [0] and that touch [1]. SAME and CLOSE are measured on drawings of digits
 * with several strokes and on pairs of digits side by side; WIDE is a guess. */
static const float likelihood[HYPOTHESES][2][RELATIONS] = {
    [SAME] = { { .3F, .9F, .8F, .4F, 1.4F, 1.3F, 8 },
               { .03F, .2F, .9F, 1.4F, 5.4F, 16.3F, 62.5F } },
    [CLOSE] = { { 1, 18, 26.3F, 5.8F, .3F, .05F, .05F },
                { .05F, 4.7F, 27.9F, 14.1F, 1.6F, .4F, .7F } },
    [WIDE] = { { 76, 23, .3F, .1F, .05F, .05F, .05F },
               { .1F, .3F, .1F, .05F, .05F, .05F, .05F } },
};

/* Primitives touch if they are closer than this, in heights of a digit. */
#define TOUCHING 0.04F

/* The probability that the ink on both sides of a candidate cut is of the same digit. */
#define CUT_SAME 0.6F

/* A candidate without any evidence loses this score; see weigh_evidence. */
#define EVIDENCE 8.0F

#define MAX_ASPECT 1.6F /* wider candidates, in their own height, lose MISSHAPEN */
#define MIN_HEIGHT 0.4F /* so do lower ones, in heights of a digit */
#define MISSHAPEN  4.0F
#define IMPOSSIBLE 1e6F
#define LEAST_PROB 1e-6F /* keeps logarithms finite */

enum { CHUNK = 16 }; /* candidates that are rendered before they are predicted */

/* Primitives [first, end) as one digit. */
typedef struct candidate {
    int first, end;
    float score; /* log probability, up to a constant */
    dp_prediction prediction;
} candidate;

typedef struct search {
    const dp_primitives *primitives;
    dp_session *session;
    float height; /* of a digit */
    /* Log likelihood of the hypotheses about primitives i − 1 and i; [0] is unused. */
    float gap[DP_MAX_PRIMITIVES][HYPOTHESES];
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

void dp_segmentation_text(char out[DP_SEGMENTS_MAX + 1], const dp_segmentation *number)
{
    for (int i = 0; i < number->n; i++)
        out[i] = (char)('0' + number->digit[i].prediction.rank[0]);
    out[number->n] = '\0';
}

/* ---- scores ------------------------------------------------------------------------ */

static int relation_of(const search *s, const dp_bounds *a, const dp_bounds *b)
{
    float overlap = fminf(a->x1, b->x1) - larger(a->x0, b->x0);
    float narrower = fminf(a->x1 - a->x0, b->x1 - b->x0);
    if (overlap < 0)
        return -overlap > s->height / 10 ? FAR_APART : APART;
    return OVERLAP + (overlap >= narrower ? 4 : (int)(5 * overlap / narrower));
}

/* The likelihood of each hypothesis about primitives a and b, times its prior. */
static void weigh_hypotheses(float out[HYPOTHESES], const search *s, int a, int b)
{
    const dp_primitives *p = s->primitives;
    int relation = relation_of(s, &p->primitive[a].box, &p->primitive[b].box);
    bool touch = p->touch && p->touch(p, a, b, TOUCHING * s->height);
    for (int i = 0; i < HYPOTHESES; i++)
        out[i] = likelihood[i][touch][relation] *
                 (i == SAME ? p->prior_same : 1 - p->prior_same);
}

/* Fill s->gap[i]. Of all pairs of primitives on the two sides of the gap, the pair
 * decides that is most likely of the same digit. */
static void find_gap(search *s, int i)
{
    float *best = s->gap[i], here[HYPOTHESES];
    for (int a = 0; a < i; a++)
        for (int b = i; b < s->primitives->n; b++) {
            weigh_hypotheses(here, s, a, b);
            if ((a == 0 && b == i) || here[SAME] * best[CLOSE] > best[SAME] * here[CLOSE])
                memcpy(best, here, sizeof here);
        }
    if (s->primitives->primitive[i].cut) {
        best[SAME] = CUT_SAME;
        best[CLOSE] = best[WIDE] = 1 - CUT_SAME;
    }
    for (int k = 0; k < HYPOTHESES; k++)
        best[k] = logf(best[k]);
}

static float shape_score(const search *s, const dp_bounds *box)
{
    float width = box->x1 - box->x0, height = box->y1 - box->y0, score = 0;
    if (width > MAX_ASPECT * larger(height, s->height / 2))
        score -= MISSHAPEN;
    if (height < MIN_HEIGHT * s->height)
        score -= MISSHAPEN;
    return score;
}

/* The score of the gaps in front of a candidate and within it. */
static float gap_score(const search *s, int first, int end, hypothesis spacing)
{
    float score = first > 0 ? s->gap[first][spacing] : 0;
    for (int i = first + 1; i < end; i++)
        score += s->gap[i][SAME];
    return score;
}

/* ---- candidates -------------------------------------------------------------------- */

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
                EVIDENCE * (s->candidate[i].prediction.evidence / most - 1);
}

static void predict(search *s, const uint8_t *image, candidate *const *chunk, int n)
{
    dp_prediction prediction[CHUNK];
    int most = dp_session_max_batch(s->session);
    for (int done = 0; done < n; done += most)
        dp_session_predict(s->session, image + (size_t)done * DP_PIXELS,
                           n - done < most ? n - done : most, prediction + done);
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &prediction[i];
        chunk[i]->prediction = *p;
        chunk[i]->score += logf(larger(p->prob[p->rank[0]], LEAST_PROB));
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

static void list_candidates(search *s)
{
    const dp_primitives *p = s->primitives;
    for (int first = 0; first < p->n; first++)
        for (int end = first + 1; end <= p->n && end - first <= DP_MAX_CANDIDATE; end++) {
            dp_bounds box = dp_primitives_box(p, first, end);
            s->candidate[s->n++] =
                (candidate){ .first = first, .end = end, .score = shape_score(s, &box) };
        }
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
static void find_paths(table best, const search *s, hypothesis spacing)
{
    memset(best, 0, sizeof(table));
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidate[i];
        for (int n = 0; n < DP_SEGMENTS_MAX; n++) {
            const path *before = &best[n][c->first];
            path *here = &best[n + 1][c->end];
            bool reached = n == 0 ? c->first == 0 : before->last != NULL;
            float score =
                before->score + c->score + gap_score(s, c->first, c->end, spacing);
            if (reached && (!here->last || score > here->score))
                *here = (path){ score, c };
        }
    }
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
    return p->render(digit->image, &digit->placement, p, c->first, c->end) ==
           DP_INK_ENOUGH;
}

static float confidence(const dp_segment *digit)
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
        if (confidence(&out->digit[i]) < confidence(&out->digit[out->weakest]))
            out->weakest = i;
}

void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session)
{
    out->weakest = 0;
    out->n = ink == DP_INK_ENOUGH;
    if (out->n)
        dp_session_predict(session, out->digit[0].image, 1, &out->digit[0].prediction);
}

void dp_segment_search(dp_segmentation *out, const dp_primitives *primitives,
                       dp_session *session)
{
    table best, wide;
    search s = { .primitives = primitives, .session = session };
    out->n = out->weakest = 0;
    s.height = larger(usual_height(primitives), FLT_MIN);
    for (int i = 1; i < primitives->n; i++)
        find_gap(&s, i);
    list_candidates(&s);
    predict_all(&s);
    weigh_evidence(&s);
    find_paths(best, &s, CLOSE);
    find_paths(wide, &s, WIDE);
    int n = best_count(best, primitives->n), n_wide = best_count(wide, primitives->n);
    bool is_wide = wide[n_wide][primitives->n].score > best[n][primitives->n].score;
    if ((is_wide ? n_wide : n) > 1)
        follow(out, is_wide ? wide : best, primitives, is_wide ? n_wide : n);
}
