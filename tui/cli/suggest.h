/* Guesses what a mistyped word was meant to be. */
#ifndef DP_TUI_CLI_SUGGEST_H
#define DP_TUI_CLI_SUGGEST_H

/* The best guess among the candidates seen so far. */
typedef struct dp_suggest {
    const char *word; /* what was typed */
    const char *best; /* the nearest candidate; NULL if none is near enough */
    int distance;     /* of it */
} dp_suggest;

/* The number of insertions, deletions, substitutions and swaps of neighbouring
 * characters that make one word of the other; no substring is edited twice (the
 * "optimal string alignment" form of Damerau 1964). Capitals count as small letters.
 * Words of more than 63 bytes are as far apart as the longer one is long. */
int dp_suggest_distance(const char *a, const char *b);

/* Start to guess the word. */
dp_suggest dp_suggest_begin(const char *word);

/* Consider a candidate; it must outlive *s. It is near enough if at most one character in three
 * differs, or if the word, of at least four characters, is a part of it. Of two candidates at
 * the same distance the first wins. */
void dp_suggest_consider(dp_suggest *s, const char *candidate);

enum { DP_SUGGEST_TEXT = 96 };

/* "; did you mean 'PREFIXBEST'?", or "" without a guess, to be appended to a message. Returns
 * `text`. */
const char *dp_suggest_text(char text[DP_SUGGEST_TEXT], const dp_suggest *s,
                            const char *prefix);

#endif
