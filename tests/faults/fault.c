/* A library for LD_PRELOAD that counts the allocations of a program, of all its libraries and of
 * the programs that it starts, and makes one of them fail. $FAULT names a file that holds a
 * `struct fault`; without it nothing fails. Allocations count from the beginning of main(). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fault {
    int64_t fail_at;    /* the number of the allocation that fails, from 1; 0: none */
    int64_t calls;      /* allocations so far */
    char at[4096 - 16]; /* where the one that failed was asked for: "FILE+0xOFFSET" */
};
_Static_assert(sizeof(struct fault) == 4096, "one page");

static struct fault *fault; /* NULL until main() begins */

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    void *(*memalign)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
} next;

#define NEXT(name)                                                                       \
    do {                                                                                 \
        if (!next.name)                                                                  \
            *(void **)&next.name = dlsym(RTLD_NEXT, #name);                              \
    } while (0)

static void note(const void *caller)
{
    Dl_info info;
    if (dladdr(caller, &info) && info.dli_fname)
        snprintf(fault->at, sizeof fault->at, "%s+0x%zx", info.dli_fname,
                 (size_t)((const char *)caller - (const char *)info.dli_fbase) - 1);
}

static bool fails(const void *caller)
{
    if (!fault ||
        __atomic_add_fetch(&fault->calls, 1, __ATOMIC_RELAXED) != fault->fail_at)
        return false;
    note(caller);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    NEXT(malloc);
    return fails(__builtin_return_address(0)) ? NULL : next.malloc(size);
}

void *calloc(size_t n, size_t size)
{
    NEXT(calloc);
    return fails(__builtin_return_address(0)) ? NULL : next.calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    NEXT(realloc);
    return fails(__builtin_return_address(0)) ? NULL : next.realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    NEXT(aligned_alloc);
    return fails(__builtin_return_address(0)) ? NULL
                                              : next.aligned_alloc(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    NEXT(memalign);
    return fails(__builtin_return_address(0)) ? NULL : next.memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
    NEXT(posix_memalign);
    return fails(__builtin_return_address(0)) ? ENOMEM
                                              : next.posix_memalign(p, alignment, size);
}

static void open_fault(void)
{
    const char *path = getenv("FAULT");
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *page = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    fault = page == MAP_FAILED ? NULL : page;
}

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **envp)
{
    open_fault();
    return real_main(argc, argv, envp);
}

typedef int start(int (*)(int, char **, char **), int, char **, void (*)(void),
                  void (*)(void), void (*)(void), void *);

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
    start *real;
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main;
    return real(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
