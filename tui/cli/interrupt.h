/* SIGINT asks long work to stop at a good moment; a second one ends the program at once. */
#ifndef DP_TUI_CLI_INTERRUPT_H
#define DP_TUI_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on. */
void dp_interrupt_watch(void);

/* Whether it came since. */
bool dp_interrupt_came(void);

#endif
