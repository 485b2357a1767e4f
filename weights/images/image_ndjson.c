/* The ndjson format: a JSON text a line, with pixels or strokes. */
#include "config.h"

#include "weights/images/image_format.h"
#include "weights/data/strokes_json.h"
#include "weights/io/json_text.h"
#include "weights/io/text.h"

#include <jansson.h>
#include <stdlib.h>

static dp_code read_number(double *out, const json_t *value, size_t index, dp_err *err)
{
    if (!json_is_number(value))
        return dp_fail(err, DP_INPUT, "pixel %zu is not a number", index + 1);
    *out = json_number_value(value);
    return DP_OK;
}

/* [784 numbers] or [28 × [28 numbers]] */
static dp_code read_pixels(dp_record *out, dp_reader *r, const json_t *array, dp_err *err)
{
    double value[DP_PIXELS];
    size_t n = json_array_size(array);
    bool rows = n == DP_SIDE;
    if (n != DP_PIXELS && n != DP_SIDE)
        return dp_fail(err, DP_INPUT, "%zu pixels, not %d or %d rows of %d", n, DP_PIXELS,
                       DP_SIDE, DP_SIDE);
    for (size_t i = 0; i < DP_PIXELS; i++) {
        const json_t *item = json_array_get(array, rows ? i / DP_SIDE : i);
        if (rows && json_array_size(item) != DP_SIDE)
            return dp_fail(err, DP_INPUT, "row %zu is not an array of %d numbers",
                           i / DP_SIDE + 1, DP_SIDE);
        if (rows)
            item = json_array_get(item, i % DP_SIDE);
        dp_code code = read_number(&value[i], item, i, err);
        if (code != DP_OK)
            return code;
    }
    return dp_image_values(out, r, value, err);
}

/* Keep a value to echo it, unless it is null. */
static dp_code keep(const char **out, char **kept, const json_t *value, dp_err *err)
{
    free(*kept);
    *kept = NULL;
    if (!value || json_is_null(value))
        return DP_OK;
    *kept = dp_json_text_value(value);
    if (!*kept)
        return dp_fail(err, DP_NOMEM, "no memory to keep an id");
    *out = *kept;
    return DP_OK;
}

static dp_code read_object(dp_record *out, dp_reader *r, const json_t *object,
                           dp_err *err)
{
    const json_t *pixels = json_object_get(object, "pixels");
    const json_t *strokes = json_object_get(object, "strokes");
    dp_code code;
    if (!pixels == !strokes)
        return dp_fail(err, DP_INPUT, "an object needs either \"pixels\" or \"strokes\"");
    if ((code = keep(&out->id, &r->id, json_object_get(object, "id"), err)) != DP_OK ||
        (code = keep(&out->label, &r->label, json_object_get(object, "label"), err)) !=
            DP_OK ||
        (code = keep(&out->writer, &r->writer, json_object_get(object, "writer"), err)) !=
            DP_OK)
        return code;
    if (pixels)
        return read_pixels(out, r, pixels, err);
    dp_strokes_clear(&r->strokes);
    out->kind = DP_RECORD_STROKES;
    out->strokes = &r->strokes;
    return dp_strokes_json_from(&r->strokes, object, err);
}

/* Read the next line that is not blank, without a byte order mark; *line is NULL at the
 * end. */
static dp_code next_line(const char **line, size_t *size, dp_reader *r, dp_err *err)
{
    do {
        r->place = dp_source_offset(r->source);
        dp_code code = dp_source_line(line, size, r->source, err);
        if (code != DP_OK)
            return code;
        if (*line && r->place == 0 && *size >= 3 && (*line)[0] == '\xef' &&
            (*line)[1] == '\xbb' && (*line)[2] == '\xbf') {
            *line += 3;
            *size -= 3;
        }
    } while (*line && dp_text_is_blank(*line, *size));
    return DP_OK;
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const char *line;
    size_t size;
    dp_code code = next_line(&line, &size, r, err);
    if (code != DP_OK || !line)
        return code;
    json_error_t where;
    json_t *root = json_loadb(line, size, JSON_REJECT_DUPLICATES, &where);
    if (!root) {
        r->place += where.position > 0 ? (uint64_t)where.position : 0;
        return dp_fail(err, DP_INPUT, "not valid JSON: %s", where.text);
    }
    code = json_is_array(root) ? read_pixels(out, r, root, err)
                               : read_object(out, r, root, err);
    json_decref(root);
    return code;
}

const dp_image_format dp_image_ndjson = { "ndjson", true, next };
