#include "config.h"

#include "tui/cli/confine.h"

#include "engine/core/arith.h"
#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "weights/io/paths.h"
#include "weights/io/walk.h"
#include "weights/store/original.h"
#include "weights/store/store.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What is set up, and how models are fetched. */
typedef struct setting {
    dp_sandbox *sandbox;
    dp_talk *talk;
    bool offline;
} setting;

/* ---- models ------------------------------------------------------------------------ */

/* Read a file of the Hub, which verifies it, and fetch it if it is missing or damaged. The command
 * opens it later. */
static dp_code make_present(const setting *to, const dp_store_ref *ref, dp_err *err)
{
    dp_store_file file;
    dp_code code = dp_store_read(&file, ref, err);
    if (!code)
        dp_store_keep(&file);
    else if (dp_open_again(&code, to->talk, ref, to->offline, err))
        code = DP_OK;
    return code;
}

/* An ONNX file may have data in other files of its folder. */
static void allow_weights(dp_sandbox *s, const char *path)
{
    char folder[PATH_MAX];
    const char *dot = strrchr(path, '.');
    dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    if (dot && strcmp(dot, ".onnx") == 0 &&
        dp_paths_format(folder, NULL, "%s", path) == DP_OK)
        dp_sandbox_allow(s, dirname(folder), DP_SANDBOX_READ);
}

static void allow_original(dp_sandbox *s, const char *name)
{
    char path[PATH_MAX];
    if (!dp_original_find(path, name, NULL))
        dp_sandbox_allow(s, path, DP_SANDBOX_READ);
}

void dp_confine_allow_originals(dp_sandbox *s)
{
    char name[80];
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        snprintf(name, sizeof name, "%.60s" DP_ORIGINAL_SUFFIX, c->name);
        allow_original(s, name);
    }
}

/* An unknown name is left to the command, whose message suggests others. */
static dp_code allow_model(const setting *to, const char *name, dp_err *err)
{
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name, err);
    if (!code && ref.kind == DP_STORE_PATH)
        allow_weights(to->sandbox, name);
    else if (!code && ref.kind == DP_STORE_ORIGINAL)
        allow_original(to->sandbox, name);
    else if (!code && ref.kind == DP_STORE_HUB)
        code = make_present(to, &ref, err);
    return code;
}

/* ---- files ------------------------------------------------------------------------- */

/* Allow the files outside a folder to which links in it lead. Folders that cannot be read are
 * reported by the command. */
static void allow_links(dp_sandbox *s, const char *folder)
{
    dp_walk *walk;
    const char *path = folder;
    struct stat st;
    if (dp_walk_open(&walk, folder, NULL))
        return;
    dp_code code = DP_OK;
    while (code != DP_NOMEM && path) {
        code = dp_walk_next(&path, walk, NULL);
        if (!code && path && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
            dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    }
    dp_walk_close(walk);
}

static void allow_input(dp_sandbox *s, const char *path)
{
    struct stat st;
    dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    if (s->ruleset >= 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        allow_links(s, path);
}

/* ---- the command line --------------------------------------------------------------- */

static dp_code allow(const setting *to, dp_place place, const char *text, dp_err *err)
{
    switch (place) {
    case DP_PLACE_INPUT:
        allow_input(to->sandbox, text);
        return DP_OK;
    case DP_PLACE_OUTPUT:
        dp_sandbox_allow_output(to->sandbox, text);
        return DP_OK;
    case DP_PLACE_MODEL:
        return allow_model(to, text, err);
    case DP_PLACE_LIST: /* it may name any file */
        dp_sandbox_allow(to->sandbox, "/", DP_SANDBOX_READ);
        return DP_OK;
    case DP_PLACE_NONE:
        break;
    }
    return DP_OK;
}

static dp_place operand_place(const dp_command *command, int i)
{
    const int last = DP_COMMAND_PLACES - 1;
    return command->operand_place[i < last ? i : last];
}

/* Whether a command that has a model is given none, so that the environment may name it. */
static bool lacks_model(const dp_options *given)
{
    const dp_option *model = dp_options_named(given->command, "model").option;
    bool lacks = model != NULL;
    for (int i = 0; i < given->n; i++)
        lacks = lacks && given->given[i].option != model;
    return lacks &&
           (given->n_operands == 0 || operand_place(given->command, 0) != DP_PLACE_MODEL);
}

static dp_code allow_given(const setting *to, const dp_options *given, dp_err *err)
{
    dp_code code = lacks_model(given) ? allow_model(to, dp_cli_model(NULL), err) : DP_OK;
    for (int i = 0; i < given->n && !code; i++)
        if (given->given[i].text)
            code = allow(to, given->given[i].option->value.type->place,
                         given->given[i].text, err);
    for (int i = 0; i < given->n_operands && !code; i++)
        code = allow(to, operand_place(given->command, i), given->operand[i], err);
    return code;
}

/* ---- the program's own places ------------------------------------------------------- */

static void allow_variable(dp_sandbox *s, const char *name)
{
    const char *path = dp_paths_variable(name);
    if (path)
        dp_sandbox_allow(s, path, DP_SANDBOX_READ);
}

static void allow_own(dp_sandbox *s)
{
    char path[PATH_MAX];
    if (!dp_paths_data(path, "", NULL))
        dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    if (!dp_paths_hub_cache(path, NULL))
        dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    allow_variable(s, "DIGITPAD_MNIST");
    allow_variable(s, "DIGITPAD_STROKES");
}

void dp_confine_allow_terminal(dp_sandbox *s)
{
    static const char *const places[] = { "/etc/terminfo", "/lib", "/usr/lib",
                                          "/usr/share" };
    const char *home = dp_paths_variable("HOME");
    char path[PATH_MAX];
    for (size_t i = 0; i < DP_COUNT(places); i++)
        dp_sandbox_allow(s, places[i], DP_SANDBOX_READ);
    allow_variable(s, "TERMINFO");
    if (home && dp_paths_format(path, NULL, "%s/.terminfo", home) == DP_OK)
        dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    dp_sandbox_allow(s, "/dev/tty", DP_SANDBOX_CHANGE);
}

dp_sandbox_mode dp_confine_bequeath(dp_sandbox_mode mode)
{
    if (mode == DP_SANDBOX_AUTO)
        mode = dp_sandbox_inherited();
    dp_sandbox_bequeath(mode);
    return mode;
}

dp_code dp_confine_prepare(dp_sandbox *out, dp_sandbox_mode mode, dp_talk *talk,
                           const dp_options *given, bool offline, dp_err *err)
{
    const setting to = { out, talk, offline };
    *out = dp_sandbox_begin(dp_confine_bequeath(mode), false);
    dp_code code = allow_given(&to, given, err);
    if (code)
        dp_sandbox_cancel(out);
    else
        allow_own(out); /* the cache may exist only since a model was fetched */
    return code;
}

dp_code dp_confine(dp_sandbox_mode mode, dp_talk *talk, const dp_options *given,
                   dp_err *err)
{
    dp_sandbox sandbox;
    dp_code code = dp_confine_prepare(&sandbox, mode, talk, given, false, err);
    return code ? code : dp_sandbox_enter(&sandbox, err);
}
