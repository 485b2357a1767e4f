#include "config.h"

#include "weights/data/png_write.h"

#if HAVE_PNG
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* The state of encoding. Everything that must survive a longjmp is in here. */
typedef struct writer {
    unsigned char *bytes;
    size_t size, capacity;
    png_structp png;
    png_infop info;
} writer;

static void on_write(png_structp png, png_bytep data, size_t n)
{
    writer *w = png_get_io_ptr(png);
    if (w->size + n > w->capacity) {
        size_t capacity = 2 * (w->size + n);
        unsigned char *bytes = realloc(w->bytes, capacity);
        if (!bytes)
            png_error(png, "no memory");
        w->bytes = bytes;
        w->capacity = capacity;
    }
    memcpy(w->bytes + w->size, data, n);
    w->size += n;
}

static void on_flush(png_structp png)
{
    (void)png;
}

/* False if memory is short. */
static bool encode(writer *w, const dp_gray *picture)
{
    if (setjmp(png_jmpbuf(w->png)))
        return false;
    png_set_write_fn(w->png, w, on_write, on_flush);
    png_set_IHDR(w->png, w->info, (png_uint_32)picture->width,
                 (png_uint_32)picture->height, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(w->png, w->info);
    for (int y = 0; y < picture->height; y++)
        png_write_row(w->png, picture->pixel + (size_t)y * (size_t)picture->width);
    png_write_end(w->png, w->info);
    return true;
}

dp_code dp_png_write(unsigned char **out, size_t *size, const dp_gray *picture,
                     dp_err *err)
{
    writer w = { .png =
                     png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL) };
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    bool ok = w.info && encode(&w, picture);
    png_destroy_write_struct(&w.png, &w.info);
    if (!ok) {
        free(w.bytes);
        return dp_fail(err, DP_NOMEM, "no memory to encode PNG");
    }
    *out = w.bytes;
    *size = w.size;
    return DP_OK;
}

#else

dp_code dp_png_write(unsigned char **out, size_t *size, const dp_gray *picture,
                     dp_err *err)
{
    (void)out;
    (void)size;
    (void)picture;
    return dp_fail(err, DP_USAGE,
                   "digitpad is built without libpng and cannot write PNG");
}

#endif
