/* What a terminal can do beyond ECMA-48: the queries that ask it, and what its replies say.
 *
 * The queries are xterm's ("XTerm Control Sequences": XTVERSION, DA1, DA2, DECRQM, XTWINOPS,
 * XTSMGRAPHICS, OSC 11) and one of kitty's ("Terminal graphics protocol"). A terminal answers in
 * order, and every terminal answers the last one, DA1. */
#ifndef DP_TUI_TERM_CAPS_H
#define DP_TUI_TERM_CAPS_H

#include "tui/term/input.h"

#include <stdbool.h>
#include <stddef.h>

/* Who stated the size of a cell. A later one in this list is more exact. */
typedef enum dp_cell_source {
    DP_CELL_UNKNOWN,
    DP_CELL_KERNEL, /* TIOCGWINSZ: the window in pixels, divided */
    DP_CELL_WINDOW, /* CSI 14 t: the same */
    DP_CELL_ITSELF, /* CSI 16 t: the cell */
} dp_cell_source;

/* What a terminal can do beyond ECMA-48, as it answered. All false or 0 until then. */
typedef struct dp_caps {
    bool complete; /* DA1, the last query, was answered: nothing more will come */
    bool kitty;    /* kitty's graphics protocol */
    bool sixel;
    int sixel_colors;       /* colour registers; 0: not stated */
    bool sync;              /* mode 2026, synchronized output */
    bool pixel_mouse;       /* says that it knows mode 1016 (term/pixel_mouse.h) */
    bool octants, sextants; /* draws these characters itself, one column wide */
    int octant_width;       /* columns that it gives to an octant; 0: unknown */
    int cell_w, cell_h;     /* pixels of a cell; 0: unknown */
    dp_cell_source cell_source;
    bool has_background; /* OSC 11 was answered: */
    float background;    /* its luminance, 0 … 1 */
    bool tmux;           /* tmux is between the terminal and the program */
    bool placeholders;   /* and the terminal shows images that tmux passes on */
    int firmware;        /* the version in DA2; 0: unknown */
    char name[48];       /* as XTVERSION says, else guessed; made safe; "" if unknown */
    char outer[48];      /* the same of the terminal around tmux */
} dp_caps;

/* The kinds of queries that a terminal is sent. */
enum {
    DP_ASK_CONTROLS = 1, /* control sequences */
    DP_ASK_OSC = 2,      /* the background; GNU screen may pass it on */
    DP_ASK_APC = 4,      /* kitty's; GNU screen and tmux take it for a title */
    DP_ASK_OCTANT = 8,   /* an octant and where the cursor is then; in UTF-8 only */
    DP_ASK_THROUGH = 16, /* around tmux: the name, which comes after all else or never */
};

/* Whether a terminal type of this name (TERM) understands xterm's sequences. */
bool dp_caps_is_like_xterm(const char *term);

/* What environment variables say: the name, if the terminal is one that sets a variable, and
 * whether tmux is in between. `get` is getenv. */
void dp_caps_init(dp_caps *caps, char *(*get)(const char *));

/* The kinds of queries for the terminal that these variables describe; 0 for a terminal that
 * might print a query: one that is not like xterm (linux, vt100, dumb, …). */
unsigned dp_caps_questions(char *(*get)(const char *), bool utf8);

/* Write the queries, at most 128 bytes, and return their number. The cursor must be in the first
 * column of a row; what is in this row is lost. */
size_t dp_caps_query(char *out, size_t size, unsigned questions);

/* The last query alone, which every terminal answers. */
extern const char dp_caps_query_last[];

/* The query for the size of a cell alone, which changes with the font; NULL if the terminal has
 * answered none. Its reply is the only report with the final byte `t`. */
const char *dp_caps_query_cell(const dp_caps *caps);

/* Take a reply of a terminal with a window of cols × rows cells. Other events are ignored, and
 * so are queries that a terminal echoes. */
void dp_caps_reply(dp_caps *caps, const dp_event *reply, int cols, int rows);

/* The length of a cell, if a window of that number of cells has these pixels, which may include
 * borders and a part of a cell. Rather too short by a pixel than too long: an image must not be
 * larger than its cells. */
int dp_caps_cell_length(int pixels, int cells);

/* Take the size of a cell that the kernel states; 0 × 0 if it does not. */
void dp_caps_kernel_cell(dp_caps *caps, int cell_w, int cell_h);

#endif
