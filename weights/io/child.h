/* A child process that reports in lines on its standard output. */
#ifndef DP_WEIGHTS_IO_CHILD_H
#define DP_WEIGHTS_IO_CHILD_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DP_CHILD_MAX_LINE = 8192 };

/* Ends a process that another one has started: as dp_child_end, if `stop` with a signal. */
typedef bool dp_child_ender(void *context, int id, bool stop);

typedef struct dp_child {
    pid_t pid;
    dp_child_ender *ender; /* NULL: it is a child of this process */
    void *context;
    int fd;             /* its standard output, non-blocking: poll it for reading */
    bool at_end;        /* all output has been read */
    size_t used, taken; /* bytes in the buffer, and how many of them the last line took */
    char buffer[DP_CHILD_MAX_LINE];
} dp_child;

/* Start the program `path` with argv, which ends with NULL. Its standard input is
 * /dev/null; its standard error is inherited, or /dev/null if `quiet`. DP_IO with the
 * reason if it cannot be started. On success, end it with dp_child_end. */
DP_MUST_CHECK dp_code dp_child_start(dp_child *child, const char *path,
                                     char *const argv[], bool quiet, dp_err *err);

/* Take over the output `fd` of a process that another one has started and that `ender` ends; `id` is
 * how that one knows it. */
void dp_child_adopt(dp_child *child, int fd, dp_child_ender *ender, void *context,
                    int id);

/* Read the next line without waiting. It has no newline and is valid until the next call.
 * False if no whole line has arrived yet, or at the end, when child->at_end is true. A
 * line of more than DP_CHILD_MAX_LINE bytes loses its beginning. */
bool dp_child_line(const char **line, size_t *size, dp_child *child);

/* Stop the process with SIGTERM if it still writes, and wait for its end. True if it
 * exited with status 0. */
bool dp_child_end(dp_child *child);

#endif
