#include "config.h"

#include "weights/idx.h"

#include "engine/shape.h"
#include "weights/fsio.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* The bytes of an IDX file in order, whether the file holds them plain or deflated. */
typedef struct source {
    const char *path;
    const unsigned char *rest; /* plain: what was not read yet */
    size_t n_rest;
    size_t most;   /* upper bound of what is still to come */
    size_t offset; /* bytes given out so far */
    bool deflated;
    z_stream z;
} source;

/* Deflate codes at best 258 bytes in two bits: no honest file expands by more. */
enum { MAX_EXPANSION = 1032 };

static dp_code source_open(source *s, const char *path, const unsigned char *data,
                           size_t n, dp_err *err)
{
    *s = (source){.path = path, .rest = data, .n_rest = n, .most = n};
    s->deflated = n >= 2 && data[0] == 0x1f && data[1] == 0x8b;
    if (!s->deflated)
        return DP_OK;
    s->most = n * MAX_EXPANSION;
    s->z.next_in = (z_const Bytef *)data;
    s->z.avail_in = (uInt)n;
    if (inflateInit2(&s->z, 16 + MAX_WBITS) != Z_OK)
        return dp_fail(err, DP_NOMEM, "%s: no memory to inflate it", path);
    return DP_OK;
}

static void source_close(source *s)
{
    if (s->deflated)
        inflateEnd(&s->z);
}

/* Inflate at most n bytes; fewer at the end of the stream or where it is damaged. */
static size_t inflate_some(source *s, unsigned char *out, size_t n)
{
    s->z.next_out = out;
    s->z.avail_out = (uInt)n;
    while (s->z.avail_out > 0 && inflate(&s->z, Z_NO_FLUSH) == Z_OK)
        ;
    return n - s->z.avail_out;
}

static dp_code source_take(source *s, void *out, size_t n, const char *what, dp_err *err)
{
    size_t got = n;
    if (s->deflated) {
        got = inflate_some(s, out, n);
    } else {
        if (got > s->n_rest)
            got = s->n_rest;
        memcpy(out, s->rest, got);
        s->rest += got;
        s->n_rest -= got;
    }
    s->offset += got;
    s->most -= got < s->most ? got : s->most;
    if (got == n)
        return DP_OK;
    const char *reason = s->deflated && s->z.msg ? s->z.msg : "the file ends";
    return dp_fail(err, DP_INPUT, "%s: byte %zu: %s inside the %s", s->path, s->offset,
                   reason, what);
}

/* Nothing may follow the data: neither in the stream nor, deflated, after it. */
static dp_code source_end(source *s, dp_err *err)
{
    if (!s->deflated) {
        if (s->n_rest == 0)
            return DP_OK;
        return dp_fail(err, DP_INPUT, "%s: byte %zu: %zu bytes too many", s->path,
                       s->offset, s->n_rest);
    }
    unsigned char extra;
    s->z.next_out = &extra;
    s->z.avail_out = 1;
    int status = inflate(&s->z, Z_FINISH);
    if (s->z.avail_out == 0)
        return dp_fail(err, DP_INPUT, "%s: byte %zu: more data than its header says",
                       s->path, s->offset);
    if (status != Z_STREAM_END) /* the checksum is cut off or differs */
        return dp_fail(err, DP_INPUT, "%s: byte %zu: %s", s->path, s->offset,
                       s->z.msg ? s->z.msg : "the compressed data is cut off");
    if (s->z.avail_in > 0)
        return dp_fail(err, DP_INPUT, "%s: %u bytes after the compressed data", s->path,
                       s->z.avail_in);
    return DP_OK;
}

