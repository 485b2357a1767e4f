/* A slice of a run of `predict`: which of the records it answers, by their numbers in the whole
 * run. The answers of slices that follow each other are, one after the other, those of the
 * whole. */
#ifndef DP_TUI_PREDICT_SLICE_H
#define DP_TUI_PREDICT_SLICE_H

#include "tui/cli/option.h"

#include <stdint.h>

/* The records first … end − 1, from 0. */
typedef struct dp_slice {
    uint64_t first, end;
} dp_slice;

#define DP_SLICE_ALL                                                                     \
    (dp_slice)                                                                           \
    {                                                                                    \
        0, UINT64_MAX                                                                    \
    }
/* No record, but all are counted. */
#define DP_SLICE_NONE                                                                    \
    (dp_slice)                                                                           \
    {                                                                                    \
        UINT64_MAX, UINT64_MAX                                                           \
    }

/* One of `count` equal parts; count 0: none is asked for. */
typedef struct dp_shard {
    int index, count; /* 0 ≤ index < count */
} dp_shard;

enum { DP_SHARDS_MAX = 1000000 };

/* The argument I/N of --shard, for a dp_shard. */
extern const dp_option_type dp_option_shard;

/* The records of a shard, of n in all. Their numbers differ by at most 1 between shards. The
 * last shard has no end, so that it meets what follows the last record. */
dp_slice dp_shard_slice(const dp_shard *s, uint64_t n);

#endif
