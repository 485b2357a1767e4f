/* Turns the bytes of a terminal into events: keys, mouse reports and replies to queries.
 *
 * A state machine that takes one byte at a time; ncurses' own reader loses drags. A sequence
 * that is broken or unknown is dropped as a whole: no fragment of it becomes a key. The
 * sequences are those of ECMA-48 and of xterm's "XTerm Control Sequences". */
#ifndef DP_TUI_TERM_INPUT_H
#define DP_TUI_TERM_INPUT_H

#include "tui/term/key_code.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_mouse {
    DP_MOUSE_PRESS,
    DP_MOUSE_MOVE, /* a drag; with DP_BUTTON_NONE, a move without a button */
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
    DP_EVENT_REPORT, /* DECRPM `?…$y`, sizes `t`, DA1 `?…c`, DA2 `>…c`, XTSMGRAPHICS
                      * `?…S`, the cursor's place `R`, focus in `I` or out `O` */
    DP_EVENT_STRING, /* DCS `P`, OSC `]` or APC `_` */
} dp_event_kind;

enum {
    DP_INPUT_MAX_PARAMS = 32, /* DA1 of some terminals has 14 */
    DP_INPUT_MAX_TEXT = 256,  /* of a string; a longer one is dropped */
};

typedef struct dp_event {
    dp_event_kind kind;
    int key;       /* of a key event: ASCII or DP_KEY_… */
    unsigned mods; /* of a key or mouse event: a set of DP_MOD_… */

    /* Of a mouse event. */
    dp_mouse mouse;
    int button;   /* DP_BUTTON_… */
    int x, y;     /* cell, 0-based */
    float px, py; /* the same in cells from the window's corner: x + 0.5, y + 0.5, … */
    bool fine;    /* …unless this is set: then they are exact to a pixel */

    /* Of a report or a string. */
    char prefix; /* of a report: '>' or '?'; 0: none */
    char final;  /* of a report: its last byte; of a string: the byte after its ESC */
    int n_params;
    const int *param; /* [n_params] of a report, −1: missing; valid until the next byte */
    const char *text; /* of a string: its printable ASCII; valid until the next byte */
} dp_event;

typedef enum dp_input_state {
    DP_INPUT_GROUND,
    DP_INPUT_ESC,      /* after ESC, which may be the key or begin a sequence */
    DP_INPUT_LATE_ESC, /* after ESC was reported as a key; its sequence may still follow */
    DP_INPUT_CSI,
    DP_INPUT_SS3,
    DP_INPUT_X10,    /* in the three bytes after CSI M: a mouse report */
    DP_INPUT_LINUX,  /* before the one byte after CSI [: a function key of the console */
    DP_INPUT_STRING, /* in DCS, OSC, APC, PM or SOS, up to its terminator: BEL or ESC \ */
    DP_INPUT_STRING_ESC, /* after the ESC of that terminator */
    DP_INPUT_UTF8,       /* in a character beyond ASCII, which is ignored */
} dp_input_state;

typedef struct dp_input {
    dp_input_state state;
    bool expecting;    /* replies are under way: wait longer for the rest of a sequence */
    int64_t since_ms;  /* when the last byte of the unfinished sequence came */
    bool pasting;      /* inside a bracketed paste, which is ignored */
    bool broken;       /* drop the sequence at its final byte */
    char prefix;       /* of a CSI: '<', '=', '>' or '?'; 0: none */
    char intermediate; /* of a CSI: its intermediate byte; 0: none */
    int n_params;
    int param[DP_INPUT_MAX_PARAMS]; /* −1: missing */
    int sub[DP_INPUT_MAX_PARAMS];   /* the first sub-parameter of each; 0: none */
    int n_subs;                     /* of the last parameter, so far */
    bool negative;                  /* so is the last parameter, which counts as 0 */
    int n_bytes; /* X10: bytes so far; UTF-8: bytes still to come; string: its length */
    unsigned char byte[3];
    char introducer; /* of a string: the byte after its ESC */
    char text[DP_INPUT_MAX_TEXT];
} dp_input;

/* Process one byte that was read at now_ms. Returns true if it completes an event, which is
 * then in *out. Start from a zeroed struct.
 *
 * While `expecting` is set, replies to queries are under way: an ESC then becomes the Esc key
 * only after 500 ms, and the rest of a string may come 5 s later. */
bool dp_input_feed(dp_input *in, dp_event *out, unsigned char byte, int64_t now_ms);

/* How many milliseconds (at most 50, or 500 while `expecting`) to wait before calling dp_input_tick; −1: wait for a byte. */
int dp_input_wait(const dp_input *in, int64_t now_ms);

/* Report an ESC that no byte has followed for so long as the Esc key. Returns true if there is an
 * event, as above. */
bool dp_input_tick(dp_input *in, dp_event *out, int64_t now_ms);

#endif
