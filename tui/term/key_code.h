/* Keys, and the numbers and letters by which terminals send them in control sequences. */
#ifndef DP_TUI_TERM_KEY_CODE_H
#define DP_TUI_TERM_KEY_CODE_H

/* Keys that are not printable ASCII. Control keys have their ASCII codes: Ctrl-L is 12. */
enum {
    DP_KEY_ENTER = '\r',
    DP_KEY_ESC = 0x1b,
    DP_KEY_BACKSPACE = 0x7f,
    DP_KEY_UP = 0x100,
    DP_KEY_DOWN,
    DP_KEY_RIGHT,
    DP_KEY_LEFT,
    DP_KEY_HOME,
    DP_KEY_END,
    DP_KEY_PAGE_UP,
    DP_KEY_PAGE_DOWN,
    DP_KEY_INSERT,
    DP_KEY_DELETE,
};

#define DP_CTRL(letter) ((letter)&0x1f)

enum { DP_MOD_SHIFT = 1, DP_MOD_ALT = 2, DP_MOD_CTRL = 4 };

/* The key of `CSI final` or `SS3 final`. Here and below, 0 is no key, or one that is ignored. */
int dp_key_of_letter(char final);

/* The key of `CSI number ~`. */
int dp_key_of_number(int number);

/* The key that a terminal would send without a keyboard protocol: of the character or keypad code
 * `code`, which is `shifted` with Shift (0: not stated), with modifiers in the bits of kitty's
 * protocol, of which DP_MOD_… are the first. Alt and a key is ignored. */
int dp_key_of_character(int code, int shifted, unsigned mods);

#endif
