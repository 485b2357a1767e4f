/* A growing text buffer, and what readers of lines share. */
#ifndef DP_WEIGHTS_IO_TEXT_H
#define DP_WEIGHTS_IO_TEXT_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct is an empty text. A failed allocation sets `failed`, so that only the
 * result needs a check. */
typedef struct dp_text {
    char *bytes; /* NUL-terminated; NULL before the first addition */
    size_t size, capacity;
    bool failed;
} dp_text;

/* Append formatted text. */
void dp_text_add(dp_text *t, const char *fmt, ...) DP_PRINTF(2, 3);

/* Append n bytes. */
void dp_text_append(dp_text *t, const char *bytes, size_t n);

/* Append a float as %.6g if that reads back as the same float, otherwise as %.9g. */
void dp_text_add_float(dp_text *t, float value);

/* Append a float as %.9g, from which every float reads back. Fast for probabilities. */
void dp_text_add_exact(dp_text *t, float value);

void dp_text_clear(dp_text *t);

/* Whether a line has nothing but spaces, tabs and carriage returns. */
bool dp_text_is_blank(const char *line, size_t size);

#endif
