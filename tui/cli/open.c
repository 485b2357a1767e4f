#include "config.h"

#include "tui/cli/open.h"

#include "tui/cli/suggest.h"
#include "weights/store/hub_client.h"
#include "weights/io/paths.h"

#include <stdio.h>
#include <string.h>

static void show(dp_talk *talk, const dp_hub_event *e)
{
    dp_talk_work(talk, e->total > 0 ? (double)e->done / (double)e->total : 0,
                 "%s %.0f of %.0f kB", e->model, 1e-3 * (double)e->done,
                 1e-3 * (double)e->total);
}

/* Read the events of digitpad-hub until it reports the result for its only model. */
static dp_code follow(dp_hub_client *run, dp_talk *talk, dp_err *err)
{
    dp_hub_event e;
    while (dp_hub_client_wait(&e, run)) {
        switch (e.kind) {
        case DP_HUB_PROGRESS:
            show(talk, &e);
            break;
        case DP_HUB_WARNING:
            dp_talk_warn(talk, "%s: %s", e.model, e.err.msg);
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

dp_code dp_open_fetch(dp_talk *talk, const char *model, bool offline, dp_err *err)
{
    const size_t prefix = strlen(DP_HUB_DATA);
    const char *name = strncmp(model, DP_HUB_DATA, prefix) ? model : model + prefix;
    dp_hub_client *run;
    dp_code code = dp_hub_client_start(&run, &model, 1, offline, false, err);
    if (code)
        return dp_fail_in(err, code, "%s", name);
    dp_talk_begin_work(talk);
    talk->bar.shown = talk->bar.shown && !dp_paths_flag("HF_HUB_DISABLE_PROGRESS_BARS");
    code = follow(run, talk, err);
    dp_talk_end_work(talk);
    dp_hub_client_free(run);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}

bool dp_open_again(dp_code *code, dp_talk *talk, const dp_store_ref *ref, bool offline,
                   dp_err *err)
{
    if (!*code || !dp_store_must_fetch(ref))
        return false;
    *code = dp_open_fetch(talk, ref->name, offline, err);
    return *code == DP_OK;
}

/* ---- opening ----------------------------------------------------------------------- */

/* Append a name that is similar to an unknown one to the message about it. */
static void suggest(dp_err *err, const char *name)
{
    const dp_registry_entry *entry;
    dp_suggest s = dp_suggest_begin(name);
    char text[DP_SUGGEST_TEXT];
    for (int i = 0; (entry = dp_registry_at(i)); i++)
        dp_suggest_consider(&s, entry->name);
    const size_t used = strlen(err->msg);
    snprintf(err->msg + used, sizeof err->msg - used, "%s",
             dp_suggest_text(text, &s, ""));
}

static const char *origin_of(const dp_store_file *file)
{
    switch (file->ref.kind) {
    case DP_STORE_CARRIED:
        return file->owned ? "the newer one of the cache" : "carried in the program";
    case DP_STORE_PERSONAL:
        return file->ref.personal;
    case DP_STORE_HUB:
        return "in the cache of the Hugging Face Hub";
    case DP_STORE_ORIGINAL:
        return "installed with the program";
    case DP_STORE_PATH:
        break;
    }
    return "a file";
}

dp_code dp_open_file(dp_store_file *out, dp_talk *talk, const char *name, dp_err *err)
{
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name, err);
    if (code)
        return code;
    code = dp_store_read(out, &ref, err);
    if (dp_open_again(&code, talk, &ref, false, err))
        code = dp_store_read(out, &ref, err);
    if (!code)
        dp_talk_detail(talk, "model %s: %s, %zu bytes", name, origin_of(out), out->size);
    else if (err && ref.kind == DP_STORE_PATH)
        suggest(err, name);
    return code;
}

dp_code dp_open_network(dp_network *out, dp_talk *talk, const char *name,
                        const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = dp_open_file(&file, talk, name, err);
    if (!code)
        code = dp_store_load_file(out, &file, options, err);
    if (code)
        return code;
    dp_talk_detail(talk, "model %s: input scale %s, %s", name, dp_norm_name(out->norm),
                   out->quant ? "8 bits" : "float32");
    dp_open_warn_opset(talk, out->newer_opset);
    char arch[DP_MAX_SPEC_TEXT] = "";
    if (out->spec_guessed)
        dp_spec_format(arch, sizeof arch, &out->spec);
    dp_open_warn(talk, arch, out->norm, out->norm_known);
    return DP_OK;
}

dp_code dp_open_model(dp_model **out, dp_talk *talk, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = dp_open_file(&file, talk, name, err);
    if (!code)
        code = dp_store_open_file(out, &file, options, err);
    if (!code)
        dp_open_tell(talk, name, *out);
    if (!code)
        dp_open_warn_opset(talk, dp_model_get_info(*out)->newer_opset);
    return code;
}

void dp_open_warn_opset(dp_talk *talk, int newer)
{
    if (newer)
        dp_talk_warn(talk,
                     "the file uses operator set %d, which is newer than this program; "
                     "its operators are read as those of set 22",
                     newer);
}

void dp_open_tell(dp_talk *talk, const char *name, const dp_model *model)
{
    dp_talk_detail(talk, "model %s: input scale %s, %s, kernels %s", name,
                   dp_norm_name(dp_model_get_info(model)->norm),
                   dp_model_quant(model) ? "8 bits" : "float32",
                   dp_model_kernels(model)->name);
}

/* What a chain that was inferred from names and shapes does not tell: "relu and maxpool". */
static const char *unseen(const char *arch)
{
    const bool pool = strstr(arch, "maxpool") != NULL, norm = strstr(arch, "bn") != NULL;
    return pool && norm ? "relu, maxpool and the place of bn"
           : pool       ? "relu and maxpool"
           : norm       ? "relu and the place of bn"
                        : "relu";
}

void dp_open_warn(dp_talk *talk, const char *arch, dp_norm norm, bool known)
{
    if (arch[0] && !known)
        dp_talk_warn(
            talk,
            "the file records neither its layers nor its input scale; assuming "
            "--arch='%s' --norm=%s, with %s as most networks have them "
            "('digitpad eval --arch=auto --norm=auto' finds the best on labelled "
            "images)",
            arch, dp_norm_name(norm), unseen(arch));
    else if (arch[0])
        dp_talk_warn(talk,
                     "the file does not record its layers; assuming --arch='%s', with %s "
                     "as most networks have them ('digitpad eval --arch=auto' finds the "
                     "best on labelled images)",
                     arch, unseen(arch));
    else if (!known)
        dp_talk_warn(talk,
                     "the file does not record its input scale; assuming --norm=%s "
                     "('digitpad eval --norm=auto' finds the best)",
                     dp_norm_name(norm));
}
