/* Answers to a command line whose first word is not a command. */
#ifndef DP_TUI_CLI_FIRST_WORD_H
#define DP_TUI_CLI_FIRST_WORD_H

#include "tui/cli/command.h"

/* The command of that name in a list that ends with NULL; NULL if there is none. */
const dp_command *dp_first_word_find(const dp_command *const commands[],
                                     const char *name);

/* Complain that no command is called `word`, and print what to type instead: if it is a file or folder,
 * or ends like the name of one, the command that reads it; else a command with a similar name, and
 * --help. Returns DP_EXIT_USAGE. */
int dp_first_word_refuse(const dp_command *const commands[], const char *word);

/* If options come before a command, as in "digitpad -m mlp predict a.png", or before
 * the name of an image, print the right command line and return DP_EXIT_USAGE; else −1.
 * `fallback` is the command that options without a command belong to: the argument of
 * one of its options is not taken for a command. */
int dp_first_word_reorder(const dp_command *const commands[], const dp_command *fallback,
                          int argc, char **argv);

#endif
