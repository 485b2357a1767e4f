#include "config.h"

#include "tui/term/input.h"

#include "tui/term/key_code.h"

#include <string.h>

/* After ESC_IS_A_KEY_MS without a second byte, ESC is the Esc key. Over a slow line the rest of
 * a sequence may come later still: until SEQUENCE_MAX_MS, `[` and `O` continue it. Nobody types
 * while replies are under way, but the line may be slow: both times are ten times as long then. */
enum {
    ESC_IS_A_KEY_MS = 50,
    SEQUENCE_MAX_MS = 500,
    EXPECTING_FACTOR = 10,
    PASTE_MAX_MS = 1000,
    MAX_PARAM = 0x10ffff, /* a character in kitty's keyboard protocol */
    MAX_PLACE = 32767,    /* a cell or a pixel */
};

static int64_t patience(const dp_input *in, int ms)
{
    return in->expecting ? (int64_t)ms * EXPECTING_FACTOR : ms;
}

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
    if (x < 0 || y < 0 || x > MAX_PLACE || y > MAX_PLACE || code < 0 || code > 0x7f)
        return false;
    x = x > 0 ? x : 1; /* 0: a pixel outside the window */
    y = y > 0 ? y : 1;
    *out = (dp_event){ .kind = DP_EVENT_MOUSE,
                       .button = code & 3,
                       .mods = (unsigned)code >> 2 & 7,
                       .x = x - 1,
                       .y = y - 1,
                       .px = (float)x - 0.5F,
                       .py = (float)y - 0.5F };
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

/* The second parameter of a key, as xterm and kitty send it: 1 plus the bits of the modifiers. */
static unsigned modifiers(const dp_input *in)
{
    return (unsigned)(param(in, 1, 1) - 1);
}

/* In kitty's protocol the sub-parameter of the modifiers tells a release from a press. */
static bool is_release(const dp_input *in)
{
    return in->sub[1] == 3;
}

static bool emit_report(const dp_input *in, dp_event *out, char final)
{
    *out = (dp_event){ .kind = DP_EVENT_REPORT,
                       .prefix = in->prefix,
                       .final = final,
                       .n_params = in->n_params,
                       .param = in->param };
    return true;
}

/* kitty's keyboard protocol: CSI code:shifted ; mods u. xterm's modifyOtherKeys:
 * CSI 27 ; mods ; code ~. */
static bool end_key(const dp_input *in, dp_event *out, char final)
{
    int first = param(in, 0, 0), key;
    unsigned mods = modifiers(in);
    if (is_release(in))
        return false;
    if (final == 'u')
        key = dp_key_of_character(first, in->sub[0], mods);
    else if (final == '~' && first == 27)
        key = dp_key_of_character(param(in, 2, 0), 0, mods);
    else
        key = final == '~' ? dp_key_of_number(first) : dp_key_of_letter(final);
    return key > 0 && emit_key(out, key, key < DP_KEY_UP ? 0 : mods & 7);
}

/* A CSI sequence without prefix and intermediate byte. */
static bool end_plain_csi(dp_input *in, dp_event *out, char final)
{
    if (final == '~' && param(in, 0, 0) >= 200 && param(in, 0, 0) <= 201) {
        in->pasting = in->param[0] == 200;
        return false;
    }
    if (final == 't' || final == 'R' || final == 'I' || final == 'O')
        return emit_report(in, out, final);
    return final != 'M' && end_key(in, out, final);
}

/* A report with a prefix that is no mouse report. */
static bool end_report(const dp_input *in, dp_event *out, char final)
{
    bool known = in->prefix == '?' &&
                 (in->intermediate == '$' ? final == 'y' : final == 'c' || final == 'S');
    known |= in->prefix == '>' && final == 'c';
    known &= in->intermediate == '$' || !in->intermediate;
    return known && emit_report(in, out, final);
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
    if (in->prefix)
        return end_report(in, out, final);
    return !in->intermediate && end_plain_csi(in, out, final);
}

static void begin_params(dp_input *in)
{
    if (in->n_params == 0)
        in->param[in->n_params++] = -1;
}

static void add_digit(dp_input *in, int digit)
{
    begin_params(in);
    if (in->negative || in->n_subs > 1)
        return;
    int *p = &(in->n_subs ? in->sub : in->param)[in->n_params - 1];
    *p = (*p > 0 ? *p : 0) * 10 + digit;
    if (*p > MAX_PARAM) {
        in->broken = true;
        *p = 0;
    }
}

static void next_param(dp_input *in)
{
    begin_params(in);
    if (in->n_params == DP_INPUT_MAX_PARAMS)
        in->broken = true;
    else
        in->param[in->n_params++] = -1;
    in->n_subs = 0;
    in->negative = false;
}

/* A pixel to the left of the window, or above it, counts as 0. */
static void add_minus(dp_input *in)
{
    add_digit(in, 0);
    in->negative = true;
}

static void next_sub(dp_input *in)
{
    begin_params(in);
    in->n_subs++;
}

