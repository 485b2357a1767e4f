/* Pages of the manual. A source, tui/man/NAME.in, is roff in which lines that begin with @ stand for
 * what the tables of commands have:
 *
 *     @title SECTION KIND   the header of the page
 *     @synopsis             the usages of the command that the page is about
 *     @action NAME          an action of it, such as `fetch` of `models`, and its help
 *     @options [2]          the options of its first (second) group, up to the line
 *     @end                  and between the two, below a line
 *     @option NAME          what continues the help of an option
 *     @commands             all commands and their pages
 *     @keys                 all keys of the configuration file
 */
#ifndef DP_TUI_GENERATE_ROFF_H
#define DP_TUI_GENERATE_ROFF_H

#include <stdbool.h>
#include <stdio.h>

/* Write the page `name`, such as "digitpad-predict", from the text of its source. False after a
 * complaint on stderr about a line that the tables cannot fill. */
bool dp_roff_page(FILE *out, const char *source, const char *name);

#endif
