#include "config.h"

#include "weights/images/labelled.h"

#include "engine/core/arith.h"
#include "weights/io/walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LABEL_OF_RECORD = -1, NO_LABEL = 0 };

/* ---- sets -------------------------------------------------------------------------- */

bool dp_labelled_grow(void **array, size_t size, uint8_t **label, int n, int *capacity)
{
    if (n < *capacity)
        return true;
    int room = *capacity ? 2 * *capacity : 256;
    void *more = realloc(*array, (size_t)room * size);
    if (more)
        *array = more;
    uint8_t *labels = realloc(*label, (size_t)room);
    if (labels)
        *label = labels;
    if (!more || !labels)
        return false;
    *capacity = room;
    return true;
}

dp_code dp_labelled_add(dp_labelled *to, const uint8_t image[DP_PIXELS], uint8_t label,
                        dp_err *err)
{
    void *array = to->pixels;
    bool room = dp_labelled_grow(&array, DP_PIXELS, &to->label, to->n, &to->capacity);
    to->pixels = array;
    if (!room)
        return dp_fail(err, DP_NOMEM, "no memory for more images");
    memcpy(to->pixels + (size_t)to->n * DP_PIXELS, image, DP_PIXELS);
    to->label[to->n++] = label;
    return DP_OK;
}

void dp_labelled_clear(dp_labelled *images)
{
    free(images->pixels);
    free(images->label);
    *images = (dp_labelled){ 0 };
}

/* ---- records ----------------------------------------------------------------------- */

dp_code dp_labelled_render(uint8_t image[DP_PIXELS], void *context,
                           const dp_record *record, dp_err *err)
{
    dp_ink ink = DP_INK_BLANK;
    dp_code code = DP_OK;
    (void)context;
    if (record->kind == DP_RECORD_STROKES)
        ink = dp_normalize_strokes(image, record->strokes);
    else
        code = dp_normalize_image(
            image, &ink, &record->gray,
            (dp_normalize_options){ DP_NORMALIZE_AUTO, DP_INVERT_AUTO }, err);
    if (!code && ink != DP_INK_ENOUGH)
        code = dp_fail(err, DP_INPUT, "too little ink for a digit");
    return code;
}

/* Parse the JSON text of a label: 7 or "7". */
static dp_code read_label(int *out, const char *json, dp_err *err)
{
    const char *digit = json && json[0] == '"' ? json + 1 : json;
    if (!digit || digit[0] < '0' || digit[0] > '9' ||
        digit[1] != (digit > json ? '"' : 0))
        return dp_fail(err, DP_INPUT, "a \"label\" from 0 to 9 is required");
    *out = digit[0] - '0';
    return DP_OK;
}

dp_code dp_labelled_group(const char **name, size_t *size, const dp_record *record,
                          dp_err *err)
{
    const char *json = record->label;
    if (!json || json[0] != '"' || json[1] == '"' || json[1] == '/')
        return dp_fail(err, DP_INPUT, "a \"class\" such as \"Korean/01\" is required");
    if (json[1] >= '0' && json[1] <= '9' && json[2] == '"')
        return dp_fail(err, DP_INPUT, "\"class\" is a digit");
    *name = json + 1;
    *size = strcspn(*name, "/");
    if (!(*name)[*size])
        --*size; /* without the quote at the end */
    return DP_OK;
}

/* Count the group of a record, and make its index the label. */
static dp_code read_group(int *out, dp_tally *groups, const dp_record *record,
                          dp_err *err)
{
    const char *name;
    size_t size;
    dp_code code = dp_labelled_group(&name, &size, record, err);
    if (!code)
        code = dp_tally_count(out, groups, name, size, err);
    if (!code && *out > UINT8_MAX)
        return dp_fail(err, DP_IO, "more than %d groups", UINT8_MAX + 1);
    return code;
}

static dp_code add_record(dp_labelled *out, const dp_labelled_reading *how,
                          const dp_record *record, int label, dp_err *err)
{
    uint8_t image[DP_PIXELS];
    dp_code code;
    if (how->groups && record->lookalike)
        return DP_OK;
    code = how->render(image, how->context, record, err);
    if (!code && how->groups)
        code = read_group(&label, how->groups, record, err);
    else if (!code && label == LABEL_OF_RECORD)
        code = read_label(&label, record->label, err);
    return code ? code : dp_labelled_add(out, image, (uint8_t)label, err);
}

/* ---- files ------------------------------------------------------------------------- */