static bool feed_csi(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte < 0x20 || byte > 0x7e) {
        in->broken = true; /* not allowed here; the rest must not become keys either */
        return false;
    }
    if (byte >= 0x40)
        return end_csi(in, out, (char)byte);
    if (byte == '-' && in->prefix == '<')
        add_minus(in);
    else if (byte < 0x30)
        in->intermediate = (char)byte;
    else if (in->intermediate)
        in->broken = true; /* a parameter after an intermediate byte */
    else if (byte <= '9')
        add_digit(in, byte - '0');
    else if (byte == ';')
        next_param(in);
    else if (byte == ':')
        next_sub(in);
    else if (byte >= '<' && in->n_params == 0 && !in->prefix)
        in->prefix = (char)byte;
    else
        in->broken = true; /* a misplaced prefix */
    return false;
}

static bool feed_ss3(dp_input *in, dp_event *out, unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return false; /* a modifier, which some terminals send here */
    in->state = DP_INPUT_GROUND;
    int key = dp_key_of_letter((char)byte);
    return key && emit_key(out, key, 0);
}

/* ---- strings --------------------------------------------------------------------------- */

/* Begin a new sequence, or none. */
static void enter(dp_input *in, dp_input_state state)
{
    *in = (dp_input){ .state = state,
                      .expecting = in->expecting,
                      .since_ms = in->since_ms,
                      .pasting = in->pasting };
}

static bool end_string(dp_input *in, dp_event *out)
{
    in->state = DP_INPUT_GROUND;
    in->text[in->n_bytes] = '\0';
    *out =
        (dp_event){ .kind = DP_EVENT_STRING, .final = in->introducer, .text = in->text };
    return !in->broken && strchr("P]_", in->introducer);
}

static bool feed_string(dp_input *in, dp_event *out, unsigned char byte)
{
    enum { CAN = 0x18, SUB = 0x1a };
    if (byte == '\a')
        return end_string(in, out);
    if (byte == CAN || byte == SUB)
        enter(in, DP_INPUT_GROUND);
    else if (in->n_bytes == DP_INPUT_MAX_TEXT - 1)
        in->broken = true;
    else
        in->text[in->n_bytes++] = byte >= 0x20 && byte < 0x7f ? (char)byte : '?';
    return false;
}

/* ---- the state machine ----------------------------------------------------------------- */

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
        in->introducer = (char)byte;
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
    if (byte == '[' || byte == 'O' || (in->expecting && byte && strchr("P]_", byte))) {
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
        return feed_string(in, out, byte);
    case DP_INPUT_STRING_ESC:
        if (byte == '\\')
            return end_string(in, out);
        feed_esc(in, byte); /* the string is truncated; another sequence begins */
        return false;
    case DP_INPUT_UTF8:
        return feed_utf8(in, out, byte);
    }
    return false;
}

/* Leave a state that has lasted too long. A terminal does not pause for so long inside a string:
 * it was Alt-P, Alt-X or the like. And a `[` so long after ESC is the key. */
static void expire(dp_input *in, int64_t now_ms)
{
    int64_t pause = now_ms - in->since_ms;
    if ((in->state == DP_INPUT_STRING || in->state == DP_INPUT_LATE_ESC) &&
        pause >= patience(in, SEQUENCE_MAX_MS))
        enter(in, DP_INPUT_GROUND);
    if (in->pasting && pause >= PASTE_MAX_MS)
        in->pasting = false; /* its end was lost */
}

bool dp_input_feed(dp_input *in, dp_event *out, unsigned char byte, int64_t now_ms)
{
    bool done = false;
    expire(in, now_ms);
    if (byte != 0x1b)
        done = feed_state(in, out, byte);
    else if (in->state == DP_INPUT_STRING)
        in->state = DP_INPUT_STRING_ESC;
    else { /* begins a sequence in any other state; if a reply's, then the one before is a key */
        done = in->expecting && in->state == DP_INPUT_ESC && emit_key(out, DP_KEY_ESC, 0);
        enter(in, DP_INPUT_ESC);
    }
    if (in->state != DP_INPUT_LATE_ESC)
        in->since_ms = now_ms;
    return done && !in->pasting;
}

int dp_input_wait(const dp_input *in, int64_t now_ms)
{
    if (in->state != DP_INPUT_ESC)
        return -1;
    int64_t left = in->since_ms + patience(in, ESC_IS_A_KEY_MS) - now_ms;
    return left > 0 ? (int)left : 0;
}

bool dp_input_tick(dp_input *in, dp_event *out, int64_t now_ms)
{
    if (in->state != DP_INPUT_ESC ||
        now_ms - in->since_ms < patience(in, ESC_IS_A_KEY_MS))
        return false;
    in->state = DP_INPUT_LATE_ESC; /* since_ms stays: SEQUENCE_MAX_MS counts from ESC */
    return !in->pasting && emit_key(out, DP_KEY_ESC, 0);
}
