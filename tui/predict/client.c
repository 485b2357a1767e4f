#include "config.h"

#include "tui/predict/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK = 1 << 16,      /* bytes received at once */
    KEEP = 16 * (1 << 10) /* bytes of a buffer that a client keeps while it is silent */
};

dp_code dp_client_create(dp_client **out, int fd, size_t max_line, dp_err *err)
{
    dp_client *c = calloc(1, sizeof *c);
    if (!c)
        return dp_fail(err, DP_NOMEM, "no memory for a client");
    c->fd = fd;
    c->max_line = max_line;
    *out = c;
    return DP_OK;
}

static void close_line(dp_client *c)
{
    dp_reader_free(c->reader);
    dp_source_close(c->source);
    c->reader = NULL;
    c->source = NULL;
}

void dp_client_free(dp_client *c)
{
    if (!c)
        return;
    close_line(c);
    dp_text_clear(&c->in);
    dp_text_clear(&c->out);
    close(c->fd);
    free(c);
}

/* ---- receiving ------------------------------------------------------------------------- */

static size_t pending(const dp_client *c)
{
    return c->in.size - c->taken;
}

static bool is_too_long(const dp_client *c)
{
    return c->line == 0 && pending(c) > c->max_line;
}

/* Look for the next line in what was received. */
static void find_line(dp_client *c)
{
    const size_t n = pending(c);
    const char *bytes = n > 0 ? c->in.bytes + c->taken : "";
    const char *newline = memchr(bytes + c->scanned, '\n', n - c->scanned);
    c->scanned = n;
    c->line = newline                         ? (size_t)(newline - bytes) + 1
              : c->at_end && n <= c->max_line ? n
                                              : 0;
}

static void drop(dp_client *c, size_t n)
{
    c->taken += n;
    c->scanned = c->line = 0;
}

/* Drop the bytes that are answered from the buffer, and a large buffer that is empty. */
static void compact(dp_client *c)
{
    c->bytes += c->taken;
    c->in.size -= c->taken;
    if (c->in.size > 0)
        memmove(c->in.bytes, c->in.bytes + c->taken, c->in.size);
    else if (c->in.capacity > KEEP)
        dp_text_clear(&c->in);
    c->taken = 0;
}

/* Drop received bytes up to the end of the line that is too long. */
static void discard(dp_client *c)
{
    find_line(c);
    c->discarding = c->line == 0;
    drop(c, c->line ? c->line : pending(c));
}

void dp_client_receive(dp_client *c)
{
    char chunk[CHUNK];
    compact(c);
    const size_t room = c->max_line + 1 - pending(c);
    ssize_t n = recv(c->fd, chunk, room < CHUNK ? room : CHUNK, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0)
        c->failed = DP_IO;
    if (n > 0)
        dp_text_append(&c->in, chunk, (size_t)n);
    else
        c->at_end = true;
    if (c->in.failed)
        c->failed = DP_NOMEM;
    if (c->discarding && !c->failed)
        discard(c);
    if (!c->failed)
        find_line(c);
}

void dp_client_end(dp_client *c)
{
    c->at_end = true;
    c->scanned = 0;
    if (!c->reader)
        find_line(c);
}

/* ---- records --------------------------------------------------------------------------- */

/* Begin to read the next line that is not blank. False if there is none. */
static bool open_line(dp_client *c, dp_err *err)
{
    while (c->line > 0 && dp_text_is_blank(c->in.bytes + c->taken, c->line)) {
        drop(c, c->line);
        find_line(c);
    }
    if (c->line == 0)
        return false;
    dp_code code = dp_source_open_bytes(&c->source, c->in.bytes + c->taken, c->line, err);
    if (code == DP_OK)
        code = dp_reader_create(&c->reader, c->source, "ndjson", err);
    if (code == DP_OK)
        dp_reader_continue(c->reader, c->records, c->bytes + c->taken);
    if (code != DP_OK)
        c->failed = code;
    return code == DP_OK;
}

static void end_line(dp_client *c)
{
    close_line(c);
    drop(c, c->line);
    find_line(c);
}

static void add_error(dp_client *c, dp_batch *b, const dp_err *why)
{
    const dp_code code = dp_batch_add_error(b, "-", why, NULL);
    c->records++;
    if (code != DP_OK)
        c->failed = code;
}

void dp_client_add_error(dp_client *c, dp_batch *b, const char *why)
{
    dp_err err;
    dp_fail(&err, DP_INPUT, "record %" PRIu64 ", byte %" PRIu64 ": %s", c->records + 1,
            c->bytes + c->taken, why);
    add_error(c, b, &err);
    drop(c, pending(c));
}

static void refuse_long_line(dp_client *c, dp_batch *b)
{
    char why[100];
    snprintf(why, sizeof why,
             "a line is longer than %zu bytes; --max-line sets the limit", c->max_line);
    dp_client_add_error(c, b, why);
    c->discarding = true;
}

bool dp_client_add(dp_client *c, dp_batch *b)
{
    dp_record record;
    dp_err err;
    for (;;) {
        if (is_too_long(c)) {
            refuse_long_line(c, b);
            return !c->failed;
        }
        if (c->failed || (!c->reader && !open_line(c, &err)))
            return false;
        dp_code code = dp_reader_next(&record, c->reader, &err);
        if (code == DP_OK && record.kind == DP_RECORD_END) {
            end_line(c);
            continue;
        }
        if (code == DP_OK)
            code = dp_batch_add(b, "-", &record, &err);
        if (code == DP_OK)
            c->records++;
        else if (code == DP_INPUT)
            add_error(c, b, &err);
        else
            c->failed = code;
        return !c->failed;
    }
}

/* ---- answers --------------------------------------------------------------------------- */

bool dp_client_is_ready(const dp_client *c)
{
    return !dp_client_is_sending(c) && (c->reader || c->line > 0 || is_too_long(c));
}

bool dp_client_is_sending(const dp_client *c)
{
    return c->out.size > 0;
}

bool dp_client_is_done(const dp_client *c)
{
    return c->failed || (c->at_end && !dp_client_is_sending(c) && !dp_client_is_ready(c));
}

void dp_client_answer(dp_client *c, const dp_batch *b, int i)
{
    dp_batch_format(&c->out, b, i, c->answers++);
    if (c->out.failed)
        c->failed = DP_NOMEM;
}

void dp_client_send(dp_client *c)
{
    while (c->sent < c->out.size && !c->failed) {
        const ssize_t n = send(c->fd, c->out.bytes + c->sent, c->out.size - c->sent, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < 0)
            c->failed = DP_IO;
        c->sent += n > 0 ? (size_t)n : 0;
    }
    c->sent = c->out.size = 0;
    if (c->out.capacity > KEEP)
        dp_text_clear(&c->out);
}
