#include "config.h"

#include "weights/images/idx.h"

#include "engine/core/shape.h"
#include "weights/io/source.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Read n bytes of the named section of the file. */
static dp_code take(dp_source *s, void *out, size_t n, const char *what, dp_err *err)
{
    if (dp_source_read(s, out, n) == n)
        return DP_OK;
    dp_code code = dp_source_check(s, err);
    return code ? code : dp_fail(err, DP_INPUT, "the file ends inside the %s", what);
}

static uint32_t big_endian(const unsigned char b[4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static dp_code read_dimensions(dp_idx *idx, size_t *size, dp_source *s, dp_err *err)
{
    *size = 1;
    for (int i = 0; i < idx->rank; i++) {
        unsigned char b[4];
        dp_code code = take(s, b, sizeof b, "header", err);
        if (code)
            return code;
        idx->dim[i] = big_endian(b);
        if (__builtin_mul_overflow(*size, (size_t)idx->dim[i], size) ||
            *size > DP_IDX_MAX_BYTES)
            return dp_fail(err, DP_INPUT, "dimension %u makes the file too large",
                           idx->dim[i]);
    }
    return DP_OK;
}

static dp_code read_header(dp_idx *idx, size_t *size, dp_source *s, dp_err *err)
{
    unsigned char magic[4];
    dp_code code = take(s, magic, sizeof magic, "magic number", err);
    if (code)
        return code;
    bool known = magic[0] == 0 && magic[1] == 0 && magic[2] == 8 &&
                 (magic[3] == 1 || magic[3] == 3);
    if (!known && memcmp(magic, "\x93NUM", sizeof magic) == 0)
        return dp_fail(err, DP_INPUT,
                       "a NumPy array; save images and labels in one file: "
                       "numpy.savez(FILE, images=x, labels=y)");
    if (!known)
        return dp_fail(err, DP_INPUT,
                       "magic number %08x, not 00000801 (labels) or 00000803 (images)",
                       big_endian(magic));
    idx->rank = magic[3];
    return read_dimensions(idx, size, s, err);
}

/* Memory grows with the data that arrive, so that a short file with a large header needs
 * little. */
static dp_code read_data(dp_idx *idx, size_t size, dp_source *s, dp_err *err)
{
    size_t have = 0, room = 1 << 20;
    dp_code code;
    do {
        room = room < size ? room : size;
        uint8_t *data = realloc(idx->data, room ? room : 1);
        if (!data)
            return dp_fail(err, DP_NOMEM, "no memory for %zu bytes", room);
        idx->data = data;
        code = take(s, data + have, room - have, "data", err);
        have = room;
        room *= 2;
    } while (!code && have < size);
    return code;
}

static dp_code read_end(dp_source *s, dp_err *err)
{
    if (dp_source_get(s) >= 0)
        return dp_fail(err, DP_INPUT, "more bytes than the header says");
    return dp_source_check(s, err);
}

static dp_code read_all(dp_idx *idx, dp_source *s, dp_err *err)
{
    const unsigned char *magic;
    size_t size = 0;
    dp_code code = DP_OK;
    if (dp_source_peek(&magic, s, 2) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        code = dp_source_gunzip(s, err);
    if (!code)
        code = read_header(idx, &size, s, err);
    if (!code)
        code = read_data(idx, size, s, err);
    if (!code)
        code = read_end(s, err);
    if (code == DP_INPUT)
        dp_fail_in(err, code, "byte %ju", (uintmax_t)dp_source_offset(s));
    return code;
}

dp_code dp_idx_read(dp_idx *out, const char *path, dp_err *err)
{
    dp_source *s;
    dp_idx idx = { 0 };
    dp_code code = dp_source_open(&s, path, err);
    if (!code) {
        code = read_all(&idx, s, err);
        dp_source_close(s);
    }
    if (code) {
        dp_idx_clear(&idx);
        return dp_fail_in(err, code, "%s", path);
    }
    *out = idx;
    return DP_OK;
}

void dp_idx_clear(dp_idx *idx)
{
    free(idx->data);
    *idx = (dp_idx){ 0 };
}

static dp_code check_images(const dp_idx *images, const char *path, dp_err *err)
{
    if (images->rank != 3)
        return dp_fail(err, DP_INPUT,
                       "%s: holds labels, not images; are the two files swapped?", path);
    if (images->dim[1] != DP_SIDE || images->dim[2] != DP_SIDE)
        return dp_fail(err, DP_INPUT, "%s: images of %ux%u pixels, not 28x28", path,
                       images->dim[2], images->dim[1]);
    if (images->dim[0] == 0)
        return dp_fail(err, DP_INPUT, "%s: holds no images", path);
    return DP_OK;
}

static dp_code check_labels(const dp_idx *labels, const char *path, dp_err *err)
{
    if (labels->rank != 1)
        return dp_fail(err, DP_INPUT,
                       "%s: holds images, not labels; the labels are in a file of "
                       "their own",
                       path);
    for (uint32_t i = 0; i < labels->dim[0]; i++)
        if (labels->data[i] >= DP_DIGITS)
            return dp_fail(err, DP_INPUT,
                           "%s: byte %u: label %d of image %u is not a digit", path,
                           i + 8, labels->data[i], i);
    return DP_OK;
}

dp_code dp_idx_read_pair(uint8_t **images, uint8_t **labels, int *n,
                         const char *image_path, const char *label_path, dp_err *err)
{
    dp_idx image = { 0 }, label = { 0 };
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

void dp_idx_transpose(uint8_t *images, size_t n)
{
    for (uint8_t *image = images; image < images + n * DP_PIXELS; image += DP_PIXELS)
        for (int y = 0; y < DP_SIDE; y++)
            for (int x = 0; x < y; x++) {
                const uint8_t pixel = image[y * DP_SIDE + x];
                image[y * DP_SIDE + x] = image[x * DP_SIDE + y];
                image[x * DP_SIDE + y] = pixel;
            }
}