/* Refuse a file whose first record shows that no record has a label. */
static dp_code check_has_labels(const dp_reader *r, const dp_record *record, dp_err *err)
{
    const char *format = dp_reader_format(r);
    if (record->label || strcmp(format, "ndjson") == 0)
        return DP_OK;
    if (strcmp(format, "idx") == 0)
        return dp_fail(err, DP_USAGE, "this is an IDX file of images: give LABELS too");
    if (strcmp(format, "csv") == 0)
        return dp_fail(err, DP_IO,
                       "the table has no column of labels; --label-column names it");
    return dp_fail(err, DP_IO,
                   "images without labels; a folder for each digit, 0 to 9, tells them");
}

/* Add all records of a reader, which have the given label or their own. */
static dp_code read_records(dp_labelled *out, dp_reader *reader, const char *path,
                            const dp_labelled_reading *how, int label, dp_err *err)
{
    dp_record record;
    for (int number = 1;; number++) {
        dp_code code = dp_reader_next(&record, reader, err);
        if (!code && record.kind == DP_RECORD_END)
            return DP_OK;
        if (!code && out->n == DP_LABELLED_MAX)
            return dp_fail(err, DP_IO, "more than %d images", DP_LABELLED_MAX);
        if (!code && number == 1 && label == LABEL_OF_RECORD &&
            (code = check_has_labels(reader, &record, err)) != DP_OK)
            return code;
        const bool read = !code;
        if (read && (code = add_record(out, how, &record, label, err)) == DP_INPUT)
            code = dp_fail_in(err, code, "record %d", number);
        if (code == DP_INPUT && how->skip)
            how->skip(how->context, path, err);
        else if (code)
            return code;
    }
}

static dp_code read_file(dp_labelled *out, const char *path,
                         const dp_labelled_reading *how, int label, dp_err *err)
{
    dp_source *source = NULL;
    dp_reader *reader = NULL;
    dp_code code = dp_source_open(&source, path, err);
    if (!code)
        code = dp_reader_create(&reader, source, "auto", err);
    if (!code) {
        dp_reader_label_column(reader, how->label_column);
        dp_reader_transpose(reader, how->transpose);
        code = read_records(out, reader, path, how, label, err);
    }
    dp_reader_free(reader);
    dp_source_close(source);
    return code;
}

/* ---- folders ----------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Add all files below a folder, with the same label. */
static dp_code read_files(dp_labelled *out, const char *folder,
                          const dp_labelled_reading *how, int label, dp_err *err)
{
    dp_walk *walk;
    const char *path = folder;
    dp_code code = dp_walk_open(&walk, folder, err);
    if (code)
        return dp_fail_in(err, code, "%s", folder);
    while (path) {
        code = dp_walk_next(&path, walk, err);
        if (!code && path)
            code = read_file(out, path, how, label, err);
        if (!code)
            continue;
        if (!how->skip || out->n == DP_LABELLED_MAX ||
            (code != DP_INPUT && code != DP_IO)) {
            dp_fail_in(err, code, "%s", dp_walk_path(walk));
            break;
        }
        how->skip(how->context, dp_walk_path(walk), err);
    }
    dp_walk_close(walk);
    return code;
}

/* Refuse a folder without the folders of digits, and name one in it that has them. */
static dp_code no_digits(const char *folder, dp_err *err)
{
    static const char *const parts[] = { "train", "training", "test", "testing" };
    for (size_t i = 0; i < DP_COUNT(parts); i++) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%s/0", folder, parts[i]) < PATH_MAX &&
            is_folder(path))
            return dp_fail(err, DP_IO,
                           "the folders 0 to 9 are not in it, but in its '%s'", parts[i]);
    }
    return dp_fail(
        err, DP_IO,
        "a folder without folders 0 to 9, which hold the images of each digit");
}

static dp_code read_folder(dp_labelled *out, const char *folder,
                           const dp_labelled_reading *how, dp_err *err)
{
    int found = 0;
    for (int digit = 0; digit < DP_DIGITS; digit++) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%d", folder, digit) >= PATH_MAX)
            return dp_fail(err, DP_IO, "%s", strerror(ENAMETOOLONG));
        if (!is_folder(path))
            continue;
        found++;
        dp_code code = read_files(out, path, how, digit, err);
        if (code)
            return code;
    }
    return found > 0 ? DP_OK : no_digits(folder, err);
}

/* ---- all --------------------------------------------------------------------------- */

dp_code dp_labelled_read(dp_labelled *out, const char *path,
                         const dp_labelled_reading *how, dp_err *err)
{
    const int before = out->n, label = how->unlabelled ? NO_LABEL : LABEL_OF_RECORD;
    dp_code code;
    if (!is_folder(path))
        code = read_file(out, path, how, label, err);
    else if (how->unlabelled)
        code = read_files(out, path, how, label, err);
    else
        code = read_folder(out, path, how, err);
    if (!code && out->n == before)
        code = dp_fail(err, DP_IO,
                       how->unlabelled ? "no images found" : "no labelled images found");
    if (code == DP_INPUT)
        code = dp_err_recode(err, DP_IO);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}
