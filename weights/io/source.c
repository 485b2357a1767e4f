#include "config.h"

#include "weights/io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 1 << 16 };

/* The state of decompression. */
typedef struct gzip {
    z_stream z;
    const char *kind; /* for messages */
    bool single;      /* whether the source ends with the first stream */
    bool between_members;
    uint64_t inflated;
    const unsigned char
        *bytes; /* compressed bytes in memory that zlib has not been given yet; */
    size_t n_bytes;
    unsigned char raw[BUFFER]; /* or the buffer of those of a file */
} gzip;

struct dp_source {
    int fd; /* −1: the bytes are in memory */
    void (*hook)(void *context);
    void *context;
    unsigned char *buffer;         /* [BUFFER]; NULL: bytes in memory are read in place */
    const unsigned char *at, *end; /* the bytes there that are not read yet */
    uint64_t taken;                /* bytes read by the caller */
    uint64_t consumed;             /* bytes read from the file */
    bool ended;
    dp_err failure; /* code DP_OK if there is none */
    gzip *gzip;
    char *line;
    size_t line_capacity;
};

static dp_code open_file(int *fd, const char *path, dp_err *err)
{
    struct stat st;
    *fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &st) != 0)
        return dp_fail(err, DP_IO, "%s", strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return DP_OK;
    if (*fd != STDIN_FILENO)
        close(*fd);
    return dp_fail(err, DP_IO, "is a directory");
}

static bool owns_file(int fd)
{
    return fd >= 0 && fd != STDIN_FILENO;
}

static dp_code create_buffer(dp_source *s, dp_err *err)
{
    s->at = s->end = s->buffer = malloc(BUFFER);
    return s->buffer ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for a buffer");
}

static dp_code create(dp_source **out, int fd, dp_err *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return dp_fail(err, DP_NOMEM, "no memory to read");
    (*out)->fd = fd;
    return DP_OK;
}

dp_code dp_source_open(dp_source **out, const char *path, dp_err *err)
{
    int fd;
    dp_source *s = NULL;
    dp_code code = open_file(&fd, path, err);
    if (code != DP_OK)
        return code;
    code = create(&s, fd, err);
    if (code == DP_OK)
        code = create_buffer(s, err);
    if (code == DP_OK)
        *out = s;
    else if (s)
        dp_source_close(s);
    else if (owns_file(fd))
        close(fd);
    return code;
}

dp_code dp_source_open_bytes(dp_source **out, const void *bytes, size_t size, dp_err *err)
{
    dp_code code = create(out, -1, err);
    if (code != DP_OK)
        return code;
    (*out)->at = bytes;
    (*out)->end = size > 0 ? (*out)->at + size : (*out)->at; /* which may be NULL */
    return DP_OK;
}

void dp_source_close(dp_source *s)
{
    if (!s)
        return;
    if (s->gzip)
        inflateEnd(&s->gzip->z);
    free(s->gzip);
    free(s->buffer);
    free(s->line);
    if (owns_file(s->fd))
        close(s->fd);
    free(s);
}

void dp_source_on_wait(dp_source *s, void (*hook)(void *context), void *context)
{
    s->hook = hook;
    s->context = context;
}

/* ---- filling the buffer ------------------------------------------------------------ */

/* read_file and inflate_some return the number of bytes that they wrote: 0 at the end or after a
 * failure. */

static size_t read_file(dp_source *s, unsigned char *out, size_t room)
{
    struct pollfd waiting = { .fd = s->fd, .events = POLLIN };
    if (s->hook && poll(&waiting, 1, 0) == 0)
        s->hook(s->context);
    for (;;) {
        ssize_t n = read(s->fd, out, room);
        if (n >= 0) {
            s->consumed += (uint64_t)n;
            return (size_t)n;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN) {
            dp_fail(&s->failure, DP_IO, "read error: %s", strerror(errno));
            return 0;
        }
        poll(&waiting, 1, -1); /* another process made the pipe non-blocking */
    }
}

