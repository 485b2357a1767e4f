/* The npy format: NumPy arrays of images, one image at a time unless the array is in Fortran's
 * order. */
#include "config.h"

#include "weights/images/image_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Arrays in Fortran's order have the pixels of an image far apart, so they are read whole. */
#define MAX_WHOLE ((uint64_t)1 << 30)

/* ---- shapes -------------------------------------------------------------------------- */

static bool has_colours(const dp_npy *npy)
{
    const uint64_t last = npy->rank > 2 ? npy->dim[npy->rank - 1] : 0;
    return last == 3 || last == 4;
}

static dp_code refuse_shape(const dp_npy *npy, dp_err *err)
{
    char shape[128] = "";
    size_t used = 0;
    for (int i = 0; i < npy->rank && used < sizeof shape; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%llu",
                                 i ? ", " : "", (unsigned long long)npy->dim[i]);
    if (has_colours(npy))
        return dp_fail(err, DP_INPUT,
                       "an array of shape (%s) and type %c%zu has colours; save "
                       "array[..., :3].mean(axis=-1)",
                       shape, npy->kind, npy->item);
    return dp_fail(
        err, DP_INPUT,
        "an array of shape (%s%s) and type %c%zu; images have the shape (height, "
        "width), (n, height, width), (n, 784) or (784,)",
        shape, npy->rank == 1 ? "," : "", npy->kind, npy->item);
}

/* Copy the dimensions without the channel of (h, w, 1), (n, h, w, 1) and (n, 1, h, w). Returns
 * how many are left. */
static int drop_channel(uint64_t dim[DP_NPY_MAX_RANK], const dp_npy *npy)
{
    const int last = npy->rank - 1;
    int channel = -1, rank = 0;
    if (npy->rank == 4 && npy->dim[1] == 1)
        channel = 1;
    if ((npy->rank == 3 || npy->rank == 4) && npy->dim[last] == 1)
        channel = last;
    for (int i = 0; i < npy->rank; i++)
        if (i != channel)
            dim[rank++] = npy->dim[i];
    return rank;
}

/* Find out how many images of which size the array has, and how far apart their elements are. */
static dp_code lay_out(dp_npy_images *a, dp_err *err)
{
    const dp_npy *npy = &a->npy;
    uint64_t dim[DP_NPY_MAX_RANK];
    const int rank = drop_channel(dim, npy);
    const bool flat = rank >= 1 && rank <= 2 && dim[rank - 1] == DP_PIXELS;
    if (!flat && (rank < 2 || rank > 3 || has_colours(npy)))
        return refuse_shape(npy, err);
    a->left = rank > (flat ? 1 : 2) ? dim[0] : 1;
    a->height = flat ? DP_SIDE : dim[rank - 2];
    a->width = flat ? DP_SIDE : dim[rank - 1];
    const uint64_t n = a->left;
    a->step_down = npy->fortran_order ? (flat ? DP_SIDE * n : n) : a->width;
    a->step_right = npy->fortran_order ? (flat ? n : n * a->height) : 1;
    return DP_OK;
}

/* ---- reading ------------------------------------------------------------------------- */

/* Read `size` bytes into a->bytes. Memory grows with the data that arrive. */
static dp_code read_bytes(dp_reader *r, uint64_t size, dp_err *err)
{
    dp_npy_images *a = &r->npy;
    uint64_t have = 0, room = 1 << 20;
    while (have < size) {
        room = room < size ? room : size;
        if (room > a->capacity) {
            uint8_t *bytes = realloc(a->bytes, (size_t)room);
            if (!bytes)
                return dp_fail(err, DP_NOMEM, "no memory for %llu bytes",
                               (unsigned long long)room);
            a->bytes = bytes;
            a->capacity = (size_t)room;
        }
        have += dp_source_read(r->source, a->bytes + have, (size_t)(room - have));
        if (have < room) {
            r->place = dp_source_offset(r->source);
            return dp_fail(err, DP_INPUT, "the file ends inside the array");
        }
        room *= 2;
    }
    return DP_OK;
}

static dp_code read_whole(dp_reader *r, dp_err *err)
{
    const dp_npy_images *a = &r->npy;
    uint64_t size;
    if (__builtin_mul_overflow(a->width * a->height * a->npy.item, a->left, &size) ||
        size > MAX_WHOLE)
        return dp_fail(err, DP_INPUT,
                       "an array in Fortran's order of more than %d MiB; save "
                       "numpy.ascontiguousarray(array)",
                       (int)(MAX_WHOLE >> 20));
    return read_bytes(r, size, err);
}

/* Begin an array. */
static dp_code open_array(dp_record *out, dp_reader *r, dp_err *err)
{
    dp_npy_images *a = &r->npy;
    a->index = 0;
    dp_code code = dp_npy_read_header(&a->npy, r->source, err);
    if (code == DP_OK)
        code = lay_out(a, err);
    if (code == DP_OK && a->left > 0)
        code = dp_image_room(out, r, a->width, a->height, err);
    if (code == DP_OK && a->npy.fortran_order)
        code = read_whole(r, err);
    if (code != DP_OK) {
        a->left = 0;
        r->done = true;
    }
    return code;
}

/* Convert the image whose first element is at `first`. */
static dp_code convert(dp_reader *r, const uint8_t *first, dp_err *err)
{
    const dp_npy_images *a = &r->npy;
    const size_t n = (size_t)(a->width * a->height), item = a->npy.item;
    double most = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            const uint64_t y = i / a->width, x = i % a->width;
            const double value = dp_npy_value(
                &a->npy, first + (y * a->step_down + x * a->step_right) * item);
            if (!(value >= 0 && value <= 255))
                return dp_fail(err, DP_INPUT,
                               "value %zu is %g; pixels go from 0 to 255, or from 0 to 1",
                               i + 1, value);
            if (pass == 0)
                most = fmax(most, value);
            else
                r->pixel[i] = (uint8_t)lrint(value * dp_image_scale(most));
        }
    return DP_OK;
}

/* Add the next label of the array beside that of the images, if it is a digit and if there are as
 * many labels as images. */
static void add_label(dp_record *out, dp_reader *r, uint64_t images)
{
    static const char *const text[] = {
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
    };
    uint8_t bytes[8];
    const size_t item = r->label_type.item;
    if (!r->labels || r->label_type.dim[0] != images ||
        dp_source_read(r->labels, bytes, item) < item)
        return;
    const double value = dp_npy_value(&r->label_type, bytes);
    for (int digit = 0; digit < DP_DIGITS; digit++)
        if (value == digit)
            out->label = text[digit];
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    dp_npy_images *a = &r->npy;
    dp_code code = DP_OK;
    if (a->left == 0) {
        if (dp_source_peek(&b, r->source, 1) == 0)
            return DP_OK;
        code = open_array(out, r, err);
        if (code != DP_OK || a->left == 0)
            return code;
    }
    const uint64_t size = a->width * a->height * a->npy.item;
    code = dp_image_room(out, r, a->width, a->height, err);
    if (code == DP_OK && !a->npy.fortran_order)
        code = read_bytes(r, size, err);
    if (code != DP_OK) {
        a->left = 0;
        r->done = true;
        return code;
    }
    const uint64_t image = a->npy.fortran_order ? a->index * a->npy.item : 0;
    add_label(out, r, a->index + a->left);
    a->index++;
    a->left--;
    r->inside = a->left > 0;
    return convert(r, a->bytes + image, err);
}

const dp_image_format dp_image_npy = { "npy", true, true, next, NULL };
