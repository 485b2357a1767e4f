/* From the form in which a data set is published to the one that train and eval read. */
#ifndef DP_WEIGHTS_CORPORA_CONVERT_H
#define DP_WEIGHTS_CORPORA_CONVERT_H

#include "weights/io/text.h"

#include <stdint.h>

/* The most bytes that a published file, and what becomes of it, may have. */
enum { DP_CONVERT_MAX = 100 * 1000 * 1000 };

/* Append the converted content to an empty text. DP_INPUT if the published one is damaged or too
 * large; DP_NOMEM. */
typedef dp_code dp_converter(dp_text *out, const uint8_t *bytes, size_t size,
                             dp_err *err);

/* As it is; or inflated, from gzip. */
dp_converter dp_convert_copy, dp_convert_gunzip;

/* A file of digits in the format of UNIPEN 1.0, compressed by LZW, to lines of
 * {"label": …, "writer": …, "strokes": …} (weights/data/strokes_json.h). The writers are those of
 * the comments, "train" and a number, as pendigits has them. Coordinates are relative to the upper
 * left corner of a digit, and y points down. */
dp_converter dp_convert_unipen;

/* The labels of QMNIST (a gzipped matrix of numbers, eight for each image) to a table of the writer
 * and the NIST series of each image (weights/data/writers.h). */
dp_converter dp_convert_writers;

/* The ZIP archive of Omniglot's strokes to lines of {"class": "ALPHABET/CHARACTER", "drawer": …,
 * "lookalike": …, "strokes": …}: the alphabets Balinese, Early Aramaic and Korean. Look-alikes are
 * those characters that people read as digits. */
dp_converter dp_convert_omniglot;

#endif
