#include "config.h"

#include "weights/images/json_stream.h"

#include "engine/core/decimal.h"
#include "engine/core/shape.h"
#include "weights/io/json_memory.h"

#include <jansson.h>
#include <string.h>

typedef enum progress { MORE, DONE, MALFORMED, UNFINISHED } progress;

static bool is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_opening(int c)
{
    return c == '[' || c == '{';
}

/* ---- bytes ------------------------------------------------------------------------- */

/* The next byte, without reading it; −1 at the end. */
static int peek(dp_source *source)
{
    const unsigned char *b;
    return dp_source_peek(&b, source, 1) > 0 ? b[0] : -1;
}

static int take(dp_json_stream *s, dp_source *source)
{
    const int c = dp_source_get(source);
    s->mid_line = c != '\n' && c != '\r';
    return c;
}

/* Read a byte of the current text. */
static int take_to_text(dp_json_stream *s, dp_source *source)
{
    const char c = (char)take(s, source);
    if (s->text.size < DP_JSON_MAX_TEXT)
        dp_text_append(&s->text, &c, 1);
    else
        s->too_long = true;
    return (unsigned char)c;
}

static void skip_byte_order_mark(dp_source *source)
{
    const unsigned char *b;
    if (peek(source) != 0xef || dp_source_peek(&b, source, 3) < 3 ||
        memcmp(b, "\xef\xbb\xbf", 3) != 0)
        return;
    for (int i = 0; i < 3; i++)
        dp_source_get(source);
}

/* ---- the structure of a text --------------------------------------------------------- */

/* jansson checks what a text contains; here, brackets and strings only tell where it ends. Each
 * function takes the next byte. */

static progress take_opening(dp_json_stream *s, int c)
{
    if (s->state.complete || s->state.key || s->state.depth == DP_JSON_MAX_DEPTH)
        return MALFORMED;
    s->state.bracket[s->state.depth++] = (char)c;
    s->state.key = c == '{';
    return MORE;
}

static progress take_closing(dp_json_stream *s, int c)
{
    const char opening = c == ']' ? '[' : '{';
    if (s->state.depth == 0 || s->state.bracket[s->state.depth - 1] != opening)
        return MALFORMED;
    s->state.depth--;
    s->state.complete = true;
    s->state.key = false;
    return s->state.depth == 0 ? DONE : MORE;
}

static progress take_separator(dp_json_stream *s, int c)
{
    if (!s->state.complete)
        return MALFORMED;
    s->state.complete = false;
    s->state.key = c == ',' && s->state.bracket[s->state.depth - 1] == '{';
    s->state.commas += s->state.depth == 2;
    return MORE;
}

static progress take_in_string(dp_json_stream *s, int c)
{
    if (c == '\n')
        return MALFORMED;
    s->state.string = s->state.escape || c != '"';
    s->state.escape = !s->state.escape && c == '\\';
    return MORE;
}

static progress take_value(dp_json_stream *s, int c)
{
    if (s->state.complete && !s->state.word)
        return MALFORMED;
    s->state.complete = true;
    s->state.string = c == '"';
    s->state.word = c != '"';
    return c < ' ' ? MALFORMED : MORE;
}

static progress take_structure(dp_json_stream *s, int c)
{
    if (s->state.string)
        return take_in_string(s, c);
    if (s->state.depth == 0 && !is_opening(c))
        return MALFORMED;
    if (!is_space(c) && !memchr("{}[],:", c, 6))
        return take_value(s, c);
    s->state.word = false;
    if (is_space(c))
        return MORE;
    if (is_opening(c))
        return take_opening(s, c);
    return c == ',' || c == ':' ? take_separator(s, c) : take_closing(s, c);
}

/* ---- arrays of texts ------------------------------------------------------------------ */

/* Whether the text so far begins an array of texts: with an object, with three brackets,
 * or with a row of as many numbers as an image has. *at is the index of its first
 * element. */
