#include "config.h"

#include "weights/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

void dp_text_add(dp_text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (t->failed || n < 0 || !reserve(t, (size_t)n))
        t->failed = true;
    else
        t->size += (size_t)vsnprintf(t->bytes + t->size, (size_t)n + 1, fmt, again);
    va_end(again);
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
