#include "config.h"

#include "tests/pty/noise.h"

#include "tests/terminals.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CTRL_C = 3 };

typedef struct noise {
    char *out;
    size_t used;
    dp_rng *rng;
    int cols, rows;
} noise;

static int below(noise *n, int count)
{
    return (int)dp_rng_below(n->rng, (uint32_t)count);
}

static void add_byte(noise *n, int byte)
{
    if (n->used < NOISE_SIZE)
        n->out[n->used++] = (char)byte;
}

__attribute__((format(printf, 2, 3))) static void add(noise *n, const char *format, ...)
{
    char text[NOISE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *at = text; *at; at++)
        add_byte(n, *at);
}

/* The kernel takes Ctrl-C, Ctrl-Z and Ctrl-\ even out of sequences; `q` quits, and `T` trains for
 * minutes. */
static void add_harmless(noise *n, int byte)
{
    add_byte(n, byte && strchr("\x03\x1a\x1cqT", byte) ? ' ' : byte);
}

static void add_raw(noise *n)
{
    for (int i = below(n, 40); i >= 0; i--)
        add_harmless(n, below(n, 256));
}

/* A number as parameters have them: small, large, too large, or none. */
static void add_number(noise *n, bool small)
{
    static const int limits[] = { 10, 300, 40000, 2000000000 };
    if (below(n, 8) == 0)
        return;
    const int number = below(n, limits[small ? 0 : below(n, DP_COUNT(limits))]);
    add(n, "%d", small && number == CTRL_C ? number + 1 : number);
}

/* A key by its number, which `u` and `~` end, could be Ctrl-C: those have small numbers. */
static void add_csi(noise *n)
{
    static const char prefixes[] = "<=>?", separators[] = ";;;:-", between[] = " !$'*";
    const int final = '@' + below(n, 63);
    const bool small = final == 'u' || final == '~';
    add(n, "\033[");
    if (below(n, 3) == 0)
        add_byte(n, prefixes[below(n, 4)]);
    for (int i = below(n, below(n, 20) ? 5 : 50); i > 0; i--) {
        add_number(n, small);
        add_byte(n, separators[below(n, 5)]);
    }
    add_number(n, small);
    if (below(n, 6) == 0)
        add_byte(n, between[below(n, 5)]);
    add_byte(n, final);
}

static void add_string(noise *n)
{
    static const char introducers[] = "P]_^X";
    add(n, "\033%c", introducers[below(n, 5)]);
    for (int i = below(n, below(n, 10) ? 30 : 400); i > 0; i--)
        add_harmless(n, ' ' + below(n, 200));
    add(n, below(n, 2) ? "\a" : "\033\\");
}

static void add_sgr_mouse(noise *n)
{
    static const int codes[] = { 0,  0,  32, 32, 32, 32, 32, 32, 2, 34, 34,
                                 34, 35, 64, 65, 4,  36, 16, 48, 1, 33, 66 };
    int outside = below(n, 20) ? 0 : 40;
    add(n, "\033[<%d;%d;%d%c", codes[below(n, DP_COUNT(codes))],
        1 + below(n, n->cols + outside), 1 + below(n, n->rows + outside),
        below(n, 12) ? 'M' : 'm');
}

static void add_x10_mouse(noise *n)
{
    add(n, "\033[M%c%c%c", ' ' + below(n, 90), '!' + below(n, 90), '!' + below(n, 24));
}

static void add_key(noise *n)
{
    static const char *const keys[] = {
        "h",        "l",       "k",      "j",      "H",      "L",       "K",
        "J",        "d",       " ",      "e",      "c",      "u",       "U",
        "\x12",     "m",       "M",      "0",      "4",      "9",       "x",
        "v",        "V",       "C",      "i",      "r",      "n",       "N",
        "s",        "y",       "Y",      "?",      "[",      "]",       "\r",
        "\x0c",     "\033",    "\t",     "\x7f",   "\033[A", "\033[B",  "\033[C",
        "\033[D",   "\033OA",  "\033OB", "\033[H", "\033[F", "\033[5~", "\033[6~",
        "\033[27u", "\033[[A", "\033[I", "\033[O", "\033x"
    };
    add(n, "%s", keys[below(n, DP_COUNT(keys))]);
}

static void add_utf8(noise *n)
{
    static const char *const characters[] = { "é",    "€",        "𝟟",
                                              "\xc3", "\xe2\x82", "\xf0\x9d" };
    add(n, "%s", characters[below(n, DP_COUNT(characters))]);
}

static void add_paste(noise *n)
{
    add(n, "\033[200~");
    for (int i = below(n, 60); i > 0; i--)
        add_byte(n, ' ' + below(n, 95));
    if (below(n, 4))
        add(n, "\033[201~");
    else
        add(n, "\033[20%d~", below(n, 3)); /* the end may be lost */
}

static void add_replies(noise *n)
{
    add(n, "%s", terminals[below(n, DP_COUNT(terminals))].replies);
}

static void add_cell_size(noise *n)
{
    add(n, "\033[%d;%d;%dt", below(n, 2) ? 6 : 4, 1 + below(n, below(n, 4) ? 40 : 40000),
        1 + below(n, below(n, 4) ? 20 : 40000));
}

size_t noise_any(char out[NOISE_SIZE], dp_rng *rng, int cols, int rows)
{
    static void (*const kinds[])(
        noise *) = { add_raw, add_csi,  add_string, add_sgr_mouse, add_x10_mouse,
                     add_key, add_utf8, add_paste,  add_replies,   add_cell_size };
    static const int weights[DP_COUNT(kinds)] = { 10, 10, 3, 60, 5, 20, 4, 2, 1, 1 };
    noise n = { .out = out, .rng = rng, .cols = cols, .rows = rows };
    kinds[dp_rng_weighted(rng, weights, DP_COUNT(kinds))](&n);
    if (n.used > 1 && below(&n, 15) == 0)
        n.used = 1 + (size_t)below(&n, (int)n.used - 1);
    if (n.used == 0)
        add_byte(&n, ' ');
    return n.used;
}

size_t noise_mouse(char out[NOISE_SIZE], dp_rng *rng, int cols, int rows)
{
    noise n = { .out = out, .rng = rng, .cols = cols, .rows = rows };
    add_sgr_mouse(&n);
    return n.used;
}
