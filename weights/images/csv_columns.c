#include "config.h"

#include "weights/images/csv_columns.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "engine/ink/normalize.h"

#include <math.h>
#include <string.h>
#include <strings.h>

bool dp_csv_is_header(const dp_csv_field *f, size_t n, char separator)
{
    size_t texts = 0, steps = 0;
    double before = 0;
    bool number_before = false;
    for (size_t i = 0; i < n; i++) {
        double value = 0;
        const bool number = dp_csv_number(&value, &f[i], separator);
        texts += !number;
        steps += number && number_before && value == before + 1;
        number_before = number;
        before = value;
    }
    return texts > n / 2 || steps >= DP_PIXELS - 1;
}

/* ---- names ------------------------------------------------------------------------- */

static bool is_named(const dp_csv_field *f, const char *name)
{
    return f->size == strlen(name) && strncasecmp(f->text, name, f->size) == 0;
}

static bool is_ignored(const dp_csv_field *f)
{
    static const char pandas[] = "unnamed: ";
    return f->size == 0 || is_named(f, "index") || is_named(f, "idx") ||
           (f->size >= sizeof pandas - 1 &&
            strncasecmp(f->text, pandas, sizeof pandas - 1) == 0);
}

static bool has_digit(const dp_csv_field *f)
{
    for (size_t i = 0; i < f->size; i++)
        if (dp_decimal_is_digit(f->text[i]))
            return true;
    return false;
}

static size_t find_name(const dp_csv_field *name, size_t n, const char *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (is_named(&name[i], wanted))
            return i;
    return DP_CSV_NONE;
}

/* The first column with the name of a label. */
static size_t find_label_name(const dp_csv_field *name, size_t n)
{
    static const char *const labels[] = { "label", "class", "y", "target", "digit" };
    size_t found = DP_CSV_NONE;
    for (size_t k = 0; k < DP_COUNT(labels) && found == DP_CSV_NONE; k++)
        found = find_name(name, n, labels[k]);
    return found;
}

/* ---- columns ----------------------------------------------------------------------- */

static void set_pixel(dp_csv_columns *c, size_t i, bool pixel)
{
    c->n_pixels += pixel;
    c->n_pixels -= c->pixel[i];
    c->pixel[i] = pixel;
}

/* Make column i the label; DP_CSV_NONE: none. */
static void set_label(dp_csv_columns *c, size_t i)
{
    c->label = i;
    c->sure = true;
    if (i != DP_CSV_NONE)
        set_pixel(c, i, false);
}

/* The column with a number, from 1, or a name. `name` is NULL without a header. */
static dp_code find_wanted(size_t *out, const char *wanted, const dp_csv_field *name,
                           size_t n, dp_err *err)
{
    int number;
    size_t found = DP_CSV_NONE;
    if (dp_decimal_int(&number, wanted))
        found = number >= 1 && (size_t)number <= n ? (size_t)number - 1 : DP_CSV_NONE;
    else if (name)
        found = find_name(name, n, wanted);
    if (found == DP_CSV_NONE)
        return dp_fail(err, DP_INPUT,
                       name ? "no column '%s' among the %zu of the header"
                            : "no column '%s' among %zu without names; --label-column "
                              "takes a number from 1",
                       wanted, n);
    *out = found;
    return DP_OK;
}

/* Take the wanted column as the label. With "none" the label, wherever it is, is not
 * reported. */
static dp_code take_wanted(dp_csv_columns *c, const char *wanted,
                           const dp_csv_field *name, dp_err *err)
{
    size_t i = 0;
    if (!wanted || strcmp(wanted, "none") == 0)
        return DP_OK;
    dp_code code = find_wanted(&i, wanted, name, c->n, err);
    if (code == DP_OK)
        set_label(c, i);
    return code;
}

dp_code dp_csv_read_names(dp_csv_columns *out, const dp_csv_field *name, size_t n,
                          const char *wanted, dp_err *err)
{
    dp_csv_columns c = { .n = n, .named = true, .label = DP_CSV_NONE, .id = DP_CSV_NONE };
    for (size_t i = 0; i < n; i++)
        set_pixel(&c, i, !is_ignored(&name[i]) && has_digit(&name[i]));
    c.id = find_name(name, n, "id");
    const size_t label = find_label_name(name, n);
    if (label != DP_CSV_NONE)
        set_label(&c, label);
    dp_code code = take_wanted(&c, wanted, name, err);
    if (code != DP_OK)
        return code;
    if (c.n_pixels != DP_PIXELS && (c.sure || c.n_pixels != DP_PIXELS + 1))
        return dp_fail(err, DP_INPUT, "the header names %zu pixels, not %d", c.n_pixels,
                       DP_PIXELS);
    c.sure |= c.n_pixels == DP_PIXELS;
    *out = c;
    return DP_OK;
}

dp_code dp_csv_number_columns(dp_csv_columns *out, size_t n, const char *wanted,
                              dp_err *err)
{
    dp_csv_columns c = { .n = n, .label = DP_CSV_NONE, .id = DP_CSV_NONE };
    for (size_t i = 0; i < n; i++)
        set_pixel(&c, i, i > 0 || n <= DP_PIXELS + 1);
    dp_code code = n > DP_PIXELS ? take_wanted(&c, wanted, NULL, err) : DP_OK;
    c.sure |= c.n_pixels == DP_PIXELS;
    if (code == DP_OK)
        *out = c;
    return code;
}

/* ---- a label without a name -------------------------------------------------------- */

/* Whether a field is not the same number as the pixel beside it. */
static bool differs(const dp_csv_field *f, const dp_csv_field *pixel, char separator)
{
    double a, b;
    return !dp_csv_number(&a, f, separator) || !dp_csv_number(&b, pixel, separator) ||
           a != b;
}

static bool is_digit(const dp_csv_field *f, char separator)
{
    double value;
    return dp_csv_number(&value, f, separator) && value >= 0 && value < DP_DIGITS &&
           value == (int)value;
}

/* How far the ink of a line is from the middle, horizontally, if column `label` is not a
 * pixel. Ink is what differs from the first pixel. */
static double distance_from_center(const dp_csv_columns *c, const dp_csv_field *f,
                                   size_t label, char separator)
{
    double paper = 0, ink = 0, moment = 0;
    for (size_t i = 0, pixel = 0; i < c->n; i++) {
        double value;
        if (!c->pixel[i] || i == label || !dp_csv_number(&value, &f[i], separator))
            continue;
        if (pixel == 0)
            paper = value;
        ink += fabs(value - paper);
        moment += fabs(value - paper) * (double)(pixel++ % DP_SIDE);
    }
    return ink > 0 ? fabs(moment / ink - DP_INK_CENTER) : 0;
}

void dp_csv_find_label(dp_csv_columns *c, const dp_csv_field *f, char separator)
{
    if (c->sure)
        return;
    size_t first = 0, last = c->n - 1;
    while (!c->pixel[first])
        first++;
    while (!c->pixel[last])
        last--;
    double ignored;
    const bool start = differs(&f[first], &f[first + 1], separator);
    const bool end = differs(&f[last], &f[last - 1], separator) &&
                     is_digit(&f[last], separator) &&
                     dp_csv_number(&ignored, &f[first], separator);
    const bool both = start && end && is_digit(&f[first], separator);
    c->sure = (start || end) && !both;
    c->label = end && !both ? last : first;
    if (!start && !end &&
        distance_from_center(c, f, last, separator) <
            distance_from_center(c, f, first, separator))
        c->label = last;
}
