#include "config.h"

#include "weights/sandbox/sandbox.h"

#include "weights/sandbox/landlock.h"
#include "weights/sandbox/seccomp.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* The sanitizers read files and start processes when they report, so they exclude a sandbox. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

dp_sandbox_support dp_sandbox_supported(void)
{
    if (SANITIZED)
        return (dp_sandbox_support){ 0 };
    return (dp_sandbox_support){ dp_landlock_version(), dp_seccomp_supported() };
}

dp_sandbox dp_sandbox_begin(dp_sandbox_mode mode, bool any_port)
{
    dp_sandbox s = { .mode = mode, .ruleset = -1 };
    if (mode != DP_SANDBOX_OFF)
        s.landlock = dp_sandbox_supported().landlock;
    if (s.landlock > 0)
        s.ruleset = dp_landlock_create(s.landlock, any_port);
    dp_sandbox_allow(&s, "/dev/urandom", DP_SANDBOX_READ);
    return s;
}

void dp_sandbox_allow(dp_sandbox *s, const char *path, dp_sandbox_access access)
{
    if (s->ruleset >= 0)
        dp_landlock_allow_path(s->ruleset, s->landlock, path,
                               access == DP_SANDBOX_CHANGE);
}

void dp_sandbox_allow_output(dp_sandbox *s, const char *path)
{
    char folder[PATH_MAX];
    struct stat st;
    /* Links are followed, as dp_fsio_write does. */
    const char *target = realpath(path, folder) ? folder : path;
    if (stat(target, &st) == 0 && !S_ISREG(st.st_mode)) {
        dp_sandbox_allow(s, target, DP_SANDBOX_CHANGE);
        return;
    }
    if (target == path)
        snprintf(folder, sizeof folder, "%s", path);
    dp_sandbox_allow(s, dirname(folder), DP_SANDBOX_CHANGE);
}

void dp_sandbox_allow_removal(dp_sandbox *s, const char *folder)
{
    if (s->ruleset >= 0)
        dp_landlock_allow_removal(s->ruleset, s->landlock, folder);
}

void dp_sandbox_allow_port(dp_sandbox *s, int port)
{
    s->connect = true;
    if (s->ruleset >= 0)
        dp_landlock_allow_port(s->ruleset, s->landlock, port);
}

static bool forgo_privileges(void)
{
#ifdef __linux__
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
#else
    return false;
#endif
}

static dp_code check_support(const dp_sandbox *s, dp_err *err)
{
    const dp_sandbox_support support = dp_sandbox_supported();
    if (s->mode != DP_SANDBOX_REQUIRE || (support.landlock > 0 && support.seccomp))
        return DP_OK;
    return dp_fail(err, DP_IO,
                   "--sandbox=require: this system has %s; with --sandbox=auto the "
                   "program runs without",
                   support.seccomp        ? "no Landlock"
                   : support.landlock > 0 ? "no seccomp that is known here"
                                          : "neither Landlock nor seccomp");
}

static const char variable[] = "DIGITPAD_SANDBOX";
static const char *const modes[] = { "auto", "require", "off" };

dp_sandbox_mode dp_sandbox_inherited(void)
{
    const char *text = getenv(variable);
    for (int i = DP_SANDBOX_AUTO; text && i <= DP_SANDBOX_OFF; i++)
        if (strcmp(text, modes[i]) == 0)
            return (dp_sandbox_mode)i;
    return DP_SANDBOX_AUTO;
}

void dp_sandbox_bequeath(dp_sandbox_mode mode)
{
    setenv(variable, modes[mode], 1);
}

void dp_sandbox_cancel(dp_sandbox *s)
{
    if (s->ruleset >= 0)
        close(s->ruleset);
    s->ruleset = -1;
}

dp_code dp_sandbox_enter(dp_sandbox *s, dp_err *err)
{
    dp_code code = check_support(s, err);
    bool confined = true;
    if (!code && s->mode != DP_SANDBOX_OFF && !SANITIZED && forgo_privileges()) {
        if (s->ruleset >= 0)
            confined = dp_landlock_enforce(s->ruleset);
        if (dp_seccomp_supported())
            confined = dp_seccomp_enforce(s->connect, s->accept) && confined;
    }
    dp_sandbox_cancel(s);
    if (!code && !confined && s->mode == DP_SANDBOX_REQUIRE)
        code = dp_fail(err, DP_IO, "--sandbox=require: the kernel refuses the sandbox");
    return code;
}
