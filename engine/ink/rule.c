#include "config.h"

#include "engine/ink/rule.h"

#include "engine/core/arith.h"

#include <math.h>
#include <string.h>

#define STEEPEST 0.055F /* the greatest slope: 3 degrees */
#define FILLED   0.55F  /* of the length of a rule is ink and nothing else */
#define REACHED  0.12F  /* of its length may be missing at either end */
#define NEAR     1.5F   /* pixels between a line and the middle of its ink */

enum {
    THIN = 8,        /* lines are at most 1/THIN of the rectangle wide, */
    THINNEST = 3,    /* or this many pixels */
    SHORTEST = 12,   /* pixels */
    MAX_BINS = 1536, /* offsets of lines */
    ROUNDS = 3,      /* lines of different slopes */
};

/* A rectangle seen along its rows or along its columns. */
typedef struct view {
    uint8_t *first;          /* its corner */
    ptrdiff_t along, across; /* strides */
    int length, height;      /* along and across */
} view;

/* A search for lines along one direction. */
typedef struct search {
    view view;
    int threshold;         /* the least value of ink */
    dp_crossing *crossing; /* [n]; from < 0 if a line has taken it */
    int n;
    int margin, n_bins;
    int16_t bin[MAX_BINS]; /* crossings at each offset of lines of one slope, where offset
                              0 is bin `margin` */
} search;

static view view_of(const dp_plane *p, dp_rect r, bool vertical)
{
    uint8_t *first = dp_plane_row(p, r.y0) + r.x0;
    if (vertical)
        return (view){ first, p->width, 1, r.y1 - r.y0, r.x1 - r.x0 };
    return (view){ first, 1, p->width, r.x1 - r.x0, r.y1 - r.y0 };
}

/* ---- finding ----------------------------------------------------------------------- */

/* The runs of ink that are no longer than a line is wide; none if there are more than
 * `room`. */
static void find_crossings(search *s, int room)
{
    const view *v = &s->view;
    const int threshold = s->threshold;
    const int most = dp_max_int(dp_min_int(v->length, v->height) / THIN, THINNEST);
    s->n = 0;
    for (int x = 0; x < v->length; x++) {
        const uint8_t *p = v->first + x * v->along;
        for (int y = 0; y < v->height; y++) {
            if (p[y * v->across] < threshold)
                continue;
            const int from = y;
            while (y < v->height && p[y * v->across] >= threshold)
                y++;
            if (y - from > most)
                continue;
            if (s->n == room) {
                s->n = 0;
                return;
            }
            s->crossing[s->n++] = (dp_crossing){ x, from, y };
        }
    }
}

/* The offset of the line of this slope through the middle of a run. */
static float offset_of(const dp_crossing *c, float slope)
{
    return 0.5F * (float)(c->from + c->end - 1) - slope * (float)c->at;
}

static void vote(search *s, float slope)
{
    memset(s->bin, 0, (size_t)s->n_bins * sizeof *s->bin);
    for (int i = 0; i < s->n; i++) {
        const dp_crossing *c = &s->crossing[i];
        const int bin = (int)(offset_of(c, slope) + (float)s->margin + 0.5F);
        if (c->from >= 0 && bin >= 0 && bin < s->n_bins)
            s->bin[bin]++;
    }
}

/* The middles of a line's runs are in two neighbouring bins. */
static int votes_at(const search *s, int i)
{
    return s->bin[i] + s->bin[i + 1];
}

static int least_votes(const search *s)
{
    return (int)(FILLED * (float)s->view.length);
}

static bool is_peak(const search *s, int i)
{
    const int v = votes_at(s, i), last = dp_min_int(i + 2, s->n_bins - 2);
    if (v < least_votes(s))
        return false;
    for (int k = dp_max_int(i - 2, 0); k <= last; k++)
        if (votes_at(s, k) > v || (votes_at(s, k) == v && k < i))
            return false;
    return true;
}

/* How much speaks for lines of one slope: the sum of the squares of their votes. */
static long merit(search *s, float slope)
{
    long sum = 0;
    vote(s, slope);
    for (int i = 0; i + 1 < s->n_bins; i++) {
        const long v = votes_at(s, i);
        sum += v >= least_votes(s) ? v * v : 0;
    }
    return sum;
}

/* The slope for which most speaks, in steps of two pixels over the length of a line. The
 * least steep one wins ties. False if nothing speaks for any. */
static bool find_slope(float *slope, search *s)
{
    const float length = (float)s->view.length;
    const int steps = (int)(STEEPEST * length / 2) + 1;
    long most = 0;
    for (int k = 0; k <= 2 * steps; k++) {
        const float tried = 2 * (float)(k % 2 ? (k + 1) / 2 : -k / 2) / length;
        const long found = merit(s, tried);
        if (found <= most)
            continue;
        most = found;
        *slope = tried;
    }
    return most > 0;
}

