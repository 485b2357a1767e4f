/* Bytes from a terminal become events: keys, mouse reports and the terminal's answers.
 *
 * A state machine fed one byte at a time, because ncurses' own reader loses drags. Whatever
 * is not understood is dropped whole: no fragment of a broken sequence becomes a key.
 * Sequences are those of ECMA-48 and of xterm's "Control Sequences" document. */
#ifndef DP_TUI_TERM_INPUT_H
#define DP_TUI_TERM_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/* Keys that are not ASCII characters. Control keys are their ASCII codes (Ctrl-L is 12). */
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

typedef enum dp_mouse {
    DP_MOUSE_PRESS,
    DP_MOUSE_MOVE, /* button 3: moved with no button held */
    DP_MOUSE_RELEASE,
    DP_MOUSE_WHEEL_UP,
    DP_MOUSE_WHEEL_DOWN,
} dp_mouse;

enum {
    DP_BUTTON_LEFT = 0,
    DP_BUTTON_MIDDLE = 1,
    DP_BUTTON_RIGHT = 2,
    DP_BUTTON_NONE = 3
};

typedef enum dp_event_kind {
    DP_EVENT_NONE,
    DP_EVENT_KEY,
    DP_EVENT_MOUSE,
    DP_EVENT_REPORT, /* an answer: DECRPM `?…$y`, sizes `t`, DA1 `?…c`, focus `I` `O` */
} dp_event_kind;

enum { DP_INPUT_MAX_PARAMS = 8 };

typedef struct dp_event {
    dp_event_kind kind;
    int key;
    unsigned mods;
    dp_mouse mouse;
    int button;
    int x, y;   /* cell of a mouse event, 0-based */
    char final; /* of a report, with its parameters */
    int n_params;
    int param[DP_INPUT_MAX_PARAMS];
} dp_event;

typedef enum dp_input_state {
    DP_INPUT_GROUND,
    DP_INPUT_ESC,  /* a lone ESC so far */
    DP_INPUT_LATE, /* an ESC that was given out as a key a moment ago */
    DP_INPUT_CSI,
    DP_INPUT_SS3,
    DP_INPUT_X10,    /* the three bytes after CSI M */
    DP_INPUT_LINUX,  /* the one byte after CSI [ */
    DP_INPUT_STRING, /* DCS, OSC, APC, PM or SOS up to its terminator */
    DP_INPUT_UTF8,   /* the rest of a character beyond ASCII: no key of ours */
} dp_input_state;

typedef struct dp_input {
    dp_input_state state;
    int64_t since_ms; /* when the last byte of an unfinished sequence came */
    bool pasting;     /* inside a bracketed paste */
    bool broken;      /* the sequence is dropped when its final byte comes */
    char prefix;      /* '<' or '?' of a CSI, or 0 */
    char between;     /* its intermediate byte, or 0 */
    int n_params;
    int param[DP_INPUT_MAX_PARAMS];
    int n_bytes; /* of X10 or UTF-8 */
    unsigned char byte[3];
} dp_input;

/* Take one byte that was read at now_ms. True where it completes an event, which is written
 * to *out. A zeroed struct is a decoder at rest. */
bool dp_input_feed(dp_input *in, dp_event *out, unsigned char byte, int64_t now_ms);

/* Milliseconds until dp_input_tick has something to do; −1: never, without another byte. */
int dp_input_wait(const dp_input *in, int64_t now_ms);

/* Time has passed: an ESC that stayed alone for 50 ms is the Esc key. True as above. */
bool dp_input_tick(dp_input *in, dp_event *out, int64_t now_ms);

#endif
