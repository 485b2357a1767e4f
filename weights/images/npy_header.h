/* The header of a NumPy array file (.npy, format versions 1 to 3, as numpy.lib.format documents
 * it): the type of the elements, their order and the shape. */
#ifndef DP_WEIGHTS_IMAGES_NPY_HEADER_H
#define DP_WEIGHTS_IMAGES_NPY_HEADER_H

#include "weights/io/source.h"

enum { DP_NPY_MAX_RANK = 8 };

typedef struct dp_npy {
    char kind;          /* b bool, u unsigned, i signed, f float */
    size_t item;        /* bytes of an element: 1, 2, 4 or 8 */
    bool big_endian;    /* byte order of the elements */
    bool fortran_order; /* the first index runs fastest */
    int rank;
    uint64_t dim[DP_NPY_MAX_RANK];
} dp_npy;

/* Read the header, after which the elements follow. DP_INPUT if it is none, if it ends early, or
 * for elements that are no numbers. */
DP_MUST_CHECK dp_code dp_npy_read_header(dp_npy *out, dp_source *s, dp_err *err);

/* The element at `bytes`, of npy->item bytes. */
double dp_npy_value(const dp_npy *npy, const uint8_t *bytes);

#endif
