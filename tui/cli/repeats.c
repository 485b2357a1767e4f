#include "config.h"

#include "tui/cli/repeats.h"

#include "weights/io/fingerprint.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Copy the message with 0 for each number and without what stands between single quotes. */
static void kind_of(char kind[DP_REPEATS_EXAMPLE], const char *message)
{
    size_t used = 0;
    for (const char *c = message; *c && used < DP_REPEATS_EXAMPLE - 1; c++) {
        const char *closing = *c == '\'' ? strchr(c + 1, '\'') : NULL;
        if (isdigit((unsigned char)*c))
            while (isdigit((unsigned char)c[1]))
                c++;
        kind[used++] = isdigit((unsigned char)*c) ? '0' : *c;
        if (closing)
            c = closing;
    }
    kind[used] = '\0';
}

/* The entry of this kind. A kind that finds no room shares the last entry with others. */
static dp_repeat *find(dp_repeats *r, const char *kind, const char *message)
{
    for (int i = 0; i < r->n && i < DP_REPEATS_KINDS; i++)
        if (strcmp(r->kind[i].kind, kind) == 0)
            return &r->kind[i];
    if (r->n > DP_REPEATS_KINDS)
        return &r->kind[DP_REPEATS_KINDS];
    dp_repeat *one = &r->kind[r->n++];
    *one = (dp_repeat){ 0 };
    snprintf(one->kind, sizeof one->kind, "%s", kind);
    snprintf(one->example, sizeof one->example, "%s", message);
    return one;
}

bool dp_repeats_add(dp_repeats *r, const char *source, const char *message)
{
    char kind[DP_REPEATS_EXAMPLE];
    kind_of(kind, message);
    dp_repeat *one = find(r, kind, message);
    if (++one->n <= DP_REPEATS_PRINTED)
        return true;
    const uint64_t hash = dp_fingerprint(DP_FINGERPRINT_EMPTY, source, strlen(source));
    one->sources += one->sources == 0 || hash != one->source;
    one->source = hash;
    return false;
}

uint64_t dp_repeats_hidden(const dp_repeats *r, int i)
{
    const uint64_t n = r->kind[i].n;
    return n > DP_REPEATS_PRINTED ? n - DP_REPEATS_PRINTED : 0;
}

/* "5,892" */
static const char *group_thousands(char text[32], uint64_t n)
{
    char plain[24];
    const int length = snprintf(plain, sizeof plain, "%" PRIu64, n);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = plain[i];
    }
    text[used] = '\0';
    return text;
}

const char *dp_repeats_text(char text[DP_REPEATS_TEXT], const dp_repeats *r, int i,
                            bool utf8)
{
    const dp_repeat *one = &r->kind[i];
    char count[32], files[32] = "", like[DP_REPEATS_EXAMPLE + 4] = "this";
    group_thousands(count, dp_repeats_hidden(r, i));
    if (one->sources > 1)
        snprintf(files, sizeof files, ", in %d files", one->sources);
    if (i == DP_REPEATS_KINDS)
        snprintf(like, sizeof like, "these, of other kinds");
    else if (r->n > 1)
        snprintf(like, sizeof like, "\"%s\"", one->example);
    snprintf(text, DP_REPEATS_TEXT, "%s and %s more like %s%s", utf8 ? "…" : "...", count,
             like, files);
    return text;
}
