#include "config.h"

#include "tests/short_memory.h"

#include <errno.h>

/* Volatile, because the compiler assumes that malloc does not change any variable. */
static volatile bool counting;
static volatile int fails, calls, alive;

void short_memory_begin(int n)
{
    fails = n;
    calls = alive = 0;
    counting = true;
}

short_memory short_memory_end(void)
{
    counting = false;
    return (short_memory){ calls, calls > fails, alive };
}

#if DP_SHORT_MEMORY
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

static bool must_fail(void)
{
    if (!counting || calls++ != fails)
        return false;
    errno = ENOMEM;
    return true;
}

static void *count(void *p)
{
    alive += counting && p;
    return p;
}

void *malloc(size_t size)
{
    return must_fail() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    return must_fail() ? NULL : count(__libc_calloc(n, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return must_fail() ? NULL : count(__libc_memalign(alignment, size));
}

void *realloc(void *p, size_t size)
{
    if (must_fail())
        return NULL;
    return p ? __libc_realloc(p, size) : count(__libc_realloc(p, size));
}

void free(void *p)
{
    alive -= counting && p;
    __libc_free(p);
}
#endif
