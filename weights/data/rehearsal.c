#include "config.h"

#include "weights/data/rehearsal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, HEADER = 7, WEIGHT = 4, STRATUM = WEIGHT + 1, RATE = 5 };

/* ---- the range coder --------------------------------------------------------------- */

typedef struct decoder {
    const unsigned char *at, *end;
    uint32_t range, code;
    uint16_t zero[DP_REHEARSAL_CONTEXTS][DP_REHEARSAL_NODES]; /* P(0), in 1/65536 */
} decoder;

static void fill(decoder *d)
{
    d->code = d->code << 8 | (d->at < d->end ? *d->at : 0U);
    d->at++; /* beyond the end after a truncated file */
}

static void start(decoder *d, const unsigned char *bytes, const unsigned char *end)
{
    *d = (decoder){ .at = bytes + 1, .end = end, .range = UINT32_MAX };
    for (int i = 0; i < 4; i++)
        fill(d);
    for (int i = 0; i < DP_REHEARSAL_CONTEXTS; i++)
        for (int k = 0; k < DP_REHEARSAL_NODES; k++)
            d->zero[i][k] = 1 << 15;
}

static int decode_bit(decoder *d, uint16_t *zero)
{
    uint32_t bound = (d->range >> 16) * *zero;
    int bit = d->code >= bound;
    if (bit) {
        d->code -= bound;
        d->range -= bound;
        *zero = (uint16_t)(*zero - (*zero >> RATE));
    } else {
        d->range = bound;
        *zero = (uint16_t)(*zero + ((UINT16_MAX - *zero) >> RATE));
    }
    for (; d->range < 1U << 24; d->range <<= 8)
        fill(d);
    return bit;
}

/* Paper, full ink, or one of three levels between them. */
static uint8_t decode_level(decoder *d, uint16_t zero[DP_REHEARSAL_NODES])
{
    if (!decode_bit(d, &zero[0]))
        return 0;
    if (decode_bit(d, &zero[1]))
        return DP_REHEARSAL_LEVELS - 1;
    if (!decode_bit(d, &zero[2]))
        return 1;
    return decode_bit(d, &zero[3]) ? 3 : 2;
}

int dp_rehearsal_context(const uint8_t *level, int i)
{
    const int column = i % SIDE;
    const bool above = i >= SIDE;
    int left = column > 0 ? level[i - 1] : 0;
    int top = above ? level[i - SIDE] : 0;
    int top_left = above && column > 0 ? level[i - SIDE - 1] : 0;
    int top_right = above && column < SIDE - 1 ? level[i - SIDE + 1] : 0;
    return ((left * DP_REHEARSAL_LEVELS + top) * DP_REHEARSAL_LEVELS + top_left) *
               DP_REHEARSAL_LEVELS +
           top_right;
}

static void decode_image(uint8_t pixels[DP_PIXELS], decoder *d)
{
    uint8_t level[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++) {
        level[i] = decode_level(d, d->zero[dp_rehearsal_context(level, i)]);
        pixels[i] = (uint8_t)((level[i] * 255 + 2) / (DP_REHEARSAL_LEVELS - 1));
    }
}

/* ---- the file ---------------------------------------------------------------------- */

static uint32_t number(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static dp_code allocate(dp_rehearsal *out, int n, dp_err *err)
{
    *out = (dp_rehearsal){
        .pixels = malloc((size_t)n * DP_PIXELS + 1),
        .label = malloc((size_t)n + 1),
        .collection = malloc((size_t)n + 1),
        .weight = malloc(((size_t)n + 1) * sizeof *out->weight),
        .n = n,
    };
    if (out->pixels && out->label && out->collection && out->weight)
        return DP_OK;
    dp_rehearsal_clear(out);
    return dp_fail(err, DP_NOMEM, "no memory for the rehearsal set");
}

/* What is known of every image. False if it has an unknown stratum, collection or label. */
static bool read_entries(dp_rehearsal *out, const unsigned char *entry,
                         const unsigned char *strata, int n_strata)
{
    for (int i = 0; i < out->n; i++) {
        const int stratum = entry[i] / 16;
        out->label[i] = entry[i] % 16;
        if (stratum >= n_strata || out->label[i] > DP_REHEARSAL_NO_DIGIT)
            return false;
        out->weight[i] = 1e-9F * (float)number(strata + stratum * STRATUM, WEIGHT);
        out->collection[i] = strata[stratum * STRATUM + WEIGHT];
        if (out->collection[i] >= DP_REHEARSAL_COLLECTIONS)
            return false;
    }
    return true;
}

dp_code dp_rehearsal_read(dp_rehearsal *out, const unsigned char *bytes, size_t size,
                          dp_err *err)
{
    decoder d;
    if (size < HEADER || memcmp(bytes, "DPR1", 4) != 0)
        return dp_fail(err, DP_INPUT, "rehearsal set: it does not begin with DPR1");
    const int n = (int)number(bytes + 4, 2), n_strata = bytes[6];
    const unsigned char *strata = bytes + HEADER, *entry = strata + n_strata * STRATUM;
    if (size < HEADER + (size_t)n_strata * STRATUM + (size_t)n)
        return dp_fail(err, DP_INPUT, "rehearsal set: it ends within its labels");
    dp_code code = allocate(out, n, err);
    if (code)
        return code;
    bool good = read_entries(out, entry, strata, n_strata);
    start(&d, entry + n, bytes + size);
    for (int i = 0; good && i < n && d.at <= d.end; i++)
        decode_image(out->pixels + (size_t)i * DP_PIXELS, &d);
    if (good && d.at == d.end)
        return DP_OK;
    dp_rehearsal_clear(out);
    if (!good)
        return dp_fail(err, DP_INPUT, "rehearsal set: unknown label or stratum");
    return dp_fail(err, DP_INPUT, "rehearsal set: its pixels do not end with the file");
}

void dp_rehearsal_clear(dp_rehearsal *r)
{
    free(r->pixels);
    free(r->label);
    free(r->collection);
    free(r->weight);
    *r = (dp_rehearsal){ 0 };
}