static uint32_t big_endian(const unsigned char b[4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static dp_code read_header(dp_idx *idx, size_t *size, source *s, dp_err *err)
{
    unsigned char magic[4], dim[4];
    dp_code code = source_take(s, magic, sizeof magic, "magic number", err);
    if (code)
        return code;
    bool known = magic[0] == 0 && magic[1] == 0 && magic[2] == 8 &&
                 (magic[3] == 1 || magic[3] == 3);
    if (!known)
        return dp_fail(err, DP_INPUT,
                       "%s: byte 0: magic number %08x, wanted 00000801 (labels) or "
                       "00000803 (images)",
                       s->path, big_endian(magic));
    idx->rank = magic[3];
    *size = 1;
    for (int i = 0; i < idx->rank; i++) {
        size_t at = s->offset;
        code = source_take(s, dim, sizeof dim, "header", err);
        if (code)
            return code;
        idx->dim[i] = big_endian(dim);
        if (__builtin_mul_overflow(*size, (size_t)idx->dim[i], size) ||
            *size > DP_IDX_MAX_BYTES)
            return dp_fail(err, DP_INPUT, "%s: byte %zu: dimension %u makes it too large",
                           s->path, at, idx->dim[i]);
    }
    return DP_OK;
}

static dp_code read_data(dp_idx *idx, source *s, size_t size, dp_err *err)
{
    /* Before the allocation: a short file must not ask for a large one. */
    if (size > s->most)
        return dp_fail(err, DP_INPUT,
                       "%s: byte %zu: the header promises %zu bytes of data, the file "
                       "holds fewer",
                       s->path, s->offset, size);
    idx->data = malloc(size ? size : 1);
    if (!idx->data)
        return dp_fail(err, DP_NOMEM, "%s: no memory for %zu bytes", s->path, size);
    dp_code code = source_take(s, idx->data, size, "data", err);
    return code ? code : source_end(s, err);
}

dp_code dp_idx_read(dp_idx *out, const char *path, dp_err *err)
{
    unsigned char *bytes;
    size_t n;
    dp_code code = dp_fsio_read(&bytes, &n, path, DP_IDX_MAX_BYTES, err);
    if (code)
        return code;
    source s;
    dp_idx idx = {0};
    size_t size = 0;
    code = source_open(&s, path, bytes, n, err);
    if (!code) {
        code = read_header(&idx, &size, &s, err);
        if (!code)
            code = read_data(&idx, &s, size, err);
        source_close(&s);
    }
    free(bytes);
    if (code)
        dp_idx_clear(&idx);
    else
        *out = idx;
    return code;
}

void dp_idx_clear(dp_idx *idx)
{
    free(idx->data);
    *idx = (dp_idx){0};
}

static dp_code check_images(const dp_idx *images, const char *path, dp_err *err)
{
    if (images->rank != 3)
        return dp_fail(err, DP_INPUT, "%s: holds labels, not images", path);
    if (images->dim[1] != DP_SIDE || images->dim[2] != DP_SIDE)
        return dp_fail(err, DP_INPUT, "%s: images of %ux%u pixels, wanted 28x28", path,
                       images->dim[2], images->dim[1]);
    if (images->dim[0] == 0)
        return dp_fail(err, DP_INPUT, "%s: holds no image", path);
    return DP_OK;
}

static dp_code check_labels(const dp_idx *labels, const char *path, dp_err *err)
{
    if (labels->rank != 1)
        return dp_fail(err, DP_INPUT, "%s: holds images, not labels", path);
    for (uint32_t i = 0; i < labels->dim[0]; i++)
        if (labels->data[i] >= DP_DIGITS)
            return dp_fail(err, DP_INPUT, "%s: byte %u: label %d of image %u is no digit",
                           path, i + 8, labels->data[i], i);
    return DP_OK;
}

dp_code dp_idx_read_pair(uint8_t **images, uint8_t **labels, int *n,
                         const char *image_path, const char *label_path, dp_err *err)
{
    dp_idx image = {0}, label = {0};
    dp_code code = dp_idx_read(&image, image_path, err);
    if (!code)
        code = check_images(&image, image_path, err);
    if (!code)
        code = dp_idx_read(&label, label_path, err);
    if (!code)
        code = check_labels(&label, label_path, err);
    if (!code && image.dim[0] != label.dim[0])
        code = dp_fail(err, DP_INPUT, "%s: %u images, but %u labels in %s", image_path,
                       image.dim[0], label.dim[0], label_path);
    if (code) {
        dp_idx_clear(&image);
        dp_idx_clear(&label);
        return code;
    }
    *images = image.data;
    *labels = label.data;
    *n = (int)image.dim[0];
    return DP_OK;
}
