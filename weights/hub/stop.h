/* An orderly end after SIGINT, SIGTERM or SIGHUP, so that no temporary file remains in the
 * cache. */
#ifndef DP_WEIGHTS_HUB_STOP_H
#define DP_WEIGHTS_HUB_STOP_H

#include <stdbool.h>

/* Catch these signals; they interrupt system calls with EINTR. SIGPIPE and SIGXFSZ are
 * ignored. */
void dp_stop_on_signals(void);

/* Request the end, as a signal does. */
void dp_stop(void);

/* Whether the end was requested. */
bool dp_stop_asked(void);

/* Sleep; false if the end was requested. */
bool dp_stop_sleep(double seconds);

#endif
