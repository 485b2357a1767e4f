/* digitpad data: lists and fetches the data sets that the networks learn from. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/cli/suggest.h"
#include "tui/report/json.h"
#include "weights/corpora/corpus.h"
#include "weights/store/hub_client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char command[] = "data";

typedef struct request {
    dp_talk talk;
    bool offline;
    dp_form form;
} request;

/* ---- list -------------------------------------------------------------------------- */

static const char *state_of(const dp_corpus *set)
{
    return dp_corpus_has(set) ? "here" : set->by_hand ? "by hand" : "not fetched";
}

static void add_text(dp_json *j, const dp_corpus *set)
{
    (void)j;
    printf("%-10s %-12s %8zu  %s\n", set->name, state_of(set), dp_corpus_size(set),
           set->summary);
    printf("%33s%s; %s\n", "", set->licence, set->credit);
}

static void add_file(dp_json *j, const dp_corpus_file *file)
{
    char path[PATH_MAX];
    const bool known = dp_corpus_path(path, file, NULL) == DP_OK;
    dp_json_object(j, NULL);
    dp_json_string(j, "path", known ? path : NULL);
    dp_json_flag(j, "here", known && access(path, R_OK) == 0);
    dp_json_integer(j, "bytes", (long long)file->size);
    dp_json_string(j, "sha256", file->sha256);
    dp_json_end_object(j);
}

static void add_json(dp_json *j, const dp_corpus *set)
{
    dp_json_object(j, NULL);
    dp_json_string(j, "name", set->name);
    dp_json_string(j, "summary", set->summary);
    dp_json_string(j, "state", state_of(set));
    dp_json_integer(j, "bytes", (long long)dp_corpus_size(set));
    dp_json_string(j, "licence", set->licence);
    dp_json_string(j, "credit", set->credit);
    dp_json_string(j, "by_hand", set->by_hand);
    dp_json_array(j, "files");
    for (int i = 0; i < dp_corpus_n_files(set); i++)
        add_file(j, &set->file[i]);
    dp_json_end_array(j);
    dp_json_end_object(j);
}

static dp_code list(dp_form form, dp_err *err)
{
    const dp_corpus *set;
    dp_json j = { 0 };
    dp_json_object(&j, NULL);
    dp_json_array(&j, "datasets");
    for (int i = 0; (set = dp_corpus_at(i)); i++)
        (form == DP_FORM_JSON ? add_json : add_text)(&j, set);
    dp_json_end_array(&j);
    dp_json_end_object(&j);
    if (form == DP_FORM_JSON)
        return dp_json_print(&j, err);
    dp_text_clear(&j.text);
    return DP_OK;
}

/* ---- the other actions, on one data set each ----------------------------------------- */

static dp_code find(const dp_corpus **out, const char *name, dp_err *err)
{
    const dp_corpus *set;
    char similar[DP_SUGGEST_TEXT];
    dp_suggest guess = dp_suggest_begin(name);
    if ((*out = dp_corpus_find(name)))
        return DP_OK;
    for (int i = 0; (set = dp_corpus_at(i)); i++)
        dp_suggest_consider(&guess, set->name);
    return dp_fail(err, DP_USAGE,
                   "%s: no data set has this name; 'digitpad data' lists the names%s",
                   name, dp_suggest_text(similar, &guess, ""));
}

static dp_code print_paths(const dp_corpus *set, dp_err *err)
{
    char path[PATH_MAX];
    for (int i = 0; i < dp_corpus_n_files(set); i++) {
        dp_code code = dp_corpus_path(path, &set->file[i], err);
        if (code)
            return code;
        puts(path);
    }
    return DP_OK;
}

static dp_code path(const char *name, request *r, dp_err *err)
{
    (void)r;
    const dp_corpus *set;
    char where[PATH_MAX];
    dp_code code = find(&set, name, err);
    if (code || dp_corpus_has(set))
        return code ? code : print_paths(set, err);
    if (!set->by_hand)
        return dp_fail(err, DP_IO, "%s: not here; run 'digitpad data fetch %s'", name,
                       name);
    code = dp_corpus_path(where, &set->file[0], err);
    return code ? code
                : dp_fail(err, DP_IO,
                          "%s: '%.120s' is not here; 'digitpad data fetch %s' says "
                          "how to make it",
                          name, where, name);
}

static dp_code fetch(const char *name, request *r, dp_err *err)
{
    const dp_corpus *set;
    char wanted[64];
    dp_code code = find(&set, name, err);
    if (code)
        return code;
    if (set->by_hand && !dp_corpus_has(set))
        return dp_fail(err, DP_USAGE,
                       "%s: cannot be fetched; %s, to the file of 'digitpad "
                       "data path %s'",
                       name, set->by_hand, name);
    if (!set->by_hand) {
        snprintf(wanted, sizeof wanted, DP_HUB_DATA "%s", set->name);
        code = dp_open_fetch(&r->talk, wanted, r->offline, err);
    }
    if (!code && !r->talk.quiet)
        dp_cli_complain(command, "%s: licence %s; by %s", set->name, set->licence,
                        set->credit);
    return code ? code : print_paths(set, err);
}

/* ---- the command ------------------------------------------------------------------- */

static const dp_option options[] = {
    DP_OPTION_OFFLINE(request, offline),
    DP_OPTION_FORM(request, form, "with list: "),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

enum { LIST, FETCH, PATH };

static const dp_action actions[] = {
    [LIST] = { "list",
               "list data sets: whether they are here, size in bytes, licence, whose "
               "they are" },
    [FETCH] = { "fetch",
                "fetch data sets, verify them and print the paths of their files" },
    [PATH] = { "path", "print the paths of the files of a data set" },
    { 0 },
};

static int run(const dp_options *given)
{
    const int n = given->n_operands;
    request r = { .talk = DP_TALK(command) };
    dp_err err;
    int status = DP_EXIT_DONE;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (given->action == LIST ? n > 0 : given->action == PATH ? n != 1 : n < 1)
        return dp_cli_misuse(command, "%s takes %s", actions[given->action].name,
                             given->action == LIST   ? "no name"
                             : given->action == PATH ? "one name"
                                                     : "at least one name");
    if (given->action == LIST && list(r.form, &err))
        status = dp_cli_fail(command, &err);
    for (int i = 0; i < n; i++)
        if ((given->action == FETCH ? fetch : path)(given->operand[i], &r, &err)) {
            const int failed = dp_cli_fail(command, &err);
            status = status ? status : failed;
        }
    return dp_cli_finish(command, status);
}

const dp_command dp_cmd_data = {
    .name = "data",
    .summary = "list and fetch the data sets to train and measure on",
    .usage = { "data [list]", "data fetch [--offline] DATA-SET...",
               "data path DATA-SET" },
    .intro =
        "Fetch the data sets that the networks learn from into "
        "$XDG_DATA_HOME/digitpad/data (default: ~/.local/share), where 'digitpad train' and "
        "'digitpad eval' find MNIST by themselves and the others by their names.",
    .group = { { .options = options } },
    .actions = actions,
    .max_operands = DP_ANY_NUMBER,
    .run = run,
};
