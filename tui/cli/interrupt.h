/* SIGINT as a request to stop long work at the next safe point. A second SIGINT ends the
 * program at once. */
#ifndef DP_TUI_CLI_INTERRUPT_H
#define DP_TUI_CLI_INTERRUPT_H

#include <stdbool.h>

/* Start to catch SIGINT. */
void dp_interrupt_watch(void);

/* Whether SIGINT has arrived since then. */
bool dp_interrupt_came(void);

#endif
