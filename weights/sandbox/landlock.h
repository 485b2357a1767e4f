/* Landlock, the part of Linux that lets a process restrict itself: linux/landlock.h, and
 * Documentation/userspace-api/landlock.rst in the kernel's sources. Where it is missing, these
 * functions do nothing. */
#ifndef DP_WEIGHTS_SANDBOX_LANDLOCK_H
#define DP_WEIGHTS_SANDBOX_LANDLOCK_H

#include <stdbool.h>

/* The version of the kernel's interface; 0 if it has none or it is switched off. */
int dp_landlock_version(void);

/* A ruleset that restricts everything that the version can restrict, TCP ports unless `any_port`, as a file descriptor that
 * the caller closes; −1 on failure. */
int dp_landlock_create(int version, bool any_port);

/* Allow reading or changing a file, or a folder with everything below it. */
void dp_landlock_allow_path(int ruleset, int version, const char *path, bool change);

/* Allow removing files in a folder and below it, but neither reading nor writing them. */
void dp_landlock_allow_removal(int ruleset, int version, const char *folder);

/* Allow TCP connections to a port. */
void dp_landlock_allow_port(int ruleset, int version, int port);

/* Enforce the ruleset from now on. Needs no_new_privs. False on failure. */
bool dp_landlock_enforce(int ruleset);

#endif
