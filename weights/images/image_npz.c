/* The npz format: an array of a NumPy archive, which is a ZIP archive of .npy files. */
#include "config.h"

#include "engine/core/arith.h"
#include "weights/images/image_format.h"
#include "weights/io/zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The directory of a ZIP archive is at its end, so the archive is read whole. */
#define MAX_ARCHIVE ((size_t)1 << 30)

/* Which of several arrays has the images, the first name that is there; and which has their
 * labels. */
static const struct {
    const char *images, *labels;
} preferred[] = {
    { "images", "labels" },
    { "image", "label" },
    { "pixels", "labels" },
    { "x", "y" },
    { "X", "y" },
    { "x_test", "y_test" },
    { "X_test", "y_test" },
    { "test_images", "test_labels" },
    { "x_train", "y_train" },
    { "X_train", "y_train" },
    { "train_images", "train_labels" },
    { "data", "target" },
    { "arr_0", "arr_1" },
};

/* Read the whole stream into r->archive. */
static dp_code read_archive(size_t *size, dp_reader *r, dp_err *err)
{
    size_t have = 0, room = 1 << 16;
    for (;;) {
        uint8_t *bytes = realloc(r->archive, room);
        if (!bytes)
            return dp_fail(err, DP_NOMEM, "no memory for an archive of %zu bytes", room);
        r->archive = bytes;
        have += dp_source_read(r->source, bytes + have, room - have);
        if (have < room)
            break;
        if (room >= MAX_ARCHIVE)
            return dp_fail(err, DP_INPUT, "a NumPy archive of more than %d MiB",
                           (int)(MAX_ARCHIVE >> 20));
        room *= 2;
    }
    *size = have;
    return dp_source_check(r->source, err);
}

/* Whether the file is the array `name`. */
static bool is_named(const dp_zip_file *file, const char *name)
{
    const size_t size = strlen(name);
    return file->name_size == size + 4 && memcmp(file->name, name, size) == 0;
}

/* The place of an array in the list of preferred ones; behind its end if it is not there. */
static size_t rank_of(const dp_zip_file *file)
{
    size_t i = 0;
    while (i < DP_COUNT(preferred) && !is_named(file, preferred[i].images))
        i++;
    return i;
}

static bool is_array(const dp_zip_file *file)
{
    return file->name_size > 4 &&
           memcmp(file->name + file->name_size - 4, ".npy", 4) == 0;
}

/* Append the name of an array to a list. */
static void add_name(char *list, size_t size, const dp_zip_file *file)
{
    const size_t used = strlen(list);
    const int shown = dp_min_int((int)file->name_size - 4, 30);
    snprintf(list + used, size - used, "%s'%.*s'", used ? ", " : "", shown, file->name);
}

/* Choose the array of images. */
static dp_code choose(dp_zip_file *out, dp_zip zip, dp_err *err)
{
    char names[160] = "";
    size_t best = DP_COUNT(preferred) + 1, n = 0;
    dp_zip_file file;
    while (zip.left > 0) {
        const dp_code code = dp_zip_next(&file, &zip, err);
        if (code != DP_OK)
            return code;
        if (!is_array(&file))
            continue;
        n++;
        add_name(names, sizeof names, &file);
        if (rank_of(&file) < best) {
            best = rank_of(&file);
            *out = file;
        }
    }
    if (n == 0)
        return dp_fail(err, DP_INPUT,
                       "a ZIP archive without NumPy arrays; unpack it first");
    if (n > 1 && best == DP_COUNT(preferred))
        return dp_fail(err, DP_INPUT,
                       "%zu arrays: %s; save the one with the images as 'images'", n,
                       names);
    return DP_OK;
}

static dp_code open_file(dp_source **out, const dp_zip_file *file, dp_err *err)
{
    dp_code code = dp_source_open_bytes(out, file->data, file->size, err);
    return code == DP_OK && file->deflated ? dp_source_inflate(*out, err) : code;
}

/* Open the labels of the images, if there are some: integers in one dimension. */
static dp_code open_labels(dp_reader *r, const dp_zip_file *images, dp_zip zip,
                           dp_err *err)
{
    const size_t i = rank_of(images);
    dp_zip_file file = { 0 };
    bool found = false;
    while (i < DP_COUNT(preferred) && zip.left > 0 && !found) {
        const dp_code code = dp_zip_next(&file, &zip, err);
        if (code != DP_OK)
            return code;
        found = is_array(&file) && is_named(&file, preferred[i].labels);
    }
    dp_code code = found ? open_file(&r->labels, &file, err) : DP_OK;
    if (!found || code != DP_OK)
        return code;
    if (dp_npy_read_header(&r->label_type, r->labels, NULL) == DP_OK &&
        r->label_type.rank == 1)
        return DP_OK;
    code = dp_source_check(r->labels, err);
    dp_source_close(r->labels);
    r->labels = NULL;
    return code == DP_NOMEM ? code : DP_OK;
}

/* Go on with the array, which is a stream of its own, as with any array. */
static dp_code next(dp_record *out, dp_reader *r, dp_err *err)
{
    const unsigned char *b;
    size_t size = 0;
    dp_zip zip = { 0 };
    dp_zip_file images = { 0 };
    if (dp_source_peek(&b, r->source, 1) == 0)
        return DP_OK;
    dp_code code = read_archive(&size, r, err);
    if (code == DP_OK)
        code = dp_zip_open(&zip, r->archive, size, err);
    if (code == DP_OK)
        code = choose(&images, zip, err);
    if (code == DP_OK)
        code = open_file(&r->member, &images, err);
    if (code == DP_OK)
        code = open_labels(r, &images, zip, err);
    if (code != DP_OK)
        return code;
    r->source = r->member;
    r->format = &dp_image_npy;
    return r->format->next(out, r, err);
}

const dp_image_format dp_image_npz = { "npz", false, false, next, NULL };
