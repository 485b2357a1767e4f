#include "config.h"

#include "tui/pad/save.h"

#include "weights/data/png_write.h"
#include "weights/data/strokes_json.h"
#include "weights/io/fsio.h"
#include "weights/io/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PICTURE_SIDE = 280, /* ten times the network's input */
    MAX_DRAWING_BYTES = 10 << 20,
};

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), n = strlen(ending);
    return length > n && strcmp(path + length - n, ending) == 0;
}

bool dp_save_is_json(const char *path)
{
    return ends_with(path, ".ndjson") || ends_with(path, ".json");
}

dp_code dp_save_check(const char *path, dp_err *err)
{
    if (dp_save_is_json(path) || ends_with(path, ".pgm") || ends_with(path, ".png"))
        return DP_OK;
    return dp_fail(err, DP_USAGE,
                   "%s: unknown format; use .ndjson (strokes), .pgm or .png (picture)",
                   path);
}

/* The strokes as a line, which the caller frees; NULL if memory runs out. */
static char *make_line(size_t *size, const dp_strokes *s)
{
    char *text = dp_strokes_json_write(s);
    size_t length = text ? strlen(text) : 0;
    char *line = text ? realloc(text, length + 2) : NULL;
    if (!line) {
        free(text);
        return NULL;
    }
    memcpy(line + length, "\n", 2);
    *size = length + 1;
    return line;
}

static dp_code save_json(const char *path, const dp_strokes *s, dp_err *err)
{
    size_t size;
    char *line = make_line(&size, s);
    if (!line)
        return dp_fail(err, DP_NOMEM, "no memory to write %s", path);
    dp_code code = dp_fsio_write(path, line, size, err);
    free(line);
    return code;
}

dp_code dp_save_strokes(int fd, const char *name, const dp_strokes *s, dp_err *err)
{
    size_t size;
    char *line = make_line(&size, s);
    if (!line)
        return dp_fail(err, DP_NOMEM, "no memory to write %s", name);
    const bool written = dp_fsio_write_fully(fd, line, size) && fsync(fd) == 0;
    free(line);
    return written ? DP_OK : dp_fail(err, DP_IO, "%s: %s", name, strerror(errno));
}

dp_code dp_save_render(uint8_t *pixel, int side, const dp_strokes *s,
                       const dp_canvas *shown, dp_err *err)
{
    dp_canvas canvas = { 0 };
    dp_code code = dp_canvas_resize(&canvas, side, err);
    if (code != DP_OK)
        return code;
    dp_canvas_place(&canvas, shown->origin, shown->extent);
    dp_canvas_draw(&canvas, s, false);
    for (int i = 0; i < side * side; i++)
        pixel[i] = (uint8_t)(canvas.pixel[i] * 255 + 0.5F);
    dp_canvas_free(&canvas);
    return DP_OK;
}

static dp_code write_png(const char *path, const uint8_t *pixel, dp_err *err)
{
    const dp_gray picture = { pixel, PICTURE_SIDE, PICTURE_SIDE };
    unsigned char *bytes;
    size_t size;
    dp_code code = dp_png_write(&bytes, &size, &picture, err);
    if (code != DP_OK)
        return code;
    code = dp_fsio_write(path, bytes, size, err);
    free(bytes);
    return code;
}

static dp_code save_picture(const char *path, const dp_strokes *s, const dp_canvas *shown,
                            dp_err *err)
{
    static const char header[] = "P5\n280 280\n255\n";
    enum { HEADER = sizeof header - 1, PIXELS = PICTURE_SIDE * PICTURE_SIDE };
    uint8_t *bytes = malloc(HEADER + PIXELS);
    if (!bytes)
        return dp_fail(err, DP_NOMEM, "no memory to write %s", path);
    memcpy(bytes, header, HEADER);
    dp_code code = dp_save_render(bytes + HEADER, PICTURE_SIDE, s, shown, err);
    if (code == DP_OK)
        code = ends_with(path, ".png") ? write_png(path, bytes + HEADER, err)
                                       : dp_fsio_write(path, bytes, HEADER + PIXELS, err);
    free(bytes);
    return code;
}

dp_code dp_save_drawing(const char *path, const dp_strokes *s, const dp_canvas *shown,
                        dp_err *err)
{
    dp_code code = dp_save_check(path, err);
    if (code != DP_OK)
        return code;
    return dp_save_is_json(path) ? save_json(path, s, err)
                                 : save_picture(path, s, shown, err);
}

/* Read a drawing from each line that is not blank. *n counts up from 0, even on failure. */
static dp_code read_lines(dp_strokes *out, int *n, const char *text, size_t size,
                          dp_err *err)
{
    int number = 0;
    for (size_t at = 0; at < size;) {
        const char *line = text + at, *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at;
        at += length + 1;
        number++;
        if (dp_text_is_blank(line, length))
            continue;
        dp_code code =
            *n < DP_SAVE_MAX_DRAWINGS
                ? dp_strokes_json_read(&out[*n], line, length, err)
                : dp_fail(err, DP_INPUT, "more than %d drawings", DP_SAVE_MAX_DRAWINGS);
        if (code != DP_OK)
            return dp_fail_in(err, code, "line %d", number);
        ++*n;
    }
    return *n > 0 ? DP_OK : dp_fail(err, DP_INPUT, "no drawing in this file");
}

dp_code dp_save_load(dp_strokes **out, int *n, const char *path, dp_err *err)
{
    unsigned char *data;
    size_t size;
    int found = 0;
    dp_code code = dp_fsio_read(&data, &size, path, MAX_DRAWING_BYTES, err);
    if (code != DP_OK)
        return code;
    dp_strokes *drawings = calloc(DP_SAVE_MAX_DRAWINGS, sizeof *drawings);
    code = drawings ? read_lines(drawings, &found, (const char *)data, size, err)
                    : dp_fail(err, DP_NOMEM, "no memory for drawings");
    free(data);
    if (code == DP_OK) {
        *out = drawings;
        *n = found;
        return DP_OK;
    }
    for (int i = 0; i < found; i++)
        dp_strokes_clear(&drawings[i]);
    free(drawings);
    return dp_fail_in(err, code, "%s", path);
}
