/* The program and its surroundings, besides the terminal. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/openmp.h"
#include "engine/kernels/kernels.h"
#include "tui/cli/cli.h"
#include "tui/cli/key_value.h"
#include "tui/commands/doctor.h"
#include "tui/commands/models_list.h"
#include "tui/report/machine.h"
#include "weights/data/samples.h"
#include "weights/io/paths.h"
#include "weights/io/versions.h"
#include "weights/store/hub_client.h"
#include "weights/store/hub_ref.h"

#include <langinfo.h>
#include <libgen.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* ---- program and processor ------------------------------------------------------------- */

void dp_doctor_program(dp_doctor_report *r)
{
    char path[PATH_MAX];
    const char *name, *version;
    dp_doctor_group(r, "program");
    dp_doctor_text(r, "version", "%s", PACKAGE_VERSION);
    if (dp_paths_executable(path))
        dp_doctor_text(r, "path", "%s", path);
    for (int i = 0; (name = dp_library(i, &version)); i++)
        dp_doctor_text(r, name, "%s", version);
}

/* The kernels that this processor has. */
static void report_kernels(dp_doctor_report *r)
{
    enum { MOST = 8 };
    const char *names[MOST];
    const dp_kernels *kernels;
    int n = 0;
    for (int i = 0; n < MOST && (kernels = dp_kernels_at(i)); i++)
        if (dp_kernels_named(kernels->name))
            names[n++] = kernels->name;
    dp_doctor_text(r, "kernel", "%s", dp_kernels_best()->name);
    dp_doctor_list(r, "kernels", names, n);
}

void dp_doctor_processor(dp_doctor_report *r, const dp_doctor *wish)
{
    char name[128];
    dp_doctor_group(r, "processor");
    dp_machine_cpu(name, sizeof name);
    dp_doctor_text(r, "name", "%s", name);
    dp_doctor_number(r, "online", sysconf(_SC_NPROCESSORS_ONLN));
    report_kernels(r);
    dp_doctor_number(r, "threads", dp_threads(dp_cli_threads(wish->threads)));
#ifdef DP_OPENMP
    dp_doctor_text(r, "threads_from", "%s",
                   wish->threads > 0                       ? "--threads"
                   : dp_cli_threads(0) == 0                ? "the processor"
                   : dp_paths_variable("DIGITPAD_THREADS") ? "DIGITPAD_THREADS"
                                                           : "OMP_NUM_THREADS");
#else
    dp_doctor_text(r, "threads_from", "built without OpenMP");
#endif
}

/* Variables that decide how the program behaves, if they are set; none of them tells who or where
 * the user is. */
void dp_doctor_environment(dp_doctor_report *r)
{
    static const char *const variables[] = {
        "TERM",           "COLORTERM",      "TERM_PROGRAM",     "VTE_VERSION",
        "NO_COLOR",       "COLORFGBG",      "LC_ALL",           "LC_CTYPE",
        "LANG",           "DIGITPAD_MODEL", "DIGITPAD_THREADS", "OMP_NUM_THREADS",
        "HF_HUB_OFFLINE",
    };
    dp_doctor_group(r, "environment");
    for (size_t i = 0; i < DP_COUNT(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value)
            dp_doctor_text(r, variables[i], "%s", value);
    }
    dp_doctor_text(r, "locale", "%s", setlocale(LC_CTYPE, NULL));
    dp_doctor_text(r, "character_encoding", "%s", nl_langinfo(CODESET));
}

/* ---- configuration --------------------------------------------------------------------- */

/* Name the commands that have the option. */
static void name_commands(char *list, size_t size, const char *option)
{
    *list = '\0';
    for (int i = 0; dp_commands[i]; i++)
        if (dp_options_named(dp_commands[i], option).option)
            dp_option_add_word(list, size, dp_commands[i]->name);
}

static dp_code take_setting(void *user, const char *key, const char *value, int line,
                            dp_err *err)
{
    char commands[256];
    (void)err;
    name_commands(commands, sizeof commands, key);
    dp_doctor_setting(user, line, key, value, commands);
    return DP_OK;
}

void dp_doctor_configuration(dp_doctor_report *r, const dp_options *given)
{
    dp_err err;
    dp_doctor_group(r, "configuration");
    const bool has_home = given->config[0] != '\0';
    const bool exists = has_home && access(given->config, F_OK) == 0;
    if (has_home)
        dp_doctor_text(r, "path", "%s", given->config);
    dp_doctor_flag(r, "exists", exists);
    dp_doctor_begin_settings(r, "settings");
    dp_code code =
        exists ? dp_key_value_read(given->config, DP_CONFIG_MAX, take_setting, r, &err)
               : DP_OK;
    dp_doctor_end_settings(r);
    if (code)
        dp_doctor_text(r, "problem", "%s", err.msg);
}

/* ---- files and cache ------------------------------------------------------------------- */

/* Set `folder` to the folder at a path, or to the nearest one above it that exists. */
static void find_folder(char folder[PATH_MAX], const char *path)
{
    struct stat st;
    snprintf(folder, PATH_MAX, "%s", path);
    while ((stat(folder, &st) != 0 || !S_ISDIR(st.st_mode)) && strcmp(folder, "/") != 0 &&
           strcmp(folder, ".") != 0) {
        const char *above = dirname(folder); /* perhaps in `folder` itself */
        memmove(folder, above, strlen(above) + 1);
    }
}

