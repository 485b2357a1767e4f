/* A filter of system calls for what Landlock does not restrict: starting programs and processes,
 * sockets, looking into other processes, changing modes and owners, typing into the terminal, and the
 * parts of the kernel that exploits like best. A refused call fails with EPERM, and the program goes on.
 * The filter is a list of what is refused, because what the C library and libcurl call differs
 * between their versions. See seccomp(2) and linux/filter.h. */
#ifndef DP_WEIGHTS_SANDBOX_SECCOMP_H
#define DP_WEIGHTS_SANDBOX_SECCOMP_H

#include <stdbool.h>

/* Whether the kernel has it and the processor's system calls are known here (x86-64, AArch64). */
bool dp_seccomp_supported(void);

/* Filter from now on. `connect` allows sockets of the Internet and what names need, `accept`
 * connections on sockets that listen already. Needs no_new_privs. False on failure. */
bool dp_seccomp_enforce(bool connect, bool accept);

#endif
