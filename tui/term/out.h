/* Text on its way to people: nothing from outside reaches a terminal unescaped. */
#ifndef DP_TUI_TERM_OUT_H
#define DP_TUI_TERM_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Copy text with everything that could steer a terminal replaced by \xHH or \u{H…}: C0, DEL,
 * C1, bidirectional controls, line separators and invalid UTF-8. Cut to size, always
 * terminated. Returns out. */
const char *dp_out_safe(char *out, size_t size, const char *text);

/* The same straight to a stream. */
void dp_out_print_safe(FILE *f, const char *text);

/* --color=auto|always|never */
typedef enum dp_when { DP_AUTO, DP_ALWAYS, DP_NEVER } dp_when;

/* Whether to colour what goes to f: `when` decides, else NO_COLOR, TERM and isatty. */
bool dp_out_color(FILE *f, dp_when when);

/* Whether the locale's characters are UTF-8 (after setlocale). */
bool dp_out_utf8(void);

#endif
