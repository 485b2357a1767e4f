/* A team of OpenMP threads for work of many short parts. One of them, the leader, runs a
 * function and cuts parts of its work into pieces. The others do some of the pieces.
 *
 * At the barrier of an OpenMP loop every thread waits for all others. If another program
 * takes the processor of one, all of them stand still. The leader of a team waits only
 * for pieces that a helper has begun. If a helper is late, the leader works alone for a
 * while. A thread that waits spins for a moment, too short to disturb other programs, then
 * sleeps. */
#ifndef DP_ENGINE_CORE_TEAM_H
#define DP_ENGINE_CORE_TEAM_H

enum { DP_TEAM_MOST = 64 }; /* threads */

typedef struct dp_team dp_team;

/* What the leader does. */
typedef void dp_team_lead(dp_team *team, void *context);

/* Do piece i. `thread` is the number of the thread that runs it, 0 for the leader. */
typedef void dp_team_piece(void *context, int i, int thread);

/* Call lead(team, context) on the calling thread, with a team of at most `threads` ≥ 1
 * threads including the caller. */
void dp_team_run(int threads, dp_team_lead *lead, void *context);

/* For the leader: do pieces 0 … n − 1, each once, in any order. Returns when all are
 * done. A thread prefers the same pieces in every call with the same n, so that their data
 * stays in its cache. */
void dp_team_share(dp_team *team, int n, dp_team_piece *piece, void *context);

#endif
