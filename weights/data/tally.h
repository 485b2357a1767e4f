/* A tally: names in the order in which they first appeared, and how often each did. */
#ifndef DP_WEIGHTS_DATA_TALLY_H
#define DP_WEIGHTS_DATA_TALLY_H

#include "engine/core/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DP_TALLY_MAX = 4096 }; /* names */

typedef struct dp_tally_entry {
    uint64_t fingerprint; /* of the name */
    char *name;           /* [size], and a NUL */
    size_t size;
    int count;
} dp_tally_entry;

/* A zeroed struct is an empty tally. */
typedef struct dp_tally {
    dp_tally_entry *entry; /* [n] */
    int n, capacity;
} dp_tally;

/* Count a name of `size` bytes, which is added if it is new, and set *index to its entry.
 * DP_INPUT beyond DP_TALLY_MAX names, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_tally_count(int *index, dp_tally *t, const char *name,
                                     size_t size, dp_err *err);
void dp_tally_clear(dp_tally *t);

#endif
