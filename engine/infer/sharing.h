/* Work that threads share, unless other programs have the processors. All threads wait for
 * the last one, so one that has lost its processor to another program makes all of them
 * slower than the caller alone. After such a loss the work should not be shared for a while:
 * 2 ms at first, and twice as long as before, up to a second, if the next loss comes within
 * ten seconds. */
#ifndef DP_ENGINE_INFER_SHARING_H
#define DP_ENGINE_INFER_SHARING_H

#include <stdbool.h>

/* Zeros are a valid initial state. Times are in seconds of one clock. */
typedef struct dp_sharing {
    double rest;          /* how long the last rest was */
    double resting_until; /* when it ends or ended */
} dp_sharing;

/* Seconds of a monotonic clock. */
double dp_sharing_clock(void);

/* False during a rest. */
bool dp_sharing_pays(const dp_sharing *s, double now);

/* Learn from shared work that ended at `end` and took `took` seconds; the caller alone would
 * have needed about `alone`. */
void dp_sharing_learn(dp_sharing *s, double took, double alone, double end);

/* Do piece i on a thread, 0 for the caller, 1 … threads − 1 for others. */
typedef void dp_sharing_piece(void *context, int i, int thread);

/* Do pieces 0 … n − 1 on `threads` threads, each piece once, and learn from it. One thread
 * or one piece needs no parallel region. */
void dp_sharing_run(dp_sharing *s, int threads, int n, dp_sharing_piece *piece,
                    void *context);

#endif
