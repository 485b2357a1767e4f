/* The ndjson format: JSON texts, one after the other or in an array, with pixels or strokes. */
#include "config.h"

#include "weights/images/image_format.h"
#include "weights/data/stroke_points.h"
#include "weights/data/strokes_json.h"
#include "weights/io/json_text.h"

#include <jansson.h>
#include <stdlib.h>

static dp_code read_number(double *out, const json_t *value, size_t index, dp_err *err)
{
    while (json_array_size(value) == 1) /* the only channel of an image */
        value = json_array_get(value, 0);
    if (!json_is_number(value))
        return dp_fail(err, DP_INPUT, "pixel %zu is not a number", index + 1);
    *out = json_number_value(value);
    return DP_OK;
}

/* [784 numbers] or [28 × [28 numbers]], also as the only entry of an array */
static dp_code read_pixels(dp_record *out, dp_reader *r, const json_t *array, dp_err *err)
{
    double value[DP_PIXELS];
    while (json_array_size(array) == 1 && json_is_array(json_array_get(array, 0)))
        array = json_array_get(array, 0);
    size_t n = json_array_size(array);
    bool rows = n == DP_SIDE;
    if (!rows && dp_stroke_is_point(json_array_get(array, 0)))
        return dp_fail(err, DP_INPUT,
                       "a list of points; a drawing is {\"strokes\":[[[x,y],...],...]}");
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

enum { KEYS = 3 };

/* Keep the value of the first of these keys that the object has, to echo it, unless it is
 * null. */
static dp_code keep(const char **out, char **kept, const json_t *object,
                    const char *const key[KEYS], dp_err *err)
{
    const json_t *value = NULL;
    for (int i = 0; i < KEYS && key[i] && !value; i++)
        value = json_object_get(object, key[i]);
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

/* The second names are those of Quick, Draw!; "class" is of drawings that are not digits. */
static dp_code keep_names(dp_record *out, dp_reader *r, const json_t *object, dp_err *err)
{
    static const char *const id[KEYS] = { "id", "key_id" },
                             *const label[KEYS] = { "label", "word", "class" },
                             *const writer[KEYS] = { "writer" };
    out->lookalike = json_is_true(json_object_get(object, "lookalike"));
    dp_code code = keep(&out->id, &r->id, object, id, err);
    if (code == DP_OK)
        code = keep(&out->label, &r->label, object, label, err);
    if (code == DP_OK)
        code = keep(&out->writer, &r->writer, object, writer, err);
    return code;
}

static dp_code read_object(dp_record *out, dp_reader *r, const json_t *object,
                           dp_err *err)
{
    const json_t *pixels = json_object_get(object, "pixels");
    const json_t *strokes = json_object_get(object, "strokes");
    if (!strokes)
        strokes = json_object_get(object, "drawing");
    if (!pixels && !strokes && json_object_get(object, "points"))
        return dp_fail(err, DP_INPUT,
                       "a single stroke; a drawing is "
                       "{\"strokes\":[{\"points\":[...]},...]}");
    if (!pixels == !strokes)
        return dp_fail(err, DP_INPUT, "an object needs either \"pixels\" or \"strokes\"");
    dp_code code = keep_names(out, r, object, err);
    if (code != DP_OK)
        return code;
    if (pixels)
        return read_pixels(out, r, pixels, err);
    dp_strokes_clear(&r->strokes);
    out->kind = DP_RECORD_STROKES;
    out->strokes = &r->strokes;
    return dp_strokes_json_from(&r->strokes, object, err);
}

/* Read the next text that is not an empty list. */
static dp_code next_text(json_t **out, dp_reader *r, dp_err *err)
{
    json_t *text = NULL;
    dp_code code;
    do {
        json_decref(text);
        code = dp_json_stream_next(&text, &r->json, r->source, err);
        r->place = r->json.place;
    } while (code == DP_OK && json_is_array(text) && json_array_size(text) == 0);
    if (code == DP_OK)
        *out = text;
    return code;
}

static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    json_t *root = NULL;
    dp_code code = next_text(&root, r, err);
    if (code != DP_OK || !root)
        return code;
    code = json_is_array(root) ? read_pixels(out, r, root, err)
                               : read_object(out, r, root, err);
    json_decref(root);
    return code;
}

static dp_code skip(dp_record *out, dp_reader *r, dp_err *err)
{
    bool at_end, is_empty;
    dp_code code;
    do {
        code = dp_json_stream_skip(&at_end, &is_empty, &r->json, r->source, err);
        r->place = r->json.place;
    } while (code == DP_OK && is_empty);
    out->kind = code == DP_OK && at_end ? DP_RECORD_END : DP_RECORD_IMAGE;
    return code;
}

const dp_image_format dp_image_ndjson = { "ndjson", true, false, next, skip };
