/* Tries what a sandbox must refuse. */
#ifndef DP_TESTS_SANDBOX_ATTACK_H
#define DP_TESTS_SANDBOX_ATTACK_H

/* Attack once for each name, and report (tests/sandbox/exploit.c). */
void attack(const char *name);

#endif
