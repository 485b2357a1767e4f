#include "config.h"

#include "tui/term/key_code.h"

#include "engine/core/arith.h"

#include <stdbool.h>

/* The modifiers of kitty's protocol beyond DP_MOD_…: super, hyper and meta. */
enum { OTHER_MODS = 8 | 16 | 32, CAPS_LOCK = 64 };

int dp_key_of_letter(char final)
{
    switch (final) {
    case 'A':
        return DP_KEY_UP;
    case 'B':
        return DP_KEY_DOWN;
    case 'C':
        return DP_KEY_RIGHT;
    case 'D':
        return DP_KEY_LEFT;
    case 'H':
        return DP_KEY_HOME;
    case 'F':
        return DP_KEY_END;
    case 'M':
        return DP_KEY_ENTER; /* of the keypad; only as SS3 M */
    default:
        return 0;
    }
}

int dp_key_of_number(int number)
{
    static const int keys[] = {
        0,          DP_KEY_HOME,    DP_KEY_INSERT,    DP_KEY_DELETE,
        DP_KEY_END, DP_KEY_PAGE_UP, DP_KEY_PAGE_DOWN, DP_KEY_HOME,
        DP_KEY_END
    };
    return number < (int)DP_COUNT(keys) ? keys[number] : 0;
}

/* The key of the keypad that has this code in kitty's keyboard protocol; 0: none. */
static int keypad_key(int code)
{
    enum { KP_0 = 57399, KP_9 = 57408, KP_ENTER = 57414, KP_LEFT = 57417 };
    static const int keys[] = { DP_KEY_LEFT,  DP_KEY_RIGHT,   DP_KEY_UP,
                                DP_KEY_DOWN,  DP_KEY_PAGE_UP, DP_KEY_PAGE_DOWN,
                                DP_KEY_HOME,  DP_KEY_END,     DP_KEY_INSERT,
                                DP_KEY_DELETE };
    if (code >= KP_0 && code <= KP_9)
        return '0' + code - KP_0;
    if (code >= KP_LEFT && code < KP_LEFT + (int)DP_COUNT(keys))
        return keys[code - KP_LEFT];
    return code == KP_ENTER ? DP_KEY_ENTER : 0;
}

int dp_key_of_character(int code, int shifted, unsigned mods)
{
    bool ctrl = mods & DP_MOD_CTRL, shift = mods & DP_MOD_SHIFT;
    bool letter = code >= 'a' && code <= 'z';
    if (mods & (DP_MOD_ALT | OTHER_MODS) || (ctrl && code >= ' ' && code < '@'))
        return 0;
    if (ctrl && code >= '@' && code < 0x7f)
        return DP_CTRL(code);
    if (shift && shifted)
        code = shifted;
    else if (letter && shift == !(mods & CAPS_LOCK))
        code -= 'a' - 'A';
    if (code > 0x7f)
        return keypad_key(code);
    return code == '\b' ? DP_KEY_BACKSPACE : code;
}
