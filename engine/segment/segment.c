/* The search: dynamic programming over pieces from left to right. */
#include "config.h"

#include "engine/segment/search.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* How two pieces lie to each other: apart by more than a tenth of a digit's height, by less,
 * or, in fifths of the narrower one, how much of it lies above or below the other. */
enum { FAR_APART, APART, FIFTHS, PLACES = FIFTHS + 5 };

/* How two pieces come to lie so, in hundredths. Those of one digit, and of neighbouring digits
 * that are written close, with and without touching each other, as measured on drawings of
 * digits in several strokes and on pairs of digits put together; wide spacing is a guess. */
typedef enum junction { SAME, CLOSE, WIDE, JUNCTIONS } junction;

static const float likelihood[JUNCTIONS][2][PLACES] = {
    [SAME] = { { .3F, .9F, .8F, .4F, 1.4F, 1.3F, 8 },
               { .03F, .2F, .9F, 1.4F, 5.4F, 16.3F, 62.5F } },
    [CLOSE] = { { 1, 18, 26.3F, 5.8F, .3F, .05F, .05F },
                { .05F, 4.7F, 27.9F, 14.1F, 1.6F, .4F, .7F } },
    [WIDE] = { { 76, 23, .3F, .1F, .05F, .05F, .05F },
               { .1F, .3F, .1F, .05F, .05F, .05F, .05F } },
};

#define TOUCHING 0.04F /* in digits' heights */

/* Connected ink is one digit, unless there are good reasons. */
#define CUT_SAME 0.6F

/* A group is the less likely the less evidence it has: what none of it would cost. */
#define EVIDENCE 8.0F

/* Wider than this, in its own height, is hardly any digit; lower than this, in the height of
 * the others, hardly any of this number. */
#define WIDEST     1.6F
#define SMALLEST   0.4F
#define MISSHAPEN  4.0F
#define IMPOSSIBLE 1e6F
#define LEAST_PROB 1e-6F

enum { CHUNK = 16 }; /* candidates asked for at a time */

/* Pieces [first, end) as one digit. */
typedef struct candidate {
    int first, end;
    float score; /* log probability, up to a constant */
    dp_prediction prediction;
} candidate;

typedef struct search {
    const dp_pieces *pieces;
    dp_session *session;
    float height;                             /* of a usual digit */
    float junction[DP_MAX_PIECES][JUNCTIONS]; /* log likelihoods; [0] is unused */
    int n;
    candidate candidate[DP_MAX_PIECES * DP_MAX_GROUP];
} search;

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The median height of pieces that are not much smaller than the largest one. */
static float usual_height(const dp_pieces *p)
{
    float height[DP_MAX_PIECES] = { 0 }, most = 0;
    int n = 0;
    for (int i = 0; i < p->n; i++)
        most = larger(most, p->piece[i].box.y1 - p->piece[i].box.y0);
    for (int i = 0; i < p->n; i++) {
        float h = p->piece[i].box.y1 - p->piece[i].box.y0;
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
        out[i] = (char)('0' + number->part[i].prediction.rank[0]);
    out[number->n] = '\0';
}

/* ---- what makes a grouping likely ------------------------------------------------------ */

static int place_of(const search *s, const dp_bounds *a, const dp_bounds *b)
{
    float overlap = fminf(a->x1, b->x1) - larger(a->x0, b->x0);
    float narrower = fminf(a->x1 - a->x0, b->x1 - b->x0);
    if (overlap < 0)
        return -overlap > s->height / 10 ? FAR_APART : APART;
    return FIFTHS + (overlap >= narrower ? 4 : (int)(5 * overlap / narrower));
}

/* How likely all ways to lie are for pieces a and b, by what they may be. */
static void junction_of(float out[JUNCTIONS], const search *s, int a, int b)
{
    const dp_pieces *p = s->pieces;
    int place = place_of(s, &p->piece[a].box, &p->piece[b].box);
    bool touch = p->touch && p->touch(p, a, b, TOUCHING * s->height);
    for (int i = 0; i < JUNCTIONS; i++)
        out[i] = likelihood[i][touch][place] * (i == SAME ? p->same : 1 - p->same);
}

/* Fill s->junction[i], which lies between pieces i − 1 and i: of all pieces on either side
 * those two count that are likeliest to belong together. */
static void find_junction(search *s, int i)
{
    float *best = s->junction[i], here[JUNCTIONS];
    for (int a = 0; a < i; a++)
        for (int b = i; b < s->pieces->n; b++) {
            junction_of(here, s, a, b);
            if ((a == 0 && b == i) || here[SAME] * best[CLOSE] > best[SAME] * here[CLOSE])
                memcpy(best, here, sizeof here);
        }
    if (s->pieces->piece[i].cut) {
        best[SAME] = CUT_SAME;
        best[CLOSE] = best[WIDE] = 1 - CUT_SAME;
    }
    for (int k = 0; k < JUNCTIONS; k++)
        best[k] = logf(best[k]);
}

static float shape_score(const search *s, const dp_bounds *box)
{
    float width = box->x1 - box->x0, height = box->y1 - box->y0, score = 0;
    if (width > WIDEST * larger(height, s->height / 2))
        score -= MISSHAPEN;
    if (height < SMALLEST * s->height)
        score -= MISSHAPEN;
    return score;
}

/* How likely the junctions within a group and in front of it are. */
static float junction_score(const search *s, int first, int end, junction spacing)
{
    float score = first > 0 ? s->junction[first][spacing] : 0;
    for (int i = first + 1; i < end; i++)
        score += s->junction[i][SAME];
    return score;
}

/* ---- candidates ------------------------------------------------------------------------ */

/* Evidence has no scale of its own: it counts as a part of the most there is. */
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

static void predict(search *s, const uint8_t *image, candidate *const *asked, int n)
{
    dp_prediction prediction[CHUNK];
    int most = dp_session_max_batch(s->session);
    for (int done = 0; done < n; done += most)
        dp_session_predict(s->session, image + (size_t)done * DP_PIXELS,
                           n - done < most ? n - done : most, prediction + done);
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &prediction[i];
        asked[i]->prediction = *p;
        asked[i]->score += logf(larger(p->prob[p->rank[0]], LEAST_PROB));
    }
}