static bool is_array_of_texts(size_t *at, const dp_json_stream *s, int c)
{
    const int depth = s->state.depth;
    if (s->in_array || s->text.bytes[0] != '[' || s->too_long)
        return false;
    for (*at = 1; *at < s->text.size && is_space(s->text.bytes[*at]); ++*at)
        ;
    if (c == '{' && depth == 2)
        return *at == s->text.size - 1;
    if (c == '[' && depth == 3)
        return s->state.commas == 0 && s->state.bracket[1] == '[';
    return c == ']' && depth == 1 && s->state.commas == DP_PIXELS - 1 &&
           memchr(s->text.bytes, ']', s->text.size - 1) == NULL;
}

/* Continue with the first element as the text. */
static progress enter_array(dp_json_stream *s, size_t at)
{
    s->in_array = true;
    s->damaged = false;
    s->place += at;
    s->text.size -= at;
    memmove(s->text.bytes, s->text.bytes + at, s->text.size);
    s->state.depth--;
    memmove(s->state.bracket, s->state.bracket + 1, (size_t)s->state.depth);
    return s->state.depth == 0 ? DONE : MORE;
}

/* ---- one text ------------------------------------------------------------------------ */

/* Whether the next bytes are those of the text up to the end of its first key. Peeks byte
 * by byte, as more may never arrive. */
static bool begins_like_text(const dp_json_stream *s, dp_source *source)
{
    const unsigned char *b;
    int quotes = 0;
    for (size_t i = 0; quotes < 2; i++) {
        if (i == DP_SOURCE_MAX_PEEK || i == s->text.size ||
            dp_source_peek(&b, source, i + 1) <= i || b[i] != (uint8_t)s->text.bytes[i])
            return false;
        quotes += b[i] == '"';
    }
    return s->text.bytes[0] == '{';
}

/* Whether another text begins with the next byte, c, although this one has no end. */
static bool is_new_text(const dp_json_stream *s, dp_source *source, int c)
{
    if (s->mid_line || !is_opening(c) || s->state.string)
        return false;
    return s->state.complete || s->state.key ||
           (s->from_margin && begins_like_text(s, source));
}

static bool is_in_numbers(int c)
{
    return dp_decimal_is_digit(c) || c == ',' || c == '.' || c == ' ' || c == '-';
}

/* Read numbers and commas in an array, of which most long texts consist, at once. jansson
 * notices what is wrong with them. */
static void take_numbers(dp_json_stream *s, dp_source *source)
{
    const unsigned char *b;
    const size_t room = dp_source_peek(&b, source, 1);
    size_t n = 0;
    for (; n < room && is_in_numbers(b[n]); n++) {
        s->state.commas += s->state.depth == 2 && b[n] == ',';
        if (b[n] != ' ')
            s->state.complete = b[n] != ',';
    }
    s->state.word = b[n - 1] != ',' && b[n - 1] != ' ';
    s->mid_line = true;
    s->too_long |= s->text.size + n > DP_JSON_MAX_TEXT;
    if (!s->too_long)
        dp_text_append(&s->text, (const char *)b, n);
    dp_source_skip(source, n);
}

static bool is_in_array(const dp_json_stream *s)
{
    return s->state.depth > 0 && s->state.bracket[s->state.depth - 1] == '[' &&
           !s->state.string;
}

/* Read a text, which begins with the next byte. */
static progress read_text(dp_json_stream *s, dp_source *source)
{
    progress p = MORE;
    size_t at;
    while (p == MORE && !s->text.failed) {
        const int c = peek(source);
        if (c < 0 || (s->text.size > 0 && is_new_text(s, source, c)))
            return UNFINISHED;
        if (is_in_array(s) && is_in_numbers(c)) {
            take_numbers(s, source);
            continue;
        }
        p = take_structure(s, take_to_text(s, source));
        if ((c == '[' || c == '{' || c == ']') && p == MORE && !s->text.failed &&
            is_array_of_texts(&at, s, c))
            p = enter_array(s, at);
    }
    return p;
}

/* Read the rest of the line with an error, for the message. */
static void read_line(dp_json_stream *s, dp_source *source)
{
    while (s->mid_line && peek(source) >= 0 && peek(source) != '\n')
        take_to_text(s, source);
}

