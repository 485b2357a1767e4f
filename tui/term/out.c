#include "config.h"

#include "tui/term/out.h"

#include "engine/core/arith.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Decode the UTF-8 character at text, which is NUL-terminated. Returns its length, or 0 if it is
 * malformed: overlong, a surrogate, beyond U+10FFFF or truncated. */
static int decode_utf8(uint32_t *out, const unsigned char *text)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    int length = text[0] < 0x80   ? 1
                 : text[0] < 0xc2 ? 0
                 : text[0] < 0xe0 ? 2
                 : text[0] < 0xf0 ? 3
                 : text[0] < 0xf5 ? 4
                                  : 0;
    if (length <= 1) {
        *out = text[0];
        return length;
    }
    uint32_t code = text[0] & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fu);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *out = code;
    return length;
}

/* Whether a character can move the cursor, change the direction of text, end a line or hide. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
           (code >= 0xe0000 && code <= 0xe0fff);
}

/* Write the printable form of the next character; `utf8`: those beyond ASCII are printable.
 * Returns how many bytes of text it covers. */
static int next_safe(char piece[16], const unsigned char *text, bool utf8)
{
    uint32_t code;
    int length = decode_utf8(&code, text);
    if (length == 0 || (length == 1 && is_control(code))) {
        snprintf(piece, 16, "\\x%02x", text[0]);
        return 1;
    }
    if (is_control(code) || (length > 1 && !utf8)) {
        snprintf(piece, 16, "\\u{%x}", (unsigned)code);
        return length;
    }
    memcpy(piece, text, (size_t)length);
    piece[length] = '\0';
    return length;
}

static const char *escape(char *out, size_t size, const char *text, bool utf8)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;
    while (*p) {
        char piece[16];
        p += next_safe(piece, p, utf8);
        size_t length = strlen(piece);
        if (used + length + 1 > size)
            break;
        memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
    return out;
}

const char *dp_out_safe(char *out, size_t size, const char *text)
{
    return escape(out, size, text, dp_out_utf8());
}

const char *dp_out_safe_utf8(char *out, size_t size, const char *text)
{
    return escape(out, size, text, true);
}

/* Print the text up to this character or the end; returns the rest. */
static const char *print_until(FILE *f, const char *text, char stop)
{
    const unsigned char *p = (const unsigned char *)text;
    while (*p && *p != (unsigned char)stop) {
        char piece[16];
        p += next_safe(piece, p, dp_out_utf8());
        fputs(piece, f);
    }
    return (const char *)p;
}

void dp_out_print_safe(FILE *f, const char *text)
{
    print_until(f, text, '\0');
}

const char *dp_out_print_safe_line(FILE *f, const char *text)
{
    return print_until(f, text, '\n');
}

bool dp_out_color(FILE *f, dp_when when)
{
    if (when != DP_AUTO)
        return when == DP_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return !(no_color && *no_color) && term && strcmp(term, "dumb") != 0 &&
           isatty(fileno(f));
}

/* Whether the variable that decides on characters names UTF-8. */
static bool wants_utf8(void)
{
    static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *value = NULL;
    for (size_t i = 0; i < DP_COUNT(variables) && !(value && *value); i++)
        value = getenv(variables[i]);
    return value && (strcasestr(value, "UTF-8") || strcasestr(value, "UTF8"));
}

void dp_out_set_locale(void)
{
    if (!setlocale(LC_CTYPE, "") && wants_utf8())
        dp_out_force_utf8();
}

bool dp_out_force_utf8(void)
{
    return dp_out_utf8() || setlocale(LC_CTYPE, "C.UTF-8") ||
           setlocale(LC_CTYPE, "en_US.UTF-8");
}

bool dp_out_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
