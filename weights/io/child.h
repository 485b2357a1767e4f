/* A program that works beside this one and reports in lines on its standard output. */
#ifndef DP_WEIGHTS_IO_CHILD_H
#define DP_WEIGHTS_IO_CHILD_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DP_CHILD_MAX_LINE = 8192 };

typedef struct dp_child {
    pid_t pid;
    int fd; /* to poll for reading */
    bool at_end;
    size_t used, taken; /* bytes in the buffer, and those of the line given out last */
    char buffer[DP_CHILD_MAX_LINE];
} dp_child;

/* Start `path` with argv, which a NULL ends. It reads nothing; its standard error is this
 * program's, or nothing where `quiet`. DP_IO with the reason; nothing runs then. */
DP_MUST_CHECK dp_code dp_child_start(dp_child *child, const char *path,
                                     char *const argv[], bool quiet, dp_err *err);

/* The next line, without waiting and without its newline, valid until the next call. False
 * while there is none; once all is read child->at_end is true. Longer lines than the maximum
 * are left out. */
bool dp_child_line(const char **line, size_t *size, dp_child *child);

/* Stop it if it still runs, and wait for it; true where it ended by itself and with status
 * 0. */
bool dp_child_end(dp_child *child);

#endif
