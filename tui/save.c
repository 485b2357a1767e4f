#include "config.h"

#include "tui/save.h"

#include "weights/fsio.h"
#include "weights/strokesjson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PICTURE_SIDE = 280, /* ten times what the network sees */
    MAX_DRAWING_BYTES = 10 << 20,
};

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), n = strlen(ending);
    return length > n && strcmp(path + length - n, ending) == 0;
}

static bool is_json(const char *path)
{
    return ends_with(path, ".ndjson") || ends_with(path, ".json");
}

dp_code dp_save_check(const char *path, dp_err *err)
{
    if (is_json(path) || ends_with(path, ".pgm"))
        return DP_OK;
    return dp_fail(err, DP_USAGE,
                   "%s: a drawing is saved as .ndjson (strokes) or .pgm (picture)", path);
}

static dp_code save_json(const char *path, const dp_strokes *s, dp_err *err)
{
    char *text = dp_strokesjson_write(s);
    size_t length = text ? strlen(text) : 0;
    char *line = text ? realloc(text, length + 2) : NULL;
    if (!line) {
        free(text);
        return dp_fail(err, DP_NOMEM, "no memory to write %s", path);
    }
    memcpy(line + length, "\n", 2);
    dp_code code = dp_fsio_write(path, line, length + 1, err);
    free(line);
    return code;
}

static dp_code save_pgm(const char *path, const dp_strokes *s, const dp_canvas *shown,
                        dp_err *err)
{
    static const char header[] = "P5\n280 280\n255\n";
    enum { HEADER = sizeof header - 1, PIXELS = PICTURE_SIDE * PICTURE_SIDE };
    dp_canvas canvas = { 0 };
    dp_code code = dp_canvas_resize(&canvas, PICTURE_SIDE, err);
    if (code != DP_OK)
        return code;
    unsigned char *bytes = malloc(HEADER + PIXELS);
    if (!bytes) {
        dp_canvas_free(&canvas);
        return dp_fail(err, DP_NOMEM, "no memory to write %s", path);
    }
    dp_canvas_place(&canvas, shown->origin, shown->extent);
    dp_canvas_draw(&canvas, s, false);
    memcpy(bytes, header, HEADER);
    for (int i = 0; i < PIXELS; i++)
        bytes[HEADER + i] = (unsigned char)(canvas.pixel[i] * 255 + 0.5F);
    code = dp_fsio_write(path, bytes, HEADER + PIXELS, err);
    free(bytes);
    dp_canvas_free(&canvas);
    return code;
}

dp_code dp_save_drawing(const char *path, const dp_strokes *s, const dp_canvas *shown,
                        dp_err *err)
{
    dp_code code = dp_save_check(path, err);
    if (code != DP_OK)
        return code;
    return is_json(path) ? save_json(path, s, err) : save_pgm(path, s, shown, err);
}

dp_code dp_save_load(dp_strokes *out, const char *path, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_fsio_read(&data, &size, path, MAX_DRAWING_BYTES, err);
    if (code != DP_OK)
        return code;
    const unsigned char *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line = end ? (size_t)(end - data) : size;
    code = dp_strokesjson_read(out, (const char *)data, line, err);
    free(data);
    return code == DP_OK ? DP_OK : dp_fail_in(err, code, "%s: line 1", path);
}
