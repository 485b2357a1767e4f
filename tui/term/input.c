#include "config.h"

#include "tui/term/input.h"

#include "engine/core/arith.h"

#include <string.h>

/* After ESC_IS_A_KEY_MS without a second byte, ESC is the Esc key. Over a slow line the rest of
 * a sequence may come later still: until SEQUENCE_MAX_MS, `[` and `O` continue it. */
enum {
    ESC_IS_A_KEY_MS = 50,
    SEQUENCE_MAX_MS = 500,
    MAX_PARAM = 9999,
};

static bool emit_key(dp_event *out, int key, unsigned mods)
{
    *out = (dp_event){ .kind = DP_EVENT_KEY, .key = key, .mods = mods };
    return true;
}

/* ---- mouse ----------------------------------------------------------------------------- */

/* Decode the button code of X10 and SGR reports: bits 0–1 button, 2–4 modifiers, 5 motion,
 * 6 wheel. SGR reports a release by its final byte (`released`), X10 as button 3. */
static bool emit_mouse(dp_event *out, int code, int x, int y, bool released)
{
    if (x < 1 || y < 1 || code < 0 || code > 0x7f)
        return false;
    *out = (dp_event){ .kind = DP_EVENT_MOUSE,
                       .button = code & 3,
                       .mods = (unsigned)code >> 2 & 7,
                       .x = x - 1,
                       .y = y - 1 };
    if (code & 64) {
        out->mouse = code & 1 ? DP_MOUSE_WHEEL_DOWN : DP_MOUSE_WHEEL_UP;
        return !released && out->button < 2; /* 2 and 3 are the horizontal wheel */
    }
    if (released || (code & (32 | 3)) == 3)
        out->mouse = DP_MOUSE_RELEASE;
    else
        out->mouse = code & 32 ? DP_MOUSE_MOVE : DP_MOUSE_PRESS;
    return true;
}

/* ---- control sequences ----------------------------------------------------------------- */

static int param(const dp_input *in, int i, int missing)
{
    return i < in->n_params && in->param[i] > 0 ? in->param[i] : missing;
}

/* The second parameter of a key, as xterm sends it: 1 plus the bits of the modifiers. */
static unsigned modifiers(const dp_input *in)
{
    return (unsigned)(param(in, 1, 1) - 1) & 7;
}

/* The key of `CSI final` or `SS3 final`; 0: none. */
static int letter_key(char final)
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

/* The key of `CSI number ~`; 0: none. */
static int number_key(int number)
{
    static const int keys[] = {
        0,          DP_KEY_HOME,    DP_KEY_INSERT,    DP_KEY_DELETE,
        DP_KEY_END, DP_KEY_PAGE_UP, DP_KEY_PAGE_DOWN, DP_KEY_HOME,
        DP_KEY_END
    };
    return number < (int)DP_COUNT(keys) ? keys[number] : 0;
}

static bool emit_report(const dp_input *in, dp_event *out, char final)
{
    *out =
        (dp_event){ .kind = DP_EVENT_REPORT, .final = final, .n_params = in->n_params };
    memcpy(out->param, in->param, sizeof out->param);
    return true;
}

/* A CSI sequence without prefix and intermediate byte. */
static bool end_plain_csi(dp_input *in, dp_event *out, char final)
{
    if (final == '~' && param(in, 0, 0) >= 200 && param(in, 0, 0) <= 201) {
        in->pasting = in->param[0] == 200;
        return false;
    }
    if (final == 't' || final == 'I' || final == 'O')
        return emit_report(in, out, final);
    if (final == 'M')
        return false;
    int key = final == '~' ? number_key(param(in, 0, 0)) : letter_key(final);
    return key && emit_key(out, key, modifiers(in));
}

static bool end_csi(dp_input *in, dp_event *out, char final)
{
    in->state = DP_INPUT_GROUND;
    if (in->broken)
        return false;
    if (!in->prefix && !in->intermediate && in->n_params == 0 &&
        (final == 'M' || final == '[')) {
        in->state = final == 'M' ? DP_INPUT_X10 : DP_INPUT_LINUX;
        in->n_bytes = 0;
        return false;
    }
    if (in->prefix == '<')
        return !in->intermediate && in->n_params == 3 && (final == 'M' || final == 'm') &&
               emit_mouse(out, in->param[0], in->param[1], in->param[2], final == 'm');
    if (in->prefix == '?')
        return ((in->intermediate == '$' && final == 'y') ||
                (!in->intermediate && final == 'c')) &&
               emit_report(in, out, final);
    return !in->prefix && !in->intermediate && end_plain_csi(in, out, final);
}

static void add_digit(dp_input *in, int digit)
{
    if (in->n_params == 0)
        in->n_params = 1;
    int *p = &in->param[in->n_params - 1];
    *p = *p * 10 + digit;
    if (*p > MAX_PARAM) {
        in->broken = true;
        *p = 0;
    }
}

static void next_param(dp_input *in)
{
    if (in->n_params == 0)
        in->n_params = 1;
    if (in->n_params == DP_INPUT_MAX_PARAMS)
        in->broken = true;
    else
        in->param[in->n_params++] = 0;
}

