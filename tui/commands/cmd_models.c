/* digitpad models: manages named models and the cache of the Hugging Face Hub. */
#include "config.h"

#include "engine/core/arith.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/cli/suggest.h"
#include "tui/commands/models_list.h"
#include "tui/term/out.h"
#include "weights/store/hub_cache.h"
#include "weights/io/paths.h"
#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A model of the Hub and the cache that it belongs to. */
typedef struct target {
    const char *name;
    dp_hub_ref ref;
    const dp_registry_entry *entry; /* NULL if the model has no name */
    char cache[PATH_MAX];
} target;

/* The name is neither in the registry nor of the form OWNER/REPO:FILE. */
static dp_code fail_unknown(const char *name, dp_err *err)
{
    const dp_registry_entry *entry;
    char similar[DP_SUGGEST_TEXT];
    dp_suggest guess = dp_suggest_begin(name);
    for (int i = 0; (entry = dp_registry_at(i)); i++)
        dp_suggest_consider(&guess, entry->name);
    return dp_fail(err, DP_USAGE,
                   "%s: no model has this name; 'digitpad models' lists the names, and "
                   "others are given as OWNER/REPO[@REVISION]:FILE%s",
                   name, dp_suggest_text(similar, &guess, ""));
}

static dp_code find_target(target *t, const char *name, dp_err *err)
{
    t->name = name;
    const dp_registry_entry *entry = dp_registry_find(name);
    if (entry && !entry->repo)
        return dp_fail(err, DP_USAGE, "%s: carried in the program, not on the Hub", name);
    if (!entry && !strpbrk(name, "/:"))
        return fail_unknown(name, err);
    if (!dp_registry_resolve(&t->ref, &t->entry, name)) {
        dp_code code = dp_hub_ref_parse(&t->ref, name, err);
        if (code)
            return code;
        t->entry = dp_registry_find_ref(&t->ref);
    }
    return dp_paths_hub_cache(t->cache, err);
}

typedef struct request {
    dp_talk talk;
    bool offline;
    dp_form form;
    dp_sandbox_mode sandbox;
} request;

/* ---- the actions on one model each ---------------------------------------------------- */

static dp_code print_path(const target *t, dp_err *err)
{
    dp_hub_entry cached;
    if (!dp_hub_cache_find(&cached, t->cache, &t->ref))
        return dp_fail(err, DP_MODEL,
                       "%s: not in the cache; run 'digitpad models fetch %s'", t->name,
                       t->name);
    puts(cached.path);
    return DP_OK;
}

static dp_code fetch(const char *name, request *r, dp_err *err)
{
    target t;
    dp_code code = find_target(&t, name, err);
    if (!code)
        code = dp_open_fetch(&r->talk, name, r->offline, err);
    return code ? code : print_path(&t, err);
}

static dp_code path(const char *name, request *r, dp_err *err)
{
    (void)r;
    target t;
    char own[PATH_MAX];
    if (dp_store_find_personal(own, name)) {
        puts(own);
        return DP_OK;
    }
    dp_code code = find_target(&t, name, err);
    return code ? code : print_path(&t, err);
}

static dp_code verify(const char *name, request *r, dp_err *err)
{
    (void)r;
    target t;
    dp_hub_entry cached;
    unsigned char *data;
    size_t size;
    dp_code code = find_target(&t, name, err);
    if (code)
        return code;
    if (!dp_hub_cache_find(&cached, t.cache, &t.ref))
        return dp_fail(err, DP_MODEL, "%s: not in the cache", name);
    code =
        dp_hub_cache_read(&data, &size, &cached, t.entry ? t.entry->sha256 : NULL, err);
    if (code)
        return dp_fail_in(err, code, "%s", name);
    free(data);
    dp_out_print_safe(stdout, name);
    puts(cached.etag[0] || (t.entry && t.entry->sha256) ? " intact"
                                                        : " readable, hash unknown");
    return DP_OK;
}

static dp_code take_out(const char *name, request *r, dp_err *err)
{
    (void)r;
    target t;
    char own[PATH_MAX];
    if (dp_store_find_personal(own, name))
        return unlink(own) == 0 ? DP_OK
                                : dp_fail(err, DP_IO, "%s: %s", own, strerror(errno));
    dp_code code = find_target(&t, name, err);
    if (!code)
        code = dp_hub_cache_remove(t.cache, &t.ref, err);
    return code;
}