static bool has_line_end(const dp_text *t)
{
    return memchr(t->bytes, '\n', t->size) || memchr(t->bytes, '\r', t->size);
}

static dp_code explain(dp_json_stream *s, progress p, dp_source *source, dp_err *err)
{
    json_error_t where = { .position = 0 };
    dp_text *t = &s->text;
    s->damaged = true;
    if (p == MALFORMED) {
        s->lost = has_line_end(t);
        read_line(s, source);
    }
    while (t->size > 0 && is_space(t->bytes[t->size - 1]))
        t->size--;
    if (s->too_long)
        return dp_fail(err, DP_INPUT, "a JSON text is longer than %d bytes",
                       DP_JSON_MAX_TEXT);
    json_decref(dp_json_load(t->bytes, t->size, &where));
    if (dp_json_error_is_memory(&where))
        return dp_fail(err, DP_NOMEM, "no memory for a JSON text");
    s->place += where.position > 0 ? (uint64_t)where.position : 0;
    return dp_fail(err, DP_INPUT, "not valid JSON: %s", where.text);
}

static dp_code parse(json_t **out, dp_json_stream *s, dp_err *err)
{
    json_error_t where;
    *out = dp_json_load(s->text.bytes, s->text.size, &where);
    if (*out)
        return DP_OK;
    if (dp_json_error_is_memory(&where))
        return dp_fail(err, DP_NOMEM, "no memory for a JSON text");
    s->place += where.position > 0 ? (uint64_t)where.position : 0;
    return dp_fail(err, DP_INPUT, "not valid JSON: %s", where.text);
}

/* ---- the stream ------------------------------------------------------------------------ */

/* Skip what may stand between two texts. Returns the first byte of the next one; −1 at the
 * end. */
static int find_text(dp_json_stream *s, dp_source *source)
{
    for (;;) {
        skip_byte_order_mark(source);
        const int c = peek(source);
        const bool skipped = s->lost && (s->mid_line || !is_opening(c));
        if (c < 0 || !(skipped || is_space(c) || c == ',' || (s->in_array && c == ']')))
            return c;
        if (c == ']' && !skipped)
            s->in_array = false;
        take(s, source);
    }
}

/* Read the bytes of the next text. */
static dp_code read_bytes(bool *at_end, dp_json_stream *s, dp_source *source, dp_err *err)
{
    const int c = find_text(s, source);
    const bool unclosed = c < 0 && s->in_array && !s->damaged;
    s->place = dp_source_offset(source);
    s->lost = s->too_long = false;
    if (unclosed) {
        s->in_array = false;
        return dp_fail(err, DP_INPUT, "not valid JSON: the array has no end");
    }
    *at_end = c < 0;
    if (c < 0)
        return DP_OK;
    s->text.size = 0;
    s->from_margin = !s->mid_line;
    memset(&s->state, 0, sizeof s->state);
    const progress p = read_text(s, source);
    if (s->text.failed)
        return dp_fail(err, DP_NOMEM, "no memory for a JSON text");
    if (p != DONE || s->too_long)
        return explain(s, p, source, err);
    return DP_OK;
}

dp_code dp_json_stream_next(json_t **out, dp_json_stream *s, dp_source *source,
                            dp_err *err)
{
    bool at_end;
    dp_code code = read_bytes(&at_end, s, source, err);
    if (code != DP_OK)
        return code;
    if (!at_end)
        return parse(out, s, err);
    *out = NULL;
    return DP_OK;
}

dp_code dp_json_stream_skip(bool *at_end, bool *is_empty, dp_json_stream *s,
                            dp_source *source, dp_err *err)
{
    dp_code code = read_bytes(at_end, s, source, err);
    if (code != DP_OK)
        return code;
    *is_empty = !*at_end && s->text.bytes[0] == '[';
    for (size_t i = 1; *is_empty && i + 1 < s->text.size; i++)
        *is_empty = is_space(s->text.bytes[i]);
    return DP_OK;
}

void dp_json_stream_clear(dp_json_stream *s)
{
    dp_text_clear(&s->text);
}
