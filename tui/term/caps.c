#include "config.h"

#include "tui/term/caps.h"

#include "engine/core/arith.h"
#include "tui/term/out.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- terminals by name ----------------------------------------------------------------- */

#define NEVER INT64_MAX

/* The version a.b as a number: 1000·a + b. */
#define V(a, b) ((int64_t)(a)*1000 + (b))

/* A terminal, by the beginning of its name, and since which version it draws octants (U+1CD00 …)
 * and sextants (U+1FB00 …) itself, at the exact size of a cell. The others take them from a font,
 * which seldom has them and leaves gaps. */
typedef struct terminal {
    const char *name;
    int64_t octants, sextants;
} terminal;

static const terminal terminals[] = {
    { "kitty", V(0, 40), 0 },
    { "foot", V(1, 20), 0 },
    { "ghostty", V(1, 2), 0 },
    { "WezTerm", V(20250101, 0), 0 }, /* versions are dates */
    { "xterm.js", V(6, 1), V(6, 1) },
    { "VTE", V(7800, 0), V(6400, 0) },
    { "Windows Terminal", NEVER, 0 },
    { "Alacritty", NEVER, V(0, 14) },
};

/* The first number in a name, with what follows its point: "ghostty 1.2.0", "VTE(7802)". 0: none. */
static int64_t version_in(const char *name)
{
    long major = 0, minor = 0;
    const char *digits = name + strcspn(name, "0123456789");
    if (sscanf(digits, "%9ld.%6ld", &major, &minor) < 1)
        return 0;
    return V(major, minor);
}

static void know_by_name(dp_caps *caps)
{
    bool one_column = caps->octant_width == 1;
    caps->octants = caps->sextants = false;
    for (size_t i = 0; i < DP_COUNT(terminals) && !caps->tmux; i++) {
        const terminal *t = &terminals[i];
        if (strncasecmp(caps->name, t->name, strlen(t->name)) != 0)
            continue;
        int64_t version = version_in(caps->name);
        /* Alacritty does not answer XTVERSION; DA2 says 1401 for version 0.14.1. */
        if (version == 0 && strcmp(t->name, "Alacritty") == 0)
            version = V(0, caps->firmware / 100);
        caps->octants = version >= t->octants && one_column;
        caps->sextants = version >= t->sextants;
        return;
    }
}

/* ---- the environment ------------------------------------------------------------------- */

typedef struct hint {
    const char *variable, *contains; /* "": any value */
    const char *name;
} hint;

/* What tells a terminal that does not answer XTVERSION. A program inside another terminal inherits
 * the variables of the outer one, so TERM comes last only where it is specific. */
static const hint hints[] = {
    { "TERM", "kitty", "kitty" },
    { "TERM", "ghostty", "ghostty" },
    { "TERM", "foot", "foot" },
    { "TERM", "alacritty", "Alacritty" },
    { "TERM_PROGRAM", "iTerm", "iTerm2" },
    { "TERM_PROGRAM", "vscode", "xterm.js" },
    { "TERM_PROGRAM", "Apple_Terminal", "Terminal.app" },
    { "WT_SESSION", "", "Windows Terminal" },
    { "KONSOLE_VERSION", "", "Konsole" },
};