/* Verify all named models in the cache. */
static dp_code verify_named(request *r, dp_err *err)
{
    dp_code result = DP_OK;
    const dp_registry_entry *e;
    char path[PATH_MAX];
    for (int i = 0; (e = dp_registry_at(i)); i++) {
        dp_err one;
        if (dp_models_find_cached(path, e) && verify(e->name, r, &one)) {
            dp_cli_complain("models", "%s", one.msg);
            result = dp_fail(err, one.code, "not all models are intact");
        }
    }
    return result;
}

/* ---- the command ------------------------------------------------------------------- */

static const dp_option options[] = {
    DP_OPTION_OFFLINE(request, offline), DP_OPTION_FORM(request, form, "with list: "),
    DP_OPTION_SANDBOX(request, sandbox), DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),    { 0 }
};

enum { LIST, FETCH, PATH, VERIFY, REMOVE };

static const dp_action actions[] = {
    [LIST] = { "list", "list named models: state, size in bytes and licence" },
    [FETCH] = { "fetch", "fetch models into the cache and print their paths" },
    [PATH] = { "path", "print the path of a model in the cache" },
    [VERIFY] = { "verify", "check the hashes of models in the cache (by default, of all "
                           "named ones) and set damaged files aside" },
    [REMOVE] = { "remove", "remove models from the cache" },
    { 0 },
};

static const struct {
    dp_code (*run)(const char *model, request *r, dp_err *err);
    int min, max; /* number of models */
} behaviour[] = {
    [LIST] = { NULL, 0, 0 },         [FETCH] = { fetch, 1, 100 },
    [PATH] = { path, 1, 1 },         [VERIFY] = { verify, 0, 100 },
    [REMOVE] = { take_out, 1, 100 },
};

/* Let it read the cache and the user's networks, and change what the action changes. What is fetched
 * is read by digitpad-hub alone, which confines itself. */
static dp_code confine(request *r, const dp_options *given, dp_err *err)
{
    char path[PATH_MAX];
    dp_sandbox sandbox;
    if (given->action == FETCH) {
        dp_confine_bequeath(r->sandbox);
        return DP_OK;
    }
    dp_code code = dp_confine_prepare(&sandbox, r->sandbox, &r->talk, given, true, err);
    if (code)
        return code;
    if ((given->action == VERIFY || given->action == REMOVE) &&
        dp_paths_hub_cache(path, NULL) == DP_OK)
        dp_sandbox_allow(&sandbox, path, DP_SANDBOX_CHANGE);
    if (given->action == REMOVE && dp_paths_data(path, "", NULL) == DP_OK)
        dp_sandbox_allow(&sandbox, path, DP_SANDBOX_CHANGE);
    return dp_sandbox_enter(&sandbox, err);
}

/* Run the action on every model; the first failure determines the status. */
static int run(const dp_options *given)
{
    const int action = given->action, n = given->n_operands;
    const int min = behaviour[action].min, max = behaviour[action].max;
    request r = { .talk = DP_TALK("models") };
    dp_err err;
    int status = DP_EXIT_DONE;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (n < min || n > max)
        return dp_cli_misuse("models", "%s takes %s", actions[action].name,
                             max == 0   ? "no model"
                             : max == 1 ? "one model"
                                        : "at least one model");
    if (confine(&r, given, &err))
        return dp_cli_fail("models", &err);
    if (n == 0 &&
        (action == LIST ? dp_models_print_list(r.form, &err) : verify_named(&r, &err)))
        status = dp_cli_fail("models", &err);
    for (int i = 0; i < n; i++)
        if (behaviour[action].run(given->operand[i], &r, &err)) {
            const int failed = dp_cli_fail("models", &err);
            status = status ? status : failed;
        }
    return dp_cli_finish("models", status);
}

const dp_command dp_cmd_models = {
    .name = "models",
    .summary = "manage models of the Hugging Face Hub in its cache",
    .usage = { "models [list]", "models fetch [--offline] MODEL...", "models path MODEL",
               "models verify [MODEL]...", "models remove MODEL..." },
    .intro =
        "Manage models of the Hugging Face Hub, in the cache that its tools share. MODEL "
        "is a name of the list or [hf:]OWNER/REPO[@REVISION]:FILE.",
    .group = { { .options = options } },
    .actions = actions,
    .max_operands = DP_ANY_NUMBER,
    .run = run,
};
