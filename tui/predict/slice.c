#include "config.h"

#include "tui/predict/slice.h"

#include "engine/core/decimal.h"

static dp_code parse_shard(void *field, const dp_option *o, const char *text, dp_err *err)
{
    const char *at = text;
    uint64_t index, count;
    (void)o;
    if (!dp_decimal_digits(&index, &at, DP_SHARDS_MAX) || *at++ != '/' ||
        !dp_decimal_digits(&count, &at, DP_SHARDS_MAX) || *at || count == 0)
        return dp_fail(err, DP_USAGE,
                       "'%s' is not I/N, such as 0/4 for the first of four shards", text);
    if (index >= count)
        return dp_fail(err, DP_USAGE,
                       "'%s': the shards are numbered from 0; the last is %d/%d", text,
                       (int)count - 1, (int)count);
    *(dp_shard *)field = (dp_shard){ (int)index, (int)count };
    return DP_OK;
}

const dp_option_type dp_option_shard = { .parse = parse_shard };

/* The number of records before shard i. */
static uint64_t first_of(uint64_t i, uint64_t count, uint64_t n)
{
    const uint64_t larger = n % count; /* the first shards have one record more */
    return n / count * i + (i < larger ? i : larger);
}

dp_slice dp_shard_slice(const dp_shard *s, uint64_t n)
{
    const uint64_t i = (uint64_t)s->index, count = (uint64_t)s->count;
    return (dp_slice){ first_of(i, count, n),
                       i + 1 < count ? first_of(i + 1, count, n) : UINT64_MAX };
}