static const char *value_of(char *(*get)(const char *), const char *variable)
{
    const char *value = get(variable);
    return value ? value : "";
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_tmux(char *(*get)(const char *))
{
    return *value_of(get, "TMUX") || begins_with(value_of(get, "TERM"), "tmux");
}

/* tmux may say that it is screen, but sets TMUX. */
static bool is_screen(char *(*get)(const char *))
{
    return *value_of(get, "STY") ||
           (begins_with(value_of(get, "TERM"), "screen") && !*value_of(get, "TMUX"));
}

void dp_caps_init(dp_caps *caps, char *(*get)(const char *))
{
    *caps = (dp_caps){ .tmux = is_tmux(get) };
    const char *vte = value_of(get, "VTE_VERSION");
    if (caps->tmux || is_screen(get))
        return; /* the variables may be of a terminal that has been left long ago */
    for (size_t i = 0; i < DP_COUNT(hints) && !caps->name[0]; i++) {
        const char *value = value_of(get, hints[i].variable);
        if (*value && strstr(value, hints[i].contains))
            snprintf(caps->name, sizeof caps->name, "%s", hints[i].name);
    }
    if (!caps->name[0] && *vte)
        snprintf(caps->name, sizeof caps->name, "VTE(%.8s)", vte);
    char text[sizeof caps->name];
    memcpy(text, caps->name, sizeof text);
    dp_out_safe(caps->name, sizeof caps->name, text);
}

bool dp_caps_is_like_xterm(const char *term)
{
    static const char *const parts[] = { "xterm",  "kitty",   "ghostty", "alacritty",
                                         "foot",   "wezterm", "konsole", "256color",
                                         "direct", "tmux",    "rio",     "contour" };
    for (size_t i = 0; i < DP_COUNT(parts); i++)
        if (strstr(term, parts[i]))
            return true;
    return false;
}

unsigned dp_caps_questions(char *(*get)(const char *), bool utf8)
{
    unsigned octant = utf8 ? DP_ASK_OCTANT : 0;
    if (is_screen(get))
        return DP_ASK_CONTROLS;
    if (is_tmux(get))
        return DP_ASK_CONTROLS | DP_ASK_OSC | DP_ASK_THROUGH | octant;
    if (dp_caps_is_like_xterm(value_of(get, "TERM")))
        return DP_ASK_CONTROLS | DP_ASK_OSC | DP_ASK_APC | octant;
    return 0;
}

/* ---- queries --------------------------------------------------------------------------- */

#define XTVERSION   "\033[>q"
#define DA1         "\033[c"
#define DA2         "\033[>c"
#define DECRQM(n)   "\033[?" #n "$p"
#define CELL_SIZE   "\033[16t"
#define WINDOW_SIZE "\033[14t"
#define REGISTERS   "\033[?1;1;0S"
#define BACKGROUND  "\033]11;?\033\\"
#define KITTY       "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\"
#define THROUGH     "\033Ptmux;\033" XTVERSION "\033\\" /* of tmux's allow-passthrough */
#define OCTANT      "\r\xf0\x9c\xb4\x80\033[6n\r\033[K" /* U+1CD00 */

const char dp_caps_query_last[] = DA1;

size_t dp_caps_query(char *out, size_t size, unsigned questions)
{
    int n = snprintf(out, size, "%s%s%s%s%s%s", questions & DP_ASK_OCTANT ? OCTANT : "",
                     questions & DP_ASK_CONTROLS ? XTVERSION DA2 DECRQM(2026) DECRQM(1016)
                                                       CELL_SIZE WINDOW_SIZE REGISTERS
                                                 : "",
                     questions & DP_ASK_OSC ? BACKGROUND : "",
                     questions & DP_ASK_APC ? KITTY : "",
                     questions & DP_ASK_THROUGH ? THROUGH : "", questions ? DA1 : "");
    return (size_t)n;
}

const char *dp_caps_query_cell(const dp_caps *caps)
{
    return caps->cell_source == DP_CELL_ITSELF   ? CELL_SIZE
           : caps->cell_source == DP_CELL_WINDOW ? WINDOW_SIZE
                                                 : NULL;
}

/* ---- replies --------------------------------------------------------------------------- */

/* Parameter i of a report; 0 if it is missing. */
static int param(const dp_event *e, int i)
{
    return i < e->n_params && e->param[i] > 0 ? e->param[i] : 0;
}

static void set_cell(dp_caps *caps, dp_cell_source source, int w, int h)
{
    enum { LEAST = 2, MOST = 512 }; /* pixels; all else is a mistake */
    bool sane = w >= LEAST && h >= LEAST && w <= MOST && h <= MOST;
    if (!sane || source < caps->cell_source)
        return;
    caps->cell_source = source;
    caps->cell_w = w;
    caps->cell_h = h;
}

void dp_caps_kernel_cell(dp_caps *caps, int cell_w, int cell_h)
{
    set_cell(caps, DP_CELL_KERNEL, cell_w, cell_h);
}

int dp_caps_cell_length(int pixels, int cells)
{
    enum { BORDERS = 4 }; /* xterm's, which it counts */
    if (pixels % cells == 0)
        return pixels / cells;
    if ((pixels - BORDERS) % cells == 0)
        return (pixels - BORDERS) / cells;
    /* A part of another cell is left over: pixels − borders < (cells + 1) · length. */
    return dp_min_int(pixels / cells, (pixels - BORDERS) / (cells + 1) + 1);
}

/* XTWINOPS: CSI 6 ; height ; width t is a cell, CSI 4 ; … the window without its borders. */
static void take_size(dp_caps *caps, const dp_event *e, int cols, int rows)
{
    if (param(e, 0) == 6)
        set_cell(caps, DP_CELL_ITSELF, param(e, 2), param(e, 1));
    if (param(e, 0) == 4 && cols > 0 && rows > 0)
        set_cell(caps, DP_CELL_WINDOW, dp_caps_cell_length(param(e, 2), cols),
                 dp_caps_cell_length(param(e, 1), rows));
}

/* DECRPM: 0 does not know the mode, 1 set, 2 reset, 3 always set, 4 always reset. */
static void take_mode(dp_caps *caps, const dp_event *e)
{
    bool knows = param(e, 1) >= 1 && param(e, 1) <= 3;
    if (param(e, 0) == 2026)
        caps->sync = knows;
    if (param(e, 0) == 1016)
        caps->pixel_mouse = knows;
}

static void take_da1(dp_caps *caps, const dp_event *e)
{
    enum { SIXEL = 4 };
    for (int i = 1; i < e->n_params; i++) /* parameter 0 is the class of the terminal */
        caps->sixel |= e->param[i] == SIXEL;
    caps->complete = true;
    know_by_name(caps);
}

static void take_report(dp_caps *caps, const dp_event *e, int cols, int rows)
{
    switch (e->final) {
    case 'R':                                    /* after an octant in the first column */
        if (e->n_params == 2 && param(e, 1) > 0) /* columns count from 1 */
            caps->octant_width = param(e, 1) - 1;
        break;
    case 't':
        take_size(caps, e, cols, rows);
        break;
    case 'y':
        take_mode(caps, e);
        break;
    case 'S': /* XTSMGRAPHICS: item 1, colour registers; status 0, success */
        if (e->n_params >= 3 && param(e, 0) == 1 && e->param[1] == 0)
            caps->sixel_colors = param(e, 2);
        break;
    case 'c':
        if (e->prefix == '?')
            take_da1(caps, e);
        else
            caps->firmware = param(e, 1);
        break;
    default:
        break;
    }
}

/* "rgb:RRRR/GGGG/BBBB" with one to four hexadecimal digits each. */
static bool parse_color(float *luminance, const char *text)
{
    static const float weight[] = { 0.2126F, 0.7152F, 0.0722F }; /* of BT.709 */
    if (!begins_with(text, "rgb:") && !begins_with(text, "rgba:"))
        return false;
    const char *at = strchr(text, ':') + 1;
    float sum = 0;
    for (int i = 0; i < 3; i++) {
        size_t n = strspn(at, "0123456789abcdefABCDEF");
        if (n < 1 || n > 4)
            return false;
        sum += weight[i] * (float)strtol(at, NULL, 16) / (float)((1 << 4 * n) - 1);
        at += n;
        at += *at == '/';
    }
    *luminance = sum;
    return true;
}

/* A name as XTVERSION says it: of tmux, then of the terminal around it. Only kitty can edit an image
 * that it shows by placeholders. */
static void take_name(dp_caps *caps, const char *name)
{
    if (!begins_with(caps->name, "tmux")) {
        dp_out_safe(caps->name, sizeof caps->name, name);
        caps->tmux |= begins_with(name, "tmux");
        return;
    }
    dp_out_safe(caps->outer, sizeof caps->outer, name);
    caps->placeholders =
        begins_with(caps->outer, "kitty") && version_in(caps->outer) >= V(0, 28);
}

static void take_string(dp_caps *caps, char introducer, const char *text)
{
    if (introducer == 'P' && begins_with(text, ">|"))
        take_name(caps, text + 2);
    if (introducer == ']' && begins_with(text, "11;"))
        caps->has_background |= parse_color(&caps->background, text + 3);
    if (introducer == '_' && begins_with(text, "Gi=31;OK"))
        caps->kitty = true;
}

void dp_caps_reply(dp_caps *caps, const dp_event *reply, int cols, int rows)
{
    if (reply->kind == DP_EVENT_REPORT)
        take_report(caps, reply, cols, rows);
    if (reply->kind == DP_EVENT_STRING)
        take_string(caps, reply->final, reply->text);
}