/* Let zlib read the next bytes in memory, of which it counts fewer than there may be. */
static bool hand_over(gzip *g)
{
    const size_t n = g->n_bytes < UINT_MAX ? g->n_bytes : UINT_MAX;
    if (n == 0)
        return false;
    g->z.next_in = (Bytef *)g->bytes;
    g->z.avail_in = (uInt)n;
    g->bytes += n;
    g->n_bytes -= n;
    return true;
}

/* Read compressed bytes if there are none left. False at the end of the file. */
static bool refill_gzip(dp_source *s)
{
    gzip *g = s->gzip;
    if (g->z.avail_in > 0)
        return true;
    if (s->fd < 0)
        return hand_over(g);
    g->z.next_in = g->raw;
    g->z.avail_in = (uInt)read_file(s, g->raw, BUFFER);
    return g->z.avail_in > 0;
}

/* Drop the compressed bytes that are left. */
static void end_input(gzip *g)
{
    g->z.avail_in = 0;
    g->n_bytes = 0;
}

static size_t inflate_some(dp_source *s, unsigned char *out, size_t room)
{
    gzip *g = s->gzip;
    g->z.next_out = out;
    g->z.avail_out = (uInt)room;
    while (g->z.avail_out == room) {
        if (!refill_gzip(s)) {
            if (!g->between_members && s->failure.code == DP_OK)
                dp_fail(&s->failure, DP_INPUT, "the %s data ends early", g->kind);
            return 0;
        }
        g->between_members = false;
        int status = inflate(&g->z, Z_NO_FLUSH);
        if (status == Z_STREAM_END) {
            g->between_members = true;
            if (g->single)
                end_input(g);
            inflateReset(&g->z);
        } else if (status == Z_MEM_ERROR) {
            dp_fail(&s->failure, DP_NOMEM, "no memory to inflate %s data", g->kind);
            break;
        } else if (status != Z_OK) {
            dp_fail(&s->failure, DP_INPUT, "damaged %s data: %s", g->kind,
                    g->z.msg ? g->z.msg : "unexpected bytes");
            break;
        }
    }
    size_t n = room - g->z.avail_out;
    g->inflated += n;
    if (g->inflated <= DP_SOURCE_MAX_INFLATED)
        return n;
    dp_fail(&s->failure, DP_INPUT, "the %s data inflates to more than %d MiB", g->kind,
            (int)(DP_SOURCE_MAX_INFLATED >> 20));
    return 0;
}

/* Append bytes to those in the buffer. False at the end. */
static bool fill(dp_source *s)
{
    size_t kept = (size_t)(s->end - s->at);
    if (!s->buffer || s->ended || s->failure.code != DP_OK)
        return false;
    memmove(s->buffer, s->at, kept);
    s->at = s->buffer;
    s->end = s->buffer + kept;
    size_t n = s->gzip ? inflate_some(s, s->buffer + kept, BUFFER - kept)
                       : read_file(s, s->buffer + kept, BUFFER - kept);
    s->end += n;
    s->ended = n == 0;
    return n > 0;
}

/* `window` is zlib's windowBits, which also says what is around the deflate stream. */
static dp_code start_inflating(dp_source *s, const char *kind, int window, dp_err *err)
{
    const unsigned char *from = s->at;
    size_t n = (size_t)(s->end - s->at);
    gzip *g = malloc(sizeof *g);
    if (g)
        memset(g, 0, offsetof(gzip, raw));
    if (!g || inflateInit2(&g->z, window) != Z_OK) {
        free(g);
        return dp_fail(err, DP_NOMEM, "no memory to inflate %s data", kind);
    }
    g->kind = kind;
    g->single = window < 0;
    s->gzip = g;
    if (!s->buffer) {
        g->bytes = from;
        g->n_bytes = n;
        return create_buffer(s, err);
    }
    memcpy(g->raw, from, n);
    g->z.next_in = g->raw;
    g->z.avail_in = (uInt)n;
    s->at = s->end = s->buffer;
    s->ended = false;
    return DP_OK;
}

dp_code dp_source_gunzip(dp_source *s, dp_err *err)
{
    return start_inflating(s, "gzip", 16 + MAX_WBITS, err);
}

dp_code dp_source_inflate(dp_source *s, dp_err *err)
{
    return start_inflating(s, "deflate", -MAX_WBITS, err);
}

