#include "config.h"

#include "weights/store/hub_client.h"

#include "engine/core/arith.h"
#include "weights/io/json_memory.h"
#include "weights/io/paths.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELPER "digitpad-hub"

struct dp_hub_client {
    dp_child child;
};

/* ---- finding it ------------------------------------------------------------------------ */

dp_code dp_hub_client_find(char out[PATH_MAX], dp_err *err)
{
    char own[PATH_MAX];
    const char *named = dp_paths_variable("DIGITPAD_HUB");
    if (named)
        return dp_paths_format(out, err, "%s", named);
    if (dp_paths_program(own) &&
        ((!dp_paths_format(out, NULL, "%s/" HELPER, own) && access(out, X_OK) == 0) ||
         (!dp_paths_format(out, NULL, "%s/../libexec/" HELPER, own) &&
          access(out, X_OK) == 0)))
        return DP_OK;
    if (access(DP_LIBEXECDIR "/" HELPER, X_OK) == 0)
        return dp_paths_format(out, err, "%s", DP_LIBEXECDIR "/" HELPER);
    return dp_fail(err, DP_NETWORK,
                   "cannot use the Hub: %s is not installed in %s, or digitpad was built "
                   "without it; name a model by the path of its file",
                   HELPER, DP_LIBEXECDIR);
}

/* ---- starting it ----------------------------------------------------------------------- */

static dp_code start(dp_child *out, char **argv, bool quiet, dp_err *err)
{
    char path[PATH_MAX];
    dp_code code = dp_hub_client_find(path, err);
    if (code)
        return code;
    argv[0] = path;
    code = dp_child_start(out, path, argv, quiet, err);
    return code == DP_IO ? dp_err_recode(err, DP_NETWORK) : code;
}

dp_code dp_hub_client_spawn(dp_child *out, const char *const *models, int n, bool offline,
                            bool quiet, dp_err *err)
{
    char **argv = calloc((size_t)n + 4, sizeof *argv);
    int used = 1;
    if (argv && offline)
        argv[used++] = (char *)"--offline";
    if (argv)
        argv[used++] = (char *)"--";
    for (int i = 0; argv && i < n; i++)
        argv[used++] = (char *)models[i];
    dp_code code = argv ? start(out, argv, quiet, err)
                        : dp_fail(err, DP_NOMEM, HELPER ": out of memory");
    free(argv);
    return code;
}

dp_code dp_hub_client_adopt(dp_hub_client **out, const dp_child *child, dp_err *err)
{
    dp_hub_client *run = malloc(sizeof *run);
    if (!run)
        return dp_fail(err, DP_NOMEM, HELPER ": out of memory");
    run->child = *child;
    *out = run;
    return DP_OK;
}

dp_code dp_hub_client_start(dp_hub_client **out, const char *const *models, int n,
                            bool offline, bool quiet, dp_err *err)
{
    dp_child child;
    dp_code code = dp_hub_client_spawn(&child, models, n, offline, quiet, err);
    if (!code && (code = dp_hub_client_adopt(out, &child, err)))
        dp_child_end(&child);
    return code;
}

/* ---- listening to it ------------------------------------------------------------------- */

int dp_hub_client_fd(const dp_hub_client *run)
{
    return run->child.fd;
}

static dp_code code_named(const char *name)
{
    for (int code = DP_OK; code <= DP_INTERNAL; code++)
        if (strcmp(dp_code_name((dp_code)code), name) == 0)
            return (dp_code)code;
    return DP_INTERNAL;
}

static bool kind_named(dp_hub_kind *out, const char *name)
{
    static const char *const names[] = { "start", "progress", "warning", "done",
                                         "error" };
    for (size_t i = 0; i < DP_COUNT(names); i++)
        if (strcmp(names[i], name) == 0) {
            *out = (dp_hub_kind)i;
            return true;
        }
    return false;
}

/* Parse one line; false if it is not an event. If memory is short, it is taken for an error. */
static bool parse_event(dp_hub_event *out, const char *line, size_t size)
{
    const char *kind = "", *model = "", *code = "internal error", *message = "";
    json_int_t done = 0, total = 0;
    int cached = 0;
    json_error_t where;
    json_t *json = dp_json_load(line, size, &where);
    if (!json && dp_json_error_is_memory(&where)) {
        *out = (dp_hub_event){ .kind = DP_HUB_ERROR };
        dp_fail(&out->err, DP_NOMEM, "no memory for what " HELPER " says");
        return true;
    }
    bool ok = json &&
              json_unpack(json, "{s:s, s:s, s?s, s?s, s?I, s?I, s?b}", "event", &kind,
                          "model", &model, "code", &code, "message", &message, "done",
                          &done, "total", &total, "cached", &cached) == 0 &&
              kind_named(&out->kind, kind);
    if (ok) {
        snprintf(out->model, sizeof out->model, "%s", model);
        out->done = done;
        out->total = total;
        out->cached = cached;
        dp_fail(&out->err, out->kind == DP_HUB_ERROR ? code_named(code) : DP_OK, "%s",
                message);
    }
    json_decref(json);
    return ok;
}

bool dp_hub_client_next(dp_hub_event *out, dp_hub_client *run)
{
    const char *line;
    size_t size;
    while (dp_child_line(&line, &size, &run->child))
        if (parse_event(out, line, size))
            return true;
    if (run->child.at_end)
        *out = (dp_hub_event){ .kind = DP_HUB_END };
    return run->child.at_end;
}

bool dp_hub_client_wait(dp_hub_event *out, dp_hub_client *run)
{
    struct pollfd ready = { .fd = run->child.fd, .events = POLLIN };
    while (!dp_hub_client_next(out, run))
        if (poll(&ready, 1, -1) < 0)
            return false;
    return true;
}

void dp_hub_client_free(dp_hub_client *run)
{
    if (!run)
        return;
    dp_child_end(&run->child);
    free(run);
}
