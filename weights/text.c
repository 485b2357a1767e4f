#include "config.h"

#include "weights/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(dp_text *t, size_t more)
{
    size_t capacity = t->capacity ? t->capacity : 256;
    while (capacity - t->size <= more)
        if (__builtin_mul_overflow(capacity, (size_t)2, &capacity))
            return false;
    if (capacity == t->capacity)
        return true;
    char *bytes = realloc(t->bytes, capacity);
    if (!bytes)
        return false;
    t->bytes = bytes;
    t->capacity = capacity;
    return true;
}

/* Format into the room that is left; returns the length it takes. */
static int format(dp_text *t, const char *fmt, va_list ap)
{
    return vsnprintf(t->bytes ? t->bytes + t->size : NULL, t->capacity - t->size, fmt, ap);
}

void dp_text_add(dp_text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = format(t, fmt, ap);
    va_end(ap);
    if (n < 0)
        t->failed = true;
    if (!t->failed && (size_t)n >= t->capacity - t->size) {
        if (reserve(t, (size_t)n))
            format(t, fmt, again);
        else
            t->failed = true;
    }
    if (!t->failed)
        t->size += (size_t)n;
    va_end(again);
}

void dp_text_append(dp_text *t, const char *bytes, size_t n)
{
    if (t->capacity - t->size <= n && !reserve(t, n))
        t->failed = true;
    if (t->failed)
        return;
    memcpy(t->bytes + t->size, bytes, n);
    t->size += n;
    t->bytes[t->size] = '\0';
}

void dp_text_add_float(dp_text *t, float value)
{
    char number[32];
    snprintf(number, sizeof number, "%.6g", (double)value);
    if (strtof(number, NULL) != value)
        snprintf(number, sizeof number, "%.9g", (double)value);
    dp_text_add(t, "%s", number);
}

void dp_text_clear(dp_text *t)
{
    free(t->bytes);
    *t = (dp_text){0};
}
