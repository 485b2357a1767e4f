/* Tries what a sandbox must refuse. */
#ifndef DP_TESTS_SANDBOX_ATTACK_H
#define DP_TESTS_SANDBOX_ATTACK_H

/* Attack once for each name. A line for each attempt, "NAME ATTEMPT refused" or "NAME ATTEMPT DONE", goes
 * to the file that the variable ATTACK_REPORT names, which is opened when the program starts. */
void attack(const char *name);

#endif