static bool feed_csi(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte < 0x20 || byte > 0x7e) {
        in->broken = true; /* not allowed here; the rest must not become keys either */
        return false;
    }
    if (byte >= 0x40)
        return end_csi(in, out, (char)byte);
    if (byte < 0x30)
        in->intermediate = (char)byte;
    else if (in->intermediate)
        in->broken = true; /* a parameter after an intermediate byte */
    else if (byte <= '9')
        add_digit(in, byte - '0');
    else if (byte == ';')
        next_param(in);
    else if (byte >= '<' && in->n_params == 0 && !in->prefix)
        in->prefix = (char)byte;
    else
        in->broken = true; /* sub-parameters with `:`, or a misplaced prefix */
    return false;
}

static bool feed_ss3(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return false; /* a modifier, which some terminals send here */
    in->state = DP_INPUT_GROUND;
    int key = letter_key((char)byte);
    return key && emit_key(out, key, 0);
}

/* ---- the state machine ----------------------------------------------------------------- */

static void enter(dp_input *in, dp_input_state state)
{
    bool pasting = in->pasting;
    *in = (dp_input){ .state = state, .pasting = pasting };
}

/* The byte after an ESC. */
static void feed_esc(dp_input *in, unsigned char byte)
{
    switch (byte) {
    case '[':
        enter(in, DP_INPUT_CSI);
        break;
    case 'O':
        enter(in, DP_INPUT_SS3);
        break;
    case 'P':
    case ']':
    case '_':
    case '^':
    case 'X':
        enter(in, DP_INPUT_STRING);
        break;
    default: /* Alt and a key, which is ignored */
        enter(in, DP_INPUT_GROUND);
    }
}

static bool feed_ground(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte >= 0xc0) {
        enter(in, DP_INPUT_UTF8);
        in->n_bytes = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        return false;
    }
    if (in->pasting || byte == 0 || byte >= 0x80)
        return false;
    int key = byte == '\n' ? DP_KEY_ENTER : byte == '\b' ? DP_KEY_BACKSPACE : byte;
    return emit_key(out, key, 0);
}

static bool feed_utf8(dp_input *in, dp_event *out, unsigned char byte)
{
    if ((byte & 0xc0) != 0x80) { /* the character is truncated; this byte begins anew */
        enter(in, DP_INPUT_GROUND);
        return feed_ground(in, out, byte);
    }
    if (--in->n_bytes == 0)
        enter(in, DP_INPUT_GROUND);
    return false;
}

static bool feed_late(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte == '[' || byte == 'O') {
        feed_esc(in, byte);
        return false;
    }
    enter(in, DP_INPUT_GROUND);
    return feed_ground(in, out, byte);
}

static bool feed_state(dp_input *in, dp_event *out, unsigned char byte)
{
    switch (in->state) {
    case DP_INPUT_GROUND:
        return feed_ground(in, out, byte);
    case DP_INPUT_ESC:
        feed_esc(in, byte);
        return false;
    case DP_INPUT_LATE_ESC:
        return feed_late(in, out, byte);
    case DP_INPUT_CSI:
        return feed_csi(in, out, byte);
    case DP_INPUT_SS3:
        return feed_ss3(in, out, byte);
    case DP_INPUT_X10:
        in->byte[in->n_bytes++] = byte;
        if (in->n_bytes < 3)
            return false;
        in->state = DP_INPUT_GROUND;
        return emit_mouse(out, in->byte[0] - 32, in->byte[1] - 32, in->byte[2] - 32,
                          false);
    case DP_INPUT_LINUX:
        enter(in, DP_INPUT_GROUND);
        return false;
    case DP_INPUT_STRING:
        if (byte == '\a')
            enter(in, DP_INPUT_GROUND);
        return false;
    case DP_INPUT_UTF8:
        return feed_utf8(in, out, byte);
    }
    return false;
}

bool dp_input_feed(dp_input *in, dp_event *out, unsigned char byte, int64_t now_ms)
{
    /* A terminal does not pause for so long inside a string: it was Alt-P, Alt-X or the like.
     * And a `[` so long after ESC is the key. */
    if ((in->state == DP_INPUT_STRING || in->state == DP_INPUT_LATE_ESC) &&
        now_ms - in->since_ms >= SEQUENCE_MAX_MS)
        enter(in, DP_INPUT_GROUND);
    bool done = false;
    if (byte == 0x1b) /* begins a sequence in any state; in a string it begins ST */
        enter(in, DP_INPUT_ESC);
    else
        done = feed_state(in, out, byte);
    if (in->state != DP_INPUT_LATE_ESC)
        in->since_ms = now_ms;
    return done;
}

int dp_input_wait(const dp_input *in, int64_t now_ms)
{
    if (in->state != DP_INPUT_ESC)
        return -1;
    int64_t left = in->since_ms + ESC_IS_A_KEY_MS - now_ms;
    return left > 0 ? (int)left : 0;
}

bool dp_input_tick(dp_input *in, dp_event *out, int64_t now_ms)
{
    if (in->state != DP_INPUT_ESC || now_ms - in->since_ms < ESC_IS_A_KEY_MS)
        return false;
    in->state = DP_INPUT_LATE_ESC; /* since_ms stays: SEQUENCE_MAX_MS counts from ESC */
    return !in->pasting && emit_key(out, DP_KEY_ESC, 0);
}
