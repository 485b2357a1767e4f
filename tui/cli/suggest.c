#include "config.h"

#include "tui/cli/suggest.h"

#include "engine/core/arith.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Fill one row of the table of distances between the prefixes of both words, from the two rows
 * above it: row[i + 1] from row[i] and row[i − 1]. */
static void fill_row(int (*row)[LONGEST + 1], int i, const char *a, const char *b)
{
    row[i + 1][0] = i + 1;
    for (int k = 0; b[k]; k++) {
        const int edited = dp_min_int(row[i][k + 1], row[i + 1][k]) + 1;
        int least = dp_min_int(edited, row[i][k] + !is_same(a[i], b[k]));
        if (i > 0 && k > 0 && is_same(a[i], b[k - 1]) && is_same(a[i - 1], b[k]))
            least = dp_min_int(least, row[i - 1][k - 1] + 1);
        row[i + 1][k + 1] = least;
    }
}

int dp_suggest_distance(const char *a, const char *b)
{
    const size_t m = strlen(a), n = strlen(b);
    int row[LONGEST + 1][LONGEST + 1];
    if (m > LONGEST || n > LONGEST)
        return (int)(m > n ? m : n);
    for (size_t k = 0; k <= n; k++)
        row[0][k] = (int)k;
    for (int i = 0; a[i]; i++)
        fill_row(row, i, a, b);
    return row[m][n];
}

dp_suggest dp_suggest_begin(const char *word)
{
    return (dp_suggest){ .word = word };
}

void dp_suggest_consider(dp_suggest *s, const char *candidate)
{
    enum { A_PART = 4 }; /* characters that make a part of a word worth a guess */
    const size_t length = strlen(s->word);
    const int allowed = (int)(length + 2) / 3;
    int distance = dp_suggest_distance(s->word, candidate);
    if (length >= A_PART && strstr(candidate, s->word))
        distance = dp_min_int(distance, allowed);
    if (distance > allowed || (size_t)distance >= strlen(candidate) ||
        (s->best && distance >= s->distance))
        return;
    s->best = candidate;
    s->distance = distance;
}

const char *dp_suggest_text(char text[DP_SUGGEST_TEXT], const dp_suggest *s,
                            const char *prefix)
{
    text[0] = '\0';
    if (s->best)
        snprintf(text, DP_SUGGEST_TEXT, "; did you mean '%s%s'?", prefix, s->best);
    return text;
}
