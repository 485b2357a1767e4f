#include "config.h"

#include "tui/term/input.h"

#include <string.h>

enum {
    ESC_IS_A_KEY_MS = 50, /* a sequence's second byte follows within this time… */
    ESC_MAY_GO_ON_MS =
        500, /* …but over a slow line `[` or `O` may still come this late */
    MAX_PARAM = 9999,
};

static bool give_key(dp_event *out, int key, unsigned mods)
{
    *out = (dp_event){ .kind = DP_EVENT_KEY, .key = key, .mods = mods };
    return true;
}

/* ---- mouse ----------------------------------------------------------------------------- */

/* The button byte of X10, SGR and their relatives: bits 0–1 button, 2–4 modifiers, 5 motion,
 * 6 wheel. `released` is SGR's own way to say so; the older form has button 3 instead. */
static bool give_mouse(dp_event *out, int code, int x, int y, bool released)
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
        return !released && out->button < 2; /* 2 and 3: the horizontal wheel */
    }
    if (released || (code & (32 | 3)) == 3)
        out->mouse = DP_MOUSE_RELEASE;
    else
        out->mouse = code & 32 ? DP_MOUSE_MOVE : DP_MOUSE_PRESS;
    return true;
}

static bool end_x10(dp_input *in, dp_event *out)
{
    in->state = DP_INPUT_GROUND;
    return give_mouse(out, in->byte[0] - 32, in->byte[1] - 32, in->byte[2] - 32, false);
}

/* ---- control sequences ----------------------------------------------------------------- */

static int param(const dp_input *in, int i, int missing)
{
    return i < in->n_params && in->param[i] > 0 ? in->param[i] : missing;
}

/* xterm's modifier parameter is one more than the bits. */
static unsigned modifiers(const dp_input *in)
{
    return (unsigned)(param(in, 1, 1) - 1) & 7;
}

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
        return DP_KEY_ENTER; /* of the keypad, as SS3 M */
    default:
        return 0;
    }
}

static int number_key(int number)
{
    static const int keys[] = {
        0,          DP_KEY_HOME,    DP_KEY_INSERT,    DP_KEY_DELETE,
        DP_KEY_END, DP_KEY_PAGE_UP, DP_KEY_PAGE_DOWN, DP_KEY_HOME,
        DP_KEY_END
    };
    return number < (int)(sizeof keys / sizeof keys[0]) ? keys[number] : 0;
}

static bool give_report(const dp_input *in, dp_event *out, char final)
{
    *out =
        (dp_event){ .kind = DP_EVENT_REPORT, .final = final, .n_params = in->n_params };
    memcpy(out->param, in->param, sizeof out->param);
    return true;
}

static bool end_plain_csi(dp_input *in, dp_event *out, char final)
{
    if (final == '~' && param(in, 0, 0) >= 200 && param(in, 0, 0) <= 201) {
        in->pasting = in->param[0] == 200;
        return false;
    }
    if (final == 't' || final == 'I' || final == 'O')
        return give_report(in, out, final);
    int key = final == '~'   ? number_key(param(in, 0, 0))
              : final == 'M' ? 0
                             : letter_key(final);
    return key && give_key(out, key, modifiers(in));
}

static bool end_csi(dp_input *in, dp_event *out, char final)
{
    in->state = DP_INPUT_GROUND;
    if (in->broken)
        return false;
    if (!in->prefix && !in->between && in->n_params == 0 &&
        (final == 'M' || final == '[')) {
        in->state = final == 'M' ? DP_INPUT_X10 : DP_INPUT_LINUX;
        in->n_bytes = 0;
        return false;
    }
    if (in->prefix == '<')
        return !in->between && in->n_params == 3 && (final == 'M' || final == 'm') &&
               give_mouse(out, in->param[0], in->param[1], in->param[2], final == 'm');
    if (in->prefix == '?')
        return ((in->between == '$' && final == 'y') || (!in->between && final == 'c')) &&
               give_report(in, out, final);
    return !in->prefix && !in->between && end_plain_csi(in, out, final);
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
        in->broken = true; /* no part of a sequence; its rest must not become keys */
        return false;
    }
    if (byte >= 0x40)
        return end_csi(in, out, (char)byte);
    if (byte < 0x30)
        in->between = (char)byte;
    else if (in->between)
        in->broken = true; /* a parameter after an intermediate byte */
    else if (byte <= '9')
        add_digit(in, byte - '0');
    else if (byte == ';')
        next_param(in);
    else if (byte >= '<' && in->n_params == 0 && !in->prefix)
        in->prefix = (char)byte;
    else
        in->broken = true; /* sub-parameters with `:`, or a prefix out of place */
    return false;
}

static bool feed_ss3(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return false; /* the modifier that some terminals put here */
    in->state = DP_INPUT_GROUND;
    int key = letter_key((char)byte);
    return key && give_key(out, key, 0);
}

/* ---- the machine ----------------------------------------------------------------------- */

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
    default: /* Alt with a key, which means nothing here */
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
    return give_key(out,
                    byte == '\n'   ? DP_KEY_ENTER
                    : byte == '\b' ? DP_KEY_BACKSPACE
                                   : byte,
                    0);
}

static bool feed_utf8(dp_input *in, dp_event *out, unsigned char byte)
{
    if ((byte & 0xc0) != 0x80) { /* cut short: this byte stands for itself */
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
    case DP_INPUT_LATE:
        return feed_late(in, out, byte);
    case DP_INPUT_CSI:
        return feed_csi(in, out, byte);
    case DP_INPUT_SS3:
        return feed_ss3(in, out, byte);
    case DP_INPUT_X10:
        in->byte[in->n_bytes++] = byte;
        return in->n_bytes == 3 && end_x10(in, out);
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
    /* No answer of a terminal pauses inside a string, but Alt-P looks like the start of
     * one; and after so long a `[` is the key. */
    if ((in->state == DP_INPUT_STRING || in->state == DP_INPUT_LATE) &&
        now_ms - in->since_ms >= ESC_MAY_GO_ON_MS)
        enter(in, DP_INPUT_GROUND);
    bool done = false;
    if (byte == 0x1b) /* begins anew wherever it comes; inside a string it begins ST */
        enter(in, DP_INPUT_ESC);
    else
        done = feed_state(in, out, byte);
    if (in->state != DP_INPUT_LATE)
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
    in->state = DP_INPUT_LATE; /* since_ms stays: the 500 ms count from the ESC */
    return !in->pasting && give_key(out, DP_KEY_ESC, 0);
}
