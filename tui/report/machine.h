/* The machine on which the program runs. */
#ifndef DP_TUI_REPORT_MACHINE_H
#define DP_TUI_REPORT_MACHINE_H

#include <stddef.h>

/* The name of the processor in /proc/cpuinfo, which may hold any bytes; "unknown processor" if the
 * system does not say it. */
void dp_machine_cpu(char *out, size_t size);

#endif