/* A group that cannot be read at all is possible only where there is no other way. */
static void ask_all(search *s)
{
    uint8_t image[CHUNK * DP_PIXELS];
    dp_placement where;
    candidate *asked[CHUNK];
    const dp_pieces *p = s->pieces;
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        candidate *c = &s->candidate[i];
        if (p->render(image + n * DP_PIXELS, &where, p, c->first, c->end) ==
            DP_INK_ENOUGH)
            asked[n++] = c;
        else
            c->score = -IMPOSSIBLE;
        if (n == CHUNK || (i == s->n - 1 && n > 0)) {
            predict(s, image, asked, n);
            n = 0;
        }
    }
}

static void list_candidates(search *s)
{
    const dp_pieces *p = s->pieces;
    for (int first = 0; first < p->n; first++)
        for (int end = first + 1; end <= p->n && end - first <= DP_MAX_GROUP; end++) {
            dp_bounds box = dp_pieces_box(p, first, end);
            s->candidate[s->n++] =
                (candidate){ .first = first, .end = end, .score = shape_score(s, &box) };
        }
}

/* ---- the best way through them --------------------------------------------------------- */

/* The best way to group the pieces before `end` into n digits, by its last group. */
typedef struct step {
    float score;
    const candidate *last; /* NULL: there is none */
} step;

typedef step table[DP_SEGMENTS_MAX + 1][DP_MAX_PIECES + 1];

/* Candidates come by rising `first`, so that all that ends there is known by then. */
static void find_steps(table best, const search *s, junction spacing)
{
    memset(best, 0, sizeof(table));
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidate[i];
        for (int n = 0; n < DP_SEGMENTS_MAX; n++) {
            const step *before = &best[n][c->first];
            step *here = &best[n + 1][c->end];
            bool reached = n == 0 ? c->first == 0 : before->last != NULL;
            float score =
                before->score + c->score + junction_score(s, c->first, c->end, spacing);
            if (reached && (!here->last || score > here->score))
                *here = (step){ score, c };
        }
    }
}

/* The number of digits of the best way; 0 where there is none. */
static int best_count(table best, int n_pieces)
{
    int n = 0;
    for (int i = 1; i <= DP_SEGMENTS_MAX; i++) {
        const step *here = &best[i][n_pieces];
        if (here->last && (n == 0 || here->score > best[n][n_pieces].score))
            n = i;
    }
    return n;
}

static bool fill_part(dp_segment *part, const dp_pieces *p, const candidate *c)
{
    part->box = dp_pieces_box(p, c->first, c->end);
    part->prediction = c->prediction;
    return p->render(part->image, &part->where, p, c->first, c->end) == DP_INK_ENOUGH;
}

static float confidence(const dp_segment *part)
{
    return part->prediction.prob[part->prediction.rank[0]];
}

/* Leaves out->n at 0 where a group of the best way has too little ink. */
static void follow(dp_segmentation *out, table best, const dp_pieces *p, int n)
{
    int end = p->n;
    for (int i = n; i > 0; i--) {
        const candidate *c = best[i][end].last;
        if (!fill_part(&out->part[i - 1], p, c))
            return;
        end = c->first;
    }
    out->n = n;
    for (int i = 1; i < n; i++)
        if (confidence(&out->part[i]) < confidence(&out->part[out->weakest]))
            out->weakest = i;
}

void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session)
{
    out->weakest = 0;
    out->n = ink == DP_INK_ENOUGH;
    if (out->n)
        dp_session_predict(session, out->part[0].image, 1, &out->part[0].prediction);
}

void dp_segment_search(dp_segmentation *out, const dp_pieces *pieces, dp_session *session)
{
    table best, wide;
    search s = { .pieces = pieces, .session = session };
    out->n = out->weakest = 0;
    s.height = larger(usual_height(pieces), FLT_MIN);
    for (int i = 1; i < pieces->n; i++)
        find_junction(&s, i);
    list_candidates(&s);
    ask_all(&s);
    weigh_evidence(&s);
    find_steps(best, &s, CLOSE);
    find_steps(wide, &s, WIDE);
    int n = best_count(best, pieces->n), n_wide = best_count(wide, pieces->n);
    bool is_wide = wide[n_wide][pieces->n].score > best[n][pieces->n].score;
    if ((is_wide ? n_wide : n) > 1)
        follow(out, is_wide ? wide : best, pieces, is_wide ? n_wide : n);
}
