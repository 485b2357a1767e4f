/* A buffered input stream over a file, a pipe of any length or bytes in memory, with optional
 * decompression. */
#ifndef DP_WEIGHTS_IO_SOURCE_H
#define DP_WEIGHTS_IO_SOURCE_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DP_SOURCE_MAX_PEEK = 512,
    DP_SOURCE_MAX_LINE = 10 << 20,
};

/* The most bytes that a compressed stream may inflate to. Without a limit, a few hundred
 * kilobytes of input could keep the program busy for hours. */
#define DP_SOURCE_MAX_INFLATED ((uint64_t)1 << 30)

typedef struct dp_source dp_source;

/* Open a file for reading, or standard input if path is "-". DP_IO if it cannot be opened
 * or is a directory; DP_NOMEM. Messages do not contain the path. */
DP_MUST_CHECK
dp_code dp_source_open(dp_source **out, const char *path, dp_err *err);

/* A source of `size` bytes in memory, which must outlive it. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_source_open_bytes(dp_source **out, const void *bytes, size_t size,
                             dp_err *err);
void dp_source_close(dp_source *s); /* NULL is allowed */

/* Call `hook` before each read that would wait for the writer. */
void dp_source_on_wait(dp_source *s, void (*hook)(void *context), void *context);

/* Peek at the next bytes. Returns how many *bytes has: at least `want` (≤
 * DP_SOURCE_MAX_PEEK), or fewer at the end of the stream. *bytes is valid until the next
 * call. */
size_t dp_source_peek(const unsigned char **bytes, dp_source *s, size_t want);

/* Inflate the rest of the stream as gzip (RFC 1952), with any number of members. Offsets
 * then count inflated bytes. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_source_gunzip(dp_source *s, dp_err *err);

/* Inflate the rest of the stream as one raw deflate stream (RFC 1951), after which the source
 * ends. Offsets then count inflated bytes. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_source_inflate(dp_source *s, dp_err *err);

/* Read the next byte; −1 at the end. */
int dp_source_get(dp_source *s);

/* Read n bytes. Returns how many there were before the end. */
size_t dp_source_read(dp_source *s, void *out, size_t n);

/* Skip n bytes. Returns how many there were before the end. */
uint64_t dp_source_skip(dp_source *s, uint64_t n);

/* Read a line and drop its LF, CRLF or CR. *line has no NUL and is valid until the next call;
 * it is NULL at the end. DP_INPUT if the line is longer than DP_SOURCE_MAX_LINE, which
 * skips it; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_source_line(const char **line, size_t *size, dp_source *s, dp_err *err);

/* The number of bytes read so far. */
uint64_t dp_source_offset(const dp_source *s);

/* The same before decompression: how much of the file has been used. */
uint64_t dp_source_consumed(const dp_source *s);

/* The reason why the stream ended: DP_OK at a regular end or before it, DP_IO after a
 * read error, DP_INPUT for compressed data that is damaged or too long. */
DP_MUST_CHECK
dp_code dp_source_check(const dp_source *s, dp_err *err);

#endif
