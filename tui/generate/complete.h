/* What a shell can offer for an argument, as far as the tables say it, and what the scripts for the
 * shells have in common. */
#ifndef DP_TUI_GENERATE_COMPLETE_H
#define DP_TUI_GENERATE_COMPLETE_H

#include "tui/cli/command.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct dp_completion {
    char words[256]; /* separated by blanks */
    bool models;     /* names of models */
    bool samples;    /* numbers of samples */
    bool folders;
    bool files;
    char extensions
        [32]; /* of the files, without the dot, separated by blanks; empty: any */
} dp_completion;

/* The argument of an option: from its type and words, else from its name in --help (MODEL, FILE.csv).
 * A text whose name says nothing is taken for a file, as shells do. */
dp_completion dp_complete_option(const dp_option *o);

/* The operands of a command, or of one of its actions, from the names in its usages. Actions are on
 * what the program lists, and take no files. */
dp_completion dp_complete_operands(const dp_command *c, const char *action);

enum { DP_SUMMARY = 80 };

/* Shorten a help text to what fits beside an option in a list. */
const char *dp_complete_summary(char out[DP_SUMMARY], const char *help);

/* Write a text in single quotes. Inside, `quote` stands for a single quote. */
void dp_complete_quote(FILE *out, const char *text, const char *quote);

#endif
