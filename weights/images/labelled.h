/* A data set of labelled 28×28 images, from a file or a folder. */
#ifndef DP_WEIGHTS_IMAGES_LABELLED_H
#define DP_WEIGHTS_IMAGES_LABELLED_H

#include "weights/data/tally.h"
#include "weights/images/image.h"

#include <stdint.h>

enum { DP_LABELLED_MAX = 1 << 19 };

/* Labelled images. A zeroed struct is an empty set. */
typedef struct dp_labelled {
    uint8_t *pixels; /* [n, 784], 0 … 255 */
    uint8_t *label;  /* [n], 0 … 9, or as in a dp_labelled_reading with groups */
    int n, capacity;
} dp_labelled;

/* Append one image to a set. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_labelled_add(dp_labelled *to, const uint8_t image[DP_PIXELS], uint8_t label,
                        dp_err *err);
void dp_labelled_clear(dp_labelled *images);

/* The group of a record that shows no digit: the part of its label before a slash, so that
 * the characters "Korean/01" and "Korean/02" are of one group. *name, of *size bytes, is part
 * of the JSON text, whose escapes it keeps: ASCII without control characters. DP_INPUT if the
 * label is missing or a digit. */
DP_MUST_CHECK
dp_code dp_labelled_group(const char **name, size_t *size, const dp_record *record,
                          dp_err *err);

/* Make room for one more entry in two parallel arrays with room for *capacity entries of
 * `size` bytes and of one byte. False if memory is short. */
bool dp_labelled_grow(void **array, size_t size, uint8_t **label, int n, int *capacity);

/* How to read a set. */
typedef struct dp_labelled_reading {
    const char *label_column; /* as for dp_reader_label_column */
    bool transpose;           /* as for dp_reader_transpose */
    bool unlabelled;          /* labels are not needed and not kept; they are all 0 */
    /* NULL, or: the records show no digits. Their groups are counted here, and their labels
     * become the indices of the groups, of which there may be 256. Look-alikes of digits
     * are left out. */
    dp_tally *groups;
    /* Turn a record into an image, such as dp_labelled_render does. */
    dp_code (*render)(uint8_t image[DP_PIXELS], void *context, const dp_record *record,
                      dp_err *err);
    /* Called for each record or file that cannot be read, or that has no label, and is then
     * skipped. NULL: such a record is an error. */
    void (*skip)(void *context, const char *path, const dp_err *why);
    void *context; /* for both */
} dp_labelled_reading;

/* Append the images of a file in any format of images/image.h whose records have a label,
 * or of a folder that has a folder of images for each digit, 0 … 9, as torchvision's
 * ImageFolder does; without labels, of a folder with any files. DP_USAGE for an IDX file,
 * whose labels are in another one; DP_IO, with the path, if it cannot be read, or if there
 * are no images, no labels, or more than DP_LABELLED_MAX images; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_labelled_read(dp_labelled *out, const char *path,
                         const dp_labelled_reading *how, dp_err *err);

/* Normalise a record as `predict` does. DP_INPUT if it has too little ink. */
DP_MUST_CHECK
dp_code dp_labelled_render(uint8_t image[DP_PIXELS], void *context,
                           const dp_record *record, dp_err *err);

#endif