/* Whether there is ink on a line or beside it, at pixel x along it. */
static bool is_inked(const search *s, const dp_rule *rule, int x)
{
    const view *v = &s->view;
    const int y = (int)lrintf(rule->offset + rule->slope * (float)x),
              end = dp_min_int(y + 2, v->height);
    for (int k = dp_max_int(y - 1, 0); k < end; k++)
        if (v->first[x * v->along + k * v->across] >= s->threshold)
            return true;
    return false;
}

static int longest_gap(const search *s, const dp_rule *rule)
{
    int gap = 0, longest = 0;
    for (int x = 0; x < s->view.length; x++) {
        gap = is_inked(s, rule, x) ? 0 : gap + 1;
        longest = dp_max_int(longest, gap);
    }
    return longest;
}

/* Measure the runs of a line and mark them as taken. False, and nothing is taken, if the
 * line does not go from end to end. */
static bool take_line(dp_rule *rule, search *s)
{
    const int length = s->view.length, margin = (int)(REACHED * (float)length) + 1;
    int first = length, last = -1, n = 0, width = 0;
    for (int i = 0; i < s->n; i++) {
        const dp_crossing *c = &s->crossing[i];
        if (c->from < 0 || fabsf(offset_of(c, rule->slope) - rule->offset) > NEAR)
            continue;
        first = dp_min_int(first, c->at);
        last = dp_max_int(last, c->at);
        width += c->end - c->from;
        n++;
    }
    if (first > margin || last < length - 1 - margin)
        return false;
    rule->width = (width + n / 2) / n;
    rule->filled = (float)n / (float)length;
    rule->gap = longest_gap(s, rule);
    for (int i = 0; i < s->n; i++) {
        dp_crossing *c = &s->crossing[i];
        if (fabsf(offset_of(c, rule->slope) - rule->offset) <= NEAR)
            c->from = -1;
    }
    return true;
}

/* Add the lines of one slope; their number. */
static int add_lines(dp_rules *out, search *s, float slope, bool vertical)
{
    const int before = out->n;
    vote(s, slope);
    for (int i = 0; i + 1 < s->n_bins && out->n < DP_RULES_MAX; i++) {
        if (!is_peak(s, i))
            continue;
        const float between = (float)s->bin[i + 1] / (float)votes_at(s, i);
        dp_rule rule = { .vertical = vertical,
                         .slope = slope,
                         .offset = (float)(i - s->margin) + between };
        if (take_line(&rule, s))
            out->rule[out->n++] = rule;
    }
    return out->n - before;
}

static void find_along(dp_rules *out, search *s, bool vertical)
{
    float slope = 0;
    for (int round = 0; round < ROUNDS && find_slope(&slope, s); round++)
        if (add_lines(out, s, slope, vertical) == 0)
            return;
}

void dp_rules_find(dp_rules *out, const dp_plane *ink, dp_rect rect, int threshold,
                   dp_crossing *scratch, int n_scratch)
{
    out->rect = rect;
    out->threshold = threshold;
    out->n = 0;
    for (int vertical = 0; vertical < 2; vertical++) {
        search s = { .view = view_of(ink, rect, vertical),
                     .threshold = threshold,
                     .crossing = scratch };
        s.margin = (int)(STEEPEST * (float)s.view.length) + 2;
        s.n_bins = s.view.height + 2 * s.margin + 2;
        if (s.view.length < SHORTEST || s.n_bins > MAX_BINS)
            continue;
        find_crossings(&s, n_scratch);
        find_along(out, &s, vertical);
    }
}

/* ---- erasing ----------------------------------------------------------------------- */

/* Erase the run of ink at pixel y, and a soft edge of one pixel, unless it is wider than the
 * line: then a stroke crosses there. */
static void erase_run(const view *v, int x, int y, int width, int threshold)
{
    uint8_t *p = v->first + x * v->along;
    int from = y, end = y + 1;
    while (from > 0 && p[(from - 1) * v->across] >= threshold)
        from--;
    while (end < v->height && p[end * v->across] >= threshold)
        end++;
    if (end - from > width + 1)
        return;
    end = dp_min_int(end + 1, v->height);
    for (int k = dp_max_int(from - 1, 0); k < end; k++)
        p[k * v->across] = 0;
}

static void erase(const view *v, const dp_rule *rule, int threshold)
{
    const int reach = rule->width / 2 + 1;
    for (int x = 0; x < v->length; x++) {
        const int y = (int)lrintf(rule->offset + rule->slope * (float)x);
        const int end = dp_min_int(y + reach + 1, v->height);
        for (int k = dp_max_int(y - reach, 0); k < end; k++)
            if (v->first[x * v->along + k * v->across] >= threshold)
                erase_run(v, x, k, rule->width, threshold);
    }
}

void dp_rules_erase(dp_plane *ink, const dp_rules *rules)
{
    for (int i = 0; i < rules->n; i++) {
        const view v = view_of(ink, rules->rect, rules->rule[i].vertical);
        erase(&v, &rules->rule[i], rules->threshold);
    }
}
