#include "config.h"

#include "tui/cli/open.h"

#include "tui/cli/cli.h"
#include "tui/term/out.h"
#include "tui/cli/progress.h"
#include "weights/store/hub_client.h"
#include "weights/io/paths.h"

#include <inttypes.h>
#include <stdio.h>

/* "mnist-mlp 412 of 1078 kB" */
static void show(dp_progress *p, const dp_hub_event *e)
{
    char name[64], text[128];
    dp_out_safe(name, sizeof name, e->model);
    snprintf(text, sizeof text, "%s %.0f of %.0f kB", name, 1e-3 * (double)e->done,
             1e-3 * (double)e->total);
    dp_progress_show(p, e->total > 0 ? (double)e->done / (double)e->total : 0, text);
}

/* Read the events of digitpad-hub until it reports the result for its only model. */
static dp_code follow(dp_hub_client *run, const char *command, dp_err *err)
{
    dp_progress progress;
    dp_hub_event e;
    dp_progress_begin(&progress, stderr);
    progress.shown = progress.shown && !dp_paths_flag("HF_HUB_DISABLE_PROGRESS_BARS");
    while (dp_hub_client_wait(&e, run)) {
        if (e.kind == DP_HUB_PROGRESS) {
            show(&progress, &e);
            continue;
        }
        dp_progress_clear(&progress);
        switch (e.kind) {
        case DP_HUB_WARNING:
            dp_cli_complain(command, "%s: warning: %s", e.model, e.err.msg);
            break;
        case DP_HUB_DONE:
            return DP_OK;
        case DP_HUB_ERROR:
            return dp_fail(err, e.err.code, "%s", e.err.msg);
        case DP_HUB_END:
            return dp_fail(err, DP_NETWORK, "digitpad-hub ended without an answer");
        default:
            break;
        }
    }
    return dp_fail(err, DP_INTERRUPTED, "stopped");
}

dp_code dp_open_fetch(const char *command, const char *model, bool offline, dp_err *err)
{
    dp_hub_client *run;
    dp_code code = dp_hub_client_start(&run, &model, 1, offline, false, err);
    if (!code) {
        code = follow(run, command, err);
        dp_hub_client_free(run);
    }
    return code ? dp_fail_in(err, code, "%s", model) : DP_OK;
}

bool dp_open_again(dp_code *code, const char *command, const dp_store_ref *ref,
                   bool offline, dp_err *err)
{
    if (!*code || !dp_store_must_fetch(ref))
        return false;
    *code = dp_open_fetch(command, ref->name, offline, err);
    return *code == DP_OK;
}

/* ---- opening ----------------------------------------------------------------------- */

dp_code dp_open_file(dp_store_file *out, const char *command, const char *name,
                     dp_err *err)
{
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name, err);
    if (code)
        return code;
    code = dp_store_read(out, &ref, err);
    if (dp_open_again(&code, command, &ref, false, err))
        code = dp_store_read(out, &ref, err);
    return code;
}

dp_code dp_open_network(dp_network *out, const char *command, const char *name,
                        const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = dp_open_file(&file, command, name, err);
    if (!code)
        code = dp_store_load_file(out, &file, options, err);
    if (!code)
        dp_cli_warn_norm(command, out->norm, out->norm_known);
    return code;
}

dp_code dp_open_model(dp_model **out, const char *command, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = dp_open_file(&file, command, name, err);
    return code ? code : dp_store_open_file(out, &file, options, err);
}
