#include "config.h"

#include "weights/data/tally.h"

#include "weights/io/fingerprint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The fingerprints, which rarely agree, spare most comparisons of names. */
static bool is_named(const dp_tally_entry *e, uint64_t fingerprint, const char *name,
                     size_t size)
{
    return e->fingerprint == fingerprint && e->size == size &&
           memcmp(e->name, name, size) == 0;
}

static dp_code add(dp_tally *t, uint64_t fingerprint, const char *name, size_t size,
                   dp_err *err)
{
    if (t->n == DP_TALLY_MAX)
        return dp_fail(err, DP_INPUT, "more than %d names", DP_TALLY_MAX);
    if (t->n == t->capacity) {
        const int room = t->capacity ? 2 * t->capacity : 64;
        dp_tally_entry *more = realloc(t->entry, (size_t)room * sizeof *more);
        if (!more)
            return dp_fail(err, DP_NOMEM, "no memory for more names");
        t->entry = more;
        t->capacity = room;
    }
    char *copy = malloc(size + 1);
    if (!copy)
        return dp_fail(err, DP_NOMEM, "no memory for a name");
    memcpy(copy, name, size);
    copy[size] = '\0';
    t->entry[t->n++] = (dp_tally_entry){ fingerprint, copy, size, 0 };
    return DP_OK;
}

dp_code dp_tally_count(int *index, dp_tally *t, const char *name, size_t size,
                       dp_err *err)
{
    const uint64_t fingerprint = dp_fingerprint(DP_FINGERPRINT_EMPTY, name, size);
    int i = 0;
    while (i < t->n && !is_named(&t->entry[i], fingerprint, name, size))
        i++;
    dp_code code = i < t->n ? DP_OK : add(t, fingerprint, name, size, err);
    if (code)
        return code;
    t->entry[i].count++;
    *index = i;
    return DP_OK;
}

void dp_tally_clear(dp_tally *t)
{
    for (int i = 0; i < t->n; i++)
        free(t->entry[i].name);
    free(t->entry);
    *t = (dp_tally){ 0 };
}