/* Whether the file at a path can be written, or made if it does not exist. */
static bool is_writable(const char *path)
{
    char folder[PATH_MAX];
    if (access(path, F_OK) == 0)
        return access(path, W_OK) == 0;
    find_folder(folder, path);
    return access(folder, W_OK) == 0;
}

void dp_doctor_files(dp_doctor_report *r)
{
    char path[PATH_MAX];
    dp_doctor_group(r, "files");
    if (dp_samples_path(path, NULL) == DP_OK) {
        dp_doctor_text(r, "samples", "%s", path);
        dp_doctor_flag(r, "samples_exist", access(path, F_OK) == 0);
        dp_doctor_flag(r, "samples_writable", is_writable(path));
    }
    if (dp_paths_state(path, "model", NULL) == DP_OK) {
        dp_doctor_text(r, "last_model", "%s", path);
        dp_doctor_flag(r, "last_model_exists", access(path, F_OK) == 0);
    }
}

/* Count the named models in the cache and their bytes. */
static void report_cached_models(dp_doctor_report *r)
{
    const dp_registry_entry *e;
    char path[PATH_MAX];
    struct stat st;
    long long n = 0, bytes = 0;
    for (int i = 0; (e = dp_registry_at(i)); i++)
        if (dp_models_find_cached(path, e) && stat(path, &st) == 0) {
            n++;
            bytes += st.st_size;
        }
    dp_doctor_number(r, "named_models", n);
    dp_doctor_bytes(r, "their_size", bytes);
}

void dp_doctor_cache(dp_doctor_report *r)
{
    char path[PATH_MAX], folder[PATH_MAX];
    struct statvfs fs;
    dp_doctor_group(r, "cache");
    if (dp_paths_hub_cache(path, NULL) != DP_OK)
        return;
    find_folder(folder, path);
    dp_doctor_text(r, "path", "%s", path);
    dp_doctor_flag(r, "exists", access(path, F_OK) == 0);
    dp_doctor_flag(r, "writable", is_writable(path));
    report_cached_models(r);
    if (statvfs(folder, &fs) == 0)
        dp_doctor_bytes(r, "free", (long long)fs.f_bavail * (long long)fs.f_frsize);
}

/* ---- network and sandbox --------------------------------------------------------------- */

static bool has_proxy(void)
{
    return dp_paths_variable("https_proxy") || dp_paths_variable("HTTPS_PROXY") ||
           dp_paths_variable("all_proxy") || dp_paths_variable("ALL_PROXY");
}

static void report_endpoint(dp_doctor_report *r)
{
    const char *endpoint = dp_paths_variable("HF_ENDPOINT");
    if (!endpoint)
        dp_doctor_text(r, "endpoint", "%s", DP_HUB_ENDPOINT);
    else if (strchr(endpoint, '@')) /* a password may be before it */
        dp_doctor_text(r, "endpoint", "hidden, because HF_ENDPOINT contains an @");
    else
        dp_doctor_text(r, "endpoint", "%s", endpoint);
}

void dp_doctor_network(dp_doctor_report *r, const dp_doctor *wish)
{
    char path[PATH_MAX];
    dp_err err;
    dp_doctor_group(r, "network");
    if (dp_hub_client_find(path, &err) == DP_OK)
        dp_doctor_text(r, "helper", "%s", path);
    else
        dp_doctor_text(r, "problem", "%s", err.msg);
    dp_doctor_text(r, "fetching", "%s",
                   wish->offline                     ? "off: --offline"
                   : dp_paths_flag("HF_HUB_OFFLINE") ? "off: HF_HUB_OFFLINE is set"
                   : !wish->fetch                    ? "only what is selected: fetch = no"
                                                     : "on");
    report_endpoint(r);
    dp_doctor_flag(
        r, "token",
        dp_paths_variable("HF_TOKEN") || dp_paths_variable("HF_TOKEN_PATH") ||
            (dp_paths_hf_home(path, "token", NULL) == DP_OK && access(path, F_OK) == 0));
    dp_doctor_flag(r, "proxy", has_proxy());
}

void dp_doctor_sandbox(dp_doctor_report *r, const dp_doctor *wish, dp_sandbox_support has)
{
    const bool off = dp_sandbox_inherited() == DP_SANDBOX_OFF;
    dp_doctor_group(r, "sandbox");
    dp_doctor_text(r, "state", "%s",
                   wish->sandbox == DP_SANDBOX_OFF   ? "off: --sandbox=off"
                   : off                             ? "off: DIGITPAD_SANDBOX=off"
                   : has.landlock > 0 && has.seccomp ? "on"
                   : has.landlock > 0 ? "files and ports only: no seccomp filter here"
                   : has.seccomp      ? "programs and sockets only: no Landlock here"
                                 : "off: the system has neither Landlock nor seccomp");
    if (has.landlock > 0)
        dp_doctor_number(r, "landlock", has.landlock);
    else
        dp_doctor_none(r, "landlock");
    dp_doctor_flag(r, "seccomp", has.seccomp);
}
