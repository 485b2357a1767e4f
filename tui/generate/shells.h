/* What scripts that complete the command line take from the tables of commands: the lines in place of
 * @table in tui/completions. */
#ifndef DP_TUI_GENERATE_SHELLS_H
#define DP_TUI_GENERATE_SHELLS_H

#include <stdio.h>

void dp_shells_bash(FILE *out);
void dp_shells_zsh(FILE *out);
void dp_shells_fish(FILE *out);

#endif
