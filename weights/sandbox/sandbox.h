/* A sandbox for this process: even if a parser of foreign bytes has a hole, the process cannot open
 * files, connect, start programs or send signals beyond what it needs. Landlock (Linux 5.13 and
 * later) restricts files, TCP ports and signals; seccomp refuses the system calls that Landlock does
 * not know (weights/sandbox/seccomp.h). What a process lets go, it cannot get back. */
#ifndef DP_WEIGHTS_SANDBOX_SANDBOX_H
#define DP_WEIGHTS_SANDBOX_SANDBOX_H

#include "engine/core/err.h"

#include <stdbool.h>

typedef enum dp_sandbox_mode {
    DP_SANDBOX_AUTO,    /* as much as the kernel has, in silence */
    DP_SANDBOX_REQUIRE, /* fail if the kernel has not both Landlock and seccomp */
    DP_SANDBOX_OFF
} dp_sandbox_mode;

/* Access to a file, or to a folder and everything below it. Files that are open already stay so. */
typedef enum dp_sandbox_access {
    DP_SANDBOX_READ,
    DP_SANDBOX_CHANGE, /* read, write, create, rename and remove */
} dp_sandbox_access;

/* What is allowed. */
typedef struct dp_sandbox {
    dp_sandbox_mode mode;
    int landlock; /* the version of Landlock; 0: none */
    int ruleset;  /* of Landlock, owned; −1: none */
    bool connect; /* make sockets for names and for TCP; the ports are those allowed */
    bool accept;  /* accept connections on sockets that listen already */
} dp_sandbox;

/* Begin a sandbox that allows random numbers, but no file and no connection. With
 * `any_port`, sockets that are allowed may use every TCP port. dp_sandbox_enter or dp_sandbox_cancel must
 * follow. */
dp_sandbox dp_sandbox_begin(dp_sandbox_mode mode, bool any_port);

/* The mode that the variable DIGITPAD_SANDBOX names; AUTO by default. By it a program tells the programs
 * that it starts. */
dp_sandbox_mode dp_sandbox_inherited(void);
void dp_sandbox_bequeath(dp_sandbox_mode mode);

/* Allow a file or folder. A path that does not exist is ignored. */
void dp_sandbox_allow(dp_sandbox *s, const char *path, dp_sandbox_access access);

/* Allow a file to be written in the way of dp_fsio_write: a regular file is replaced, so that its
 * folder changes; a device or pipe is written in place. */
void dp_sandbox_allow_output(dp_sandbox *s, const char *path);

/* Allow removing files in a folder and below it, but neither reading nor writing them. */
void dp_sandbox_allow_removal(dp_sandbox *s, const char *folder);

/* Allow sockets, and TCP connections to this port of any host. */
void dp_sandbox_allow_port(dp_sandbox *s, int port);

/* Give up a sandbox that is not entered. */
void dp_sandbox_cancel(dp_sandbox *s);

/* Confine this thread and all that it will start; call it before there are others. DP_IO if the mode
 * requires what the kernel lacks. Nothing is restricted then. */
DP_MUST_CHECK dp_code dp_sandbox_enter(dp_sandbox *s, dp_err *err);

/* What a sandbox would consist of on this system. */
typedef struct dp_sandbox_support {
    int landlock; /* the version of its interface; 0: none */
    bool seccomp;
} dp_sandbox_support;
dp_sandbox_support dp_sandbox_supported(void);

#endif
