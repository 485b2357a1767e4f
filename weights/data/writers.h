/* Who wrote each image of a data set, so that writers can be held out whole. A network that was
 * trained on some images of a writer reads the others too well. */
#ifndef DP_WEIGHTS_DATA_WRITERS_H
#define DP_WEIGHTS_DATA_WRITERS_H

#include "engine/core/err.h"

#include <stdbool.h>

/* Read a table with a line for each of n images, in their order, after the header line
 * "writer<TAB>series" (or with commas; also compressed with gzip), and set held_out: [n] for
 * the images of every twelfth writer of each series, in the order in which they first appear.
 * MNIST's series are those of NIST's forms: 0 was filled in by employees of the Census Bureau
 * and 4 by students. DP_IO, with path and line, if the table cannot be read, is malformed, has
 * another number of lines, or no series with twelve writers; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_writers_hold_out(bool *held_out, int n, const char *path,
                                          dp_err *err);

#endif
