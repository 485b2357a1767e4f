#include "config.h"

#include "weights/io/paths.h"

#include "engine/core/arith.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

dp_code dp_paths_format(char out[PATH_MAX], dp_err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(out, PATH_MAX, fmt, ap);
    va_end(ap);
    if (n < 0 || n >= PATH_MAX)
        return dp_fail(err, DP_IO, "%.100s…: %s", out, strerror(ENAMETOOLONG));
    return DP_OK;
}

const char *dp_paths_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

bool dp_paths_flag(const char *name)
{
    static const char *const yes[] = { "1", "ON", "YES", "TRUE" };
    const char *value = getenv(name);
    for (size_t i = 0; value && i < DP_COUNT(yes); i++)
        if (strcasecmp(value, yes[i]) == 0)
            return true;
    return false;
}

/* The home folder in the password file; NULL: unknown. The threads of a library's caller may ask at the
 * same time, so getpwuid will not do. A static program does not ask: that would load libraries that
 * need the libc of its build. */
static const char *registered_home(char *room, size_t size)
{
#if DP_STATIC
    (void)room, (void)size;
    return NULL;
#else
    struct passwd entry, *user = NULL;
    const bool known = getpwuid_r(getuid(), &entry, room, size, &user) == 0 && user;
    return known && *user->pw_dir ? user->pw_dir : NULL;
#endif
}

static dp_code under_home(char out[PATH_MAX], const char *path, dp_err *err)
{
    char room[4096];
    const char *directory = dp_paths_variable("HOME");
    if (!directory)
        directory = registered_home(room, sizeof room);
    if (!directory)
        return dp_fail(err, DP_IO, "no home directory; set HOME");
    return dp_paths_format(out, err, "%s/%s", directory, path);
}

/* An XDG directory: the value of a variable, or else a path in the home. By the
 * specification, a relative value is ignored. */
static dp_code xdg(char out[PATH_MAX], const char *variable, const char *otherwise,
                   dp_err *err)
{
    const char *directory = dp_paths_variable(variable);
    if (directory && directory[0] == '/')
        return dp_paths_format(out, err, "%s", directory);
    return under_home(out, otherwise, err);
}

/* A directory that the user gave; a leading "~/" is the home. */
static dp_code expand(char out[PATH_MAX], const char *directory, dp_err *err)
{
    if (strncmp(directory, "~/", 2) == 0)
        return under_home(out, directory + 2, err);
    return dp_paths_format(out, err, "%s", directory);
}

static dp_code append(char path[PATH_MAX], const char *file, dp_err *err)
{
    size_t used = strlen(path), n = strlen(file);
    if (used + n + 2 > PATH_MAX)
        return dp_fail(err, DP_IO, "%.100s…: %s", path, strerror(ENAMETOOLONG));
    path[used] = '/';
    memcpy(path + used + 1, file, n + 1);
    return DP_OK;
}

static dp_code own_file(char out[PATH_MAX], const char *variable, const char *otherwise,
                        const char *file, dp_err *err)
{
    dp_code code = xdg(out, variable, otherwise, err);
    if (!code)
        code = append(out, "digitpad", err);
    return code ? code : append(out, file, err);
}

dp_code dp_paths_config(char out[PATH_MAX], const char *file, dp_err *err)
{
    return own_file(out, "XDG_CONFIG_HOME", ".config", file, err);
}

dp_code dp_paths_cache(char out[PATH_MAX], const char *file, dp_err *err)
{
    return own_file(out, "XDG_CACHE_HOME", ".cache", file, err);
}

dp_code dp_paths_data(char out[PATH_MAX], const char *file, dp_err *err)
{
    return own_file(out, "XDG_DATA_HOME", ".local/share", file, err);
}

dp_code dp_paths_state(char out[PATH_MAX], const char *file, dp_err *err)
{
    return own_file(out, "XDG_STATE_HOME", ".local/state", file, err);
}

dp_code dp_paths_hf_home(char out[PATH_MAX], const char *file, dp_err *err)
{
    const char *variable = dp_paths_variable("HF_HOME");
    dp_code code =
        variable ? expand(out, variable, err) : xdg(out, "XDG_CACHE_HOME", ".cache", err);
    if (!code && !variable)
        code = append(out, "huggingface", err);
    return code ? code : append(out, file, err);
}

dp_code dp_paths_hub_cache(char out[PATH_MAX], dp_err *err)
{
    const char *variable = dp_paths_variable("HF_HUB_CACHE");
    if (!variable)
        variable = dp_paths_variable("HUGGINGFACE_HUB_CACHE");
    return variable ? expand(out, variable, err) : dp_paths_hf_home(out, "hub", err);
}

bool dp_paths_executable(char out[PATH_MAX])
{
    static const char *const links[] = { "/proc/self/exe", "/proc/curproc/file" };
    for (size_t i = 0; i < DP_COUNT(links); i++) {
        ssize_t n = readlink(links[i], out, PATH_MAX - 1);
        if (n <= 0)
            continue;
        out[n] = '\0';
        return true;
    }
    return false;
}

bool dp_paths_program(char out[PATH_MAX])
{
    char *slash = dp_paths_executable(out) ? strrchr(out, '/') : NULL;
    if (slash)
        *slash = '\0';
    return slash != NULL;
}
