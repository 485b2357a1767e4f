/* A stream of JSON texts: one after the other, on a line each or formatted over many
 * lines, perhaps with commas between them, or as the elements of one large array, of which
 * only an element is in memory.
 *
 * A text is complete with its last bracket, so that a writer who waits for the answer need
 * not write more. */
#ifndef DP_WEIGHTS_IMAGES_JSON_STREAM_H
#define DP_WEIGHTS_IMAGES_JSON_STREAM_H

#include "weights/io/source.h"
#include "weights/io/text.h"

enum {
    DP_JSON_MAX_TEXT = DP_SOURCE_MAX_LINE,
    DP_JSON_MAX_DEPTH = 2048, /* of brackets, as in jansson */
};

struct json_t; /* of jansson; only sources in weights/ include its header */

/* A zeroed struct begins a stream. */
typedef struct dp_json_stream {
    dp_text text;     /* the current text */
    uint64_t place;   /* of its first byte, or of the error in it */
    bool in_array;    /* texts are elements of an array */
    bool damaged;     /* one of them was not read: the array need not end */
    bool mid_line;    /* the last byte was not the end of a line */
    bool lost;        /* after an error: look for the next text on a line of its own */
    bool from_margin; /* the current text began at the beginning of a line */
    bool too_long;    /* it has more than DP_JSON_MAX_TEXT bytes */
    struct {
        int depth;
        bool complete; /* a value has ended: a comma or a bracket must follow */
        bool key;      /* the next value is a key */
        bool word;     /* inside a number or a literal */
        bool string, escape;
        int commas; /* at the second level of brackets */
        char bracket[DP_JSON_MAX_DEPTH];
    } state;
} dp_json_stream;

/* Read the next text; the caller frees *out with json_decref. *out is NULL at the end.
 *
 * An array of objects, of arrays of arrays, or of rows of 784 numbers is read element by
 * element: it holds drawings or images. Any other array is one text.
 *
 * DP_INPUT for a text that is malformed, too long or not finished: s->place is then the
 * place of the error. The stream goes on in the next line, if the text was on one line. A
 * text is not finished if a line begins like its own first line, or with a bracket that
 * cannot stand there: lines of JSON lose only the damaged one. After a malformed text of
 * several lines, the stream goes on at the next line that begins with a bracket. */
DP_MUST_CHECK
dp_code dp_json_stream_next(struct json_t **out, dp_json_stream *s, dp_source *source,
                            dp_err *err);

/* Pass over the next text without parsing it. *at_end is set if there is none, *is_empty if it is
 * the empty list. DP_INPUT as above, but for errors that only parsing finds. */
DP_MUST_CHECK
dp_code dp_json_stream_skip(bool *at_end, bool *is_empty, dp_json_stream *s,
                            dp_source *source, dp_err *err);
void dp_json_stream_clear(dp_json_stream *s);

#endif
