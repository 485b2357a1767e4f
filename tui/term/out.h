/* Output for people. Text from outside the program (names of files, messages of servers) is
 * escaped here before it reaches a terminal. */
#ifndef DP_TUI_TERM_OUT_H
#define DP_TUI_TERM_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Copy text and replace each byte or character that can control a terminal by \xHH or
 * \u{H…}: C0, DEL, C1, bidirectional controls, line separators and invalid UTF-8. The result
 * is truncated to `size` bytes, between escapes, and always terminated. Returns out. */
const char *dp_out_safe(char *out, size_t size, const char *text);

/* The same, but keep characters beyond ASCII in any locale: for a dp_grid, which replaces those that
 * the terminal lacks. */
const char *dp_out_safe_utf8(char *out, size_t size, const char *text);

/* Write the same as dp_out_safe to a stream. */
void dp_out_print_safe(FILE *f, const char *text);

/* The same for the first line. Returns the rest of the text, from the newline on. */
const char *dp_out_print_safe_line(FILE *f, const char *text);

/* --color=auto|always|never */
typedef enum dp_when { DP_AUTO, DP_ALWAYS, DP_NEVER } dp_when;

/* Whether to write to f in colour. DP_AUTO: if f is a terminal, TERM is set and not "dumb", and
 * NO_COLOR is unset or empty. */
bool dp_out_color(FILE *f, dp_when when);

/* Take the encoding of characters from the environment. If the system lacks the locale that
 * LC_ALL, LC_CTYPE or LANG names and the name says UTF-8 (`LC_CTYPE=UTF-8` comes from macOS over
 * ssh), take another locale with this encoding. Numbers keep the format of the C locale. */
void dp_out_set_locale(void);

/* Take a locale with UTF-8, if the current one has another encoding. False if the system has
 * none. */
bool dp_out_force_utf8(void);

/* Whether the locale's character encoding is UTF-8. */
bool dp_out_utf8(void);

#endif
