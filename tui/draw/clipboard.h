/* Copying to the clipboard of the terminal, which works over SSH as well. */
#ifndef DP_TUI_DRAW_CLIPBOARD_H
#define DP_TUI_DRAW_CLIPBOARD_H

#include <stdbool.h>
#include <stddef.h>

/* What stands between the program and the terminal, and interprets control sequences. */
typedef enum dp_between {
    DP_BETWEEN_NOTHING,
    DP_BETWEEN_TMUX,
    DP_BETWEEN_SCREEN
} dp_between;

/* tmux sets TMUX in the environment of its programs, GNU screen STY. */
dp_between dp_clipboard_between(void);

/* Whether the terminal of this type (TERM) may let programs copy; none says so. */
bool dp_clipboard_is_likely(const char *term);

enum { DP_CLIPBOARD_TEXT = 64, DP_CLIPBOARD_SIZE = 256 };

/* Write the control sequence that copies a text of fewer than DP_CLIPBOARD_TEXT bytes: OSC 52 of
 * xterm's ctlseqs, whose argument is Base64, so that no text can end it. tmux answers to it itself
 * if its option set-clipboard is on, or passes it on in its DCS if allow-passthrough is; it gets
 * both. GNU screen passes on what is in a DCS. Returns the length. */
size_t dp_clipboard_copy(char out[DP_CLIPBOARD_SIZE], const char *text,
                         dp_between between);

#endif
