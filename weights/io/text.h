/* Text under construction: grows as it is written. */
#ifndef DP_WEIGHTS_IO_TEXT_H
#define DP_WEIGHTS_IO_TEXT_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct is an empty text. A failed allocation is remembered, so that only the
 * end result needs a check. */
typedef struct dp_text {
    char *bytes; /* NUL-terminated; NULL while empty */
    size_t size, capacity;
    bool failed;
} dp_text;

void dp_text_add(dp_text *t, const char *fmt, ...) DP_PRINTF(2, 3);

/* n bytes as they are. */
void dp_text_append(dp_text *t, const char *bytes, size_t n);

/* The shortest of %.6g and %.9g that reads back as the same float, in the C locale. */
void dp_text_add_float(dp_text *t, float value);

/* As %.9g gives it, which every float reads back from; quick for probabilities. */
void dp_text_add_exact(dp_text *t, float value);

void dp_text_clear(dp_text *t);

#endif
