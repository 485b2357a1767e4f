/* SIGINT as a request to stop long work at the next safe point. A second SIGINT ends the
 * program at once. */
#ifndef DP_TUI_CLI_INTERRUPT_H
#define DP_TUI_CLI_INTERRUPT_H

#include "engine/core/err.h"

#include <stdbool.h>

/* Start to catch SIGINT. */
void dp_interrupt_watch(void);

/* Whether SIGINT has arrived since then. */
bool dp_interrupt_came(void);

/* For a server, which waits: catch SIGINT, SIGTERM and SIGHUP. *fd becomes readable when the first
 * of them arrives; dp_interrupt_signal is its number, or 0. DP_IO. */
DP_MUST_CHECK dp_code dp_interrupt_watch_all(int *fd, dp_err *err);
int dp_interrupt_signal(void);

#endif
