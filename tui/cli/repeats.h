/* Counts messages of the same kind, so that the first ones are printed and the others summed up.
 * Two messages are of one kind if they differ only in numbers and in what they quote. */
#ifndef DP_TUI_CLI_REPEATS_H
#define DP_TUI_CLI_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DP_REPEATS_PRINTED = 10, /* messages of a kind */
    DP_REPEATS_KINDS = 24,   /* told apart; all further kinds count as one */
    DP_REPEATS_EXAMPLE = 160,
};

typedef struct dp_repeat {
    char kind[DP_REPEATS_EXAMPLE];    /* the message without numbers and quotations */
    char example[DP_REPEATS_EXAMPLE]; /* the first message, cut to fit */
    uint64_t n;                       /* how often it came */
    uint64_t source;                  /* hash of the last source that was not printed */
    int sources; /* how many there were, if each comes in one piece */
} dp_repeat;

/* Zero it to begin. Its size does not grow. */
typedef struct dp_repeats {
    int n;
    dp_repeat kind[DP_REPEATS_KINDS + 1];
} dp_repeats;

/* Count a message about `source`. Whether it is one of the first of its kind: print it. */
bool dp_repeats_add(dp_repeats *r, const char *source, const char *message);

/* The number of messages of kind i that were not to be printed. */
uint64_t dp_repeats_hidden(const dp_repeats *r, int i);

enum { DP_REPEATS_TEXT = 256 };

/* Sum up the hidden messages of kind i, as in "… and 5,892 more like this". If there are several
 * kinds, an example takes the place of "this". It may quote bytes from outside. */
const char *dp_repeats_text(char text[DP_REPEATS_TEXT], const dp_repeats *r, int i,
                            bool utf8);

#endif
