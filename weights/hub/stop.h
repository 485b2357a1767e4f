/* SIGINT, SIGTERM and SIGHUP end the helper, but in order: nothing is left in the cache. */
#ifndef DP_WEIGHTS_HUB_STOP_H
#define DP_WEIGHTS_HUB_STOP_H

#include <stdbool.h>

/* Catch the signals; a system call that one meets fails with EINTR. SIGPIPE is ignored. */
void dp_stop_on_signals(void);

/* Ask to stop, as a signal does. */
void dp_stop(void);
bool dp_stop_asked(void);

/* Sleep; false where it was cut short because somebody asked to stop. */
bool dp_stop_sleep(double seconds);

#endif
