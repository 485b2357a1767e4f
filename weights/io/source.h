/* A stream of input bytes: one small buffer over a file or pipe of any length, inflating
 * gzip on the way where asked. */
#ifndef DP_WEIGHTS_IO_SOURCE_H
#define DP_WEIGHTS_IO_SOURCE_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DP_SOURCE_MAX_PEEK = 64,
    DP_SOURCE_MAX_LINE = 10 << 20,
};

/* More than this never comes out of one gzip stream: a few hundred input kilobytes could
 * otherwise keep a program busy for hours. */
#define DP_SOURCE_MAX_INFLATED ((uint64_t)1 << 30)

typedef struct dp_source dp_source;

/* Open a file for reading, or standard input where path is "-". DP_IO with the reason
 * where it cannot be opened or is a directory; DP_NOMEM. Messages do not repeat the path.
 */
DP_MUST_CHECK
dp_code dp_source_open(dp_source **out, const char *path, dp_err *err);
void dp_source_close(dp_source *s); /* NULL is allowed */

/* Have `hook` called before every read that would have to wait for the writer. */
void dp_source_on_wait(dp_source *s, void (*hook)(void *context), void *context);

/* Look at the next bytes without taking them: at least `want` (≤ DP_SOURCE_MAX_PEEK),
 * fewer only where the stream ends. *bytes is valid until the next call. */
size_t dp_source_peek(const unsigned char **bytes, dp_source *s, size_t want);

/* Take what is left, from here on, as a gzip stream (RFC 1952; several members in a row
 * are one stream) and give out what it inflates to. Offsets then count inflated bytes. */
DP_MUST_CHECK
dp_code dp_source_gunzip(dp_source *s, dp_err *err);

/* Take the next byte; −1 at the end. */
int dp_source_get(dp_source *s);

/* Take n bytes; returns how many there were. */
size_t dp_source_read(dp_source *s, void *out, size_t n);

/* Take a line and leave out its LF or CRLF. *line is NULL at the end, else valid until
 * the next call and without a NUL at its end. DP_INPUT where it is longer than
 * DP_SOURCE_MAX_LINE; it is skipped then. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_source_line(const char **line, size_t *size, dp_source *s, dp_err *err);

/* Bytes taken so far. */
uint64_t dp_source_offset(const dp_source *s);

/* Why the bytes ended: DP_OK where the stream just ends (or goes on), DP_IO after a read
 * error, DP_INPUT for damaged gzip data or too much of it. */
DP_MUST_CHECK
dp_code dp_source_check(const dp_source *s, dp_err *err);

#endif
