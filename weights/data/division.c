#include "config.h"

#include "weights/data/division.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALPHABETS = 3,    /* of three, the last is held out */
    WRITERS = 6,      /* divided as below */
    INSTITUTIONS = 3, /* if there are three or more, one is held out */
    NONE = -1,
};

static const dp_subset subset_of_place[WRITERS] = { [WRITERS - 2] = DP_SUBSET_VALIDATION,
                                                    [WRITERS - 1] = DP_SUBSET_TEST };

/* ---- patterns ---------------------------------------------------------------------- */

static bool matches(dp_division *how, const char *name)
{
    bool any = false;
    for (int i = 0; i < how->n; i++)
        if (fnmatch(how->pattern[i], name, 0) == 0)
            any = how->used[i] = true;
    return any;
}

/* Train on all names but those that match. True if that settles the division. */
static bool divide_as_told(dp_subset *subset, const dp_tally *names, dp_division *how)
{
    bool any = false;
    for (int i = 0; i < names->n; i++) {
        const bool held_out = matches(how, names->entry[i].name);
        subset[i] = held_out ? DP_SUBSET_VALIDATION : DP_SUBSET_TRAINING;
        any = any || held_out;
    }
    return any || how->nobody;
}

/* ---- institutions ------------------------------------------------------------------ */

/* The length of the letters in a name of letters and then digits; 0 for other names. */
static size_t institution_length(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      digits[] = "0123456789";
    const size_t length = strspn(name, letters), rest = strspn(name + length, digits);
    return rest > 0 && name[length + rest] == '\0' ? length : 0;
}

/* Set institution: [writers->n] to entries of *all, or to NONE. */
static dp_code find_institutions(int *institution, dp_tally *all, const dp_tally *writers,
                                 dp_err *err)
{
    for (int i = 0; i < writers->n; i++) {
        const dp_tally_entry *writer = &writers->entry[i];
        const size_t length = institution_length(writer->name);
        institution[i] = NONE;
        if (length == 0)
            continue;
        dp_code code = dp_tally_count(&institution[i], all, writer->name, length, err);
        if (code)
            return code;
        all->entry[institution[i]].count += writer->count - 1; /* count drawings */
    }
    return DP_OK;
}

/* How many counts are below that of entry i. Of equal counts, the first is the lower. */
static int count_below(const dp_tally *t, int i)
{
    int below = 0;
    for (int k = 0; k < t->n; k++)
        below += t->entry[k].count < t->entry[i].count ||
                 (t->entry[k].count == t->entry[i].count && k < i);
    return below;
}

/* The entry with the median count; of two, the lower. */
static int find_median(const dp_tally *t)
{
    int i = 0;
    while (count_below(t, i) != (t->n - 1) / 2)
        i++;
    return i;
}

/* ---- rules ------------------------------------------------------------------------- */

static dp_code divide_by_institution(dp_subset *subset, int *institution,
                                     const dp_tally *names, dp_err *err)
{
    dp_tally institutions = { 0 };
    dp_code code = find_institutions(institution, &institutions, names, err);
    const int held_out =
        institutions.n >= INSTITUTIONS ? find_median(&institutions) : NONE;
    dp_tally_clear(&institutions);
    int place = 0;
    for (int i = 0; i < names->n && !code; i++) {
        const bool inside = held_out != NONE && institution[i] == held_out;
        subset[i] = inside ? DP_SUBSET_VALIDATION : subset_of_place[place++ % WRITERS];
    }
    return code;
}

dp_code dp_divide_writers(dp_subset *subset, const dp_tally *names, dp_division *how,
                          dp_err *err)
{
    if (divide_as_told(subset, names, how))
        return DP_OK;
    if (names->n < WRITERS)
        return dp_fail(err, DP_INPUT,
                       "%d writers; at least %d are needed, four of them to train on",
                       names->n, WRITERS);
    int *institution = malloc((size_t)names->n * sizeof *institution);
    if (!institution)
        return dp_fail(err, DP_NOMEM, "no memory to divide writers");
    dp_code code = divide_by_institution(subset, institution, names, err);
    free(institution);
    return code;
}

void dp_divide_alphabets(dp_subset *subset, const dp_tally *names, dp_division *how)
{
    if (divide_as_told(subset, names, how))
        return;
    for (int i = ALPHABETS - 1; i < names->n; i += ALPHABETS)
        subset[i] = DP_SUBSET_VALIDATION;
}