/* ---- reading ----------------------------------------------------------------------- */

size_t dp_source_peek(const unsigned char **bytes, dp_source *s, size_t want)
{
    while ((size_t)(s->end - s->at) < want && fill(s))
        ;
    *bytes = s->at;
    return (size_t)(s->end - s->at);
}

int dp_source_get(dp_source *s)
{
    if (s->at == s->end && !fill(s))
        return -1;
    s->taken++;
    return *s->at++;
}

size_t dp_source_read(dp_source *s, void *out, size_t n)
{
    size_t got = 0;
    while (got < n && (s->at < s->end || fill(s))) {
        size_t chunk = (size_t)(s->end - s->at);
        if (chunk > n - got)
            chunk = n - got;
        memcpy((unsigned char *)out + got, s->at, chunk);
        s->at += chunk;
        got += chunk;
    }
    s->taken += got;
    return got;
}

uint64_t dp_source_skip(dp_source *s, uint64_t n)
{
    uint64_t got = 0;
    while (got < n && (s->at < s->end || fill(s))) {
        uint64_t chunk = (uint64_t)(s->end - s->at);
        if (chunk > n - got)
            chunk = n - got;
        s->at += chunk;
        got += chunk;
    }
    s->taken += got;
    return got;
}

/* Append n bytes of the buffer to s->line, which has *used bytes. */
static dp_code append(dp_source *s, size_t *used, size_t n, dp_err *err)
{
    if (n == 0)
        return DP_OK;
    if (*used + n > s->line_capacity) {
        size_t capacity = s->line_capacity ? s->line_capacity : 4096;
        while (capacity < *used + n)
            capacity *= 2;
        char *line = realloc(s->line, capacity);
        if (!line)
            return dp_fail(err, DP_NOMEM, "no memory for a line of %zu bytes", capacity);
        s->line = line;
        s->line_capacity = capacity;
    }
    memcpy(s->line + *used, s->at, n);
    *used += n;
    return DP_OK;
}

/* The length of the line in the buffer. *ending is that of its LF, CRLF or CR; 0 if the end
 * is not in the buffer, or is a CR whose next byte is not. */
static size_t find_line_end(size_t *ending, const dp_source *s)
{
    const unsigned char *lf = memchr(s->at, '\n', (size_t)(s->end - s->at));
    const unsigned char *end = lf ? lf : s->end;
    const unsigned char *cr = memchr(s->at, '\r', (size_t)(end - s->at));
    if (cr && cr + 1 == s->end)
        *ending = 0;
    else if (cr)
        *ending = 1 + (cr[1] == '\n');
    else
        *ending = lf != NULL;
    return (size_t)((cr ? cr : end) - s->at);
}

dp_code dp_source_line(const char **line, size_t *size, dp_source *s, dp_err *err)
{
    size_t used = 0, whole = 0, ending = 0;
    while (ending == 0 && (s->at < s->end || fill(s))) {
        size_t n = find_line_end(&ending, s);
        if (n == 0 && ending == 0 && !fill(s))
            ending = 1; /* a CR at the end of the stream */
        whole += n;
        dp_code code = whole <= DP_SOURCE_MAX_LINE ? append(s, &used, n, err) : DP_OK;
        s->at += n + ending;
        s->taken += n + ending;
        if (code != DP_OK)
            return code;
    }
    if (whole > DP_SOURCE_MAX_LINE)
        return dp_fail(err, DP_INPUT, "a line is longer than %d bytes",
                       DP_SOURCE_MAX_LINE);
    *line = whole > 0 ? s->line : ending > 0 ? "" : NULL;
    *size = used;
    return DP_OK;
}

uint64_t dp_source_offset(const dp_source *s)
{
    return s->taken;
}

uint64_t dp_source_consumed(const dp_source *s)
{
    return s->consumed;
}

dp_code dp_source_check(const dp_source *s, dp_err *err)
{
    if (s->failure.code == DP_OK || s->at < s->end)
        return DP_OK;
    return dp_fail(err, s->failure.code, "%s", s->failure.msg);
}
