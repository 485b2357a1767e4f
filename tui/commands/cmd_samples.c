/* digitpad samples: manages the drawings that were labelled on the pad. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/report/json.h"
#include "tui/term/out.h"
#include "weights/data/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct request {
    dp_form form;
    dp_sandbox_mode sandbox;
} request;

static const dp_option options[] = {
    DP_OPTION_FORM(request, form, "with list: "),
    DP_OPTION_SANDBOX(request, sandbox),
    { 0 },
};

static void list_text(const dp_samples *s)
{
    for (int i = 0; i < s->n; i++) {
        const dp_sample *sample = &s->sample[i];
        if (sample->label < 0) {
            printf("%d\t!\n", i + 1);
            continue;
        }
        printf("%d\t%d\t", i + 1, sample->label);
        dp_out_print_safe(stdout, sample->time[0] ? sample->time : "-");
        printf("\t%d stroke%s\n", sample->strokes.n_strokes,
               sample->strokes.n_strokes == 1 ? "" : "s");
    }
}

static dp_code list_json(const dp_samples *s, dp_err *err)
{
    dp_json j = { 0 };
    dp_json_object(&j, NULL);
    dp_json_array(&j, "samples");
    for (int i = 0; i < s->n; i++) {
        const dp_sample *sample = &s->sample[i];
        const bool damaged = sample->label < 0;
        dp_json_object(&j, NULL);
        dp_json_integer(&j, "number", i + 1);
        dp_json_flag(&j, "damaged", damaged);
        if (damaged)
            dp_json_null(&j, "label");
        else
            dp_json_integer(&j, "label", sample->label);
        dp_json_string(&j, "time", sample->time[0] ? sample->time : NULL);
        dp_json_integer(&j, "strokes", damaged ? 0 : sample->strokes.n_strokes);
        dp_json_end_object(&j);
    }
    dp_json_end_array(&j);
    dp_json_end_object(&j);
    return dp_json_print(&j, err);
}

static int list(const dp_samples *s, const request *r)
{
    dp_err err;
    const int damaged = s->n - s->n_good;
    if (r->form == DP_FORM_TEXT)
        list_text(s);
    else if (list_json(s, &err))
        return dp_cli_fail("samples", &err);
    if (damaged > 0)
        dp_cli_complain("samples", "%d damaged line%s, marked %s", damaged,
                        damaged == 1 ? "" : "s",
                        r->form == DP_FORM_TEXT ? "with !" : "as damaged");
    return damaged > 0 ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
}

static int export(const dp_samples *s, const request *r)
{
    (void)r;
    for (int i = 0; i < s->n; i++) {
        const dp_sample *sample = &s->sample[i];
        if (sample->label >= 0)
            fwrite(s->text + sample->offset, 1, sample->size, stdout);
    }
    return DP_EXIT_DONE;
}

static int read_all(const char *path, const request *r,
                    int (*act)(const dp_samples *s, const request *r))
{
    dp_samples s;
    dp_err err;
    if (dp_samples_read(&s, path, &err) != DP_OK)
        return dp_cli_fail("samples", &err);
    int status = act(&s, r);
    dp_samples_clear(&s);
    return status;
}

static int compare_descending(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x < y) - (x > y);
}

/* Remove samples by number, the last first: removing one renumbers those after it. */
static int remove_all(const char *path, char *const *argument, int n)
{
    dp_err err;
    int *number = calloc((size_t)n, sizeof *number), status = DP_EXIT_DONE;
    if (!number) {
        dp_fail(&err, DP_NOMEM, "no memory for %d numbers", n);
        return dp_cli_fail("samples", &err);
    }
    for (int i = 0; i < n && status == DP_EXIT_DONE; i++)
        if (dp_option_parse_int(&number[i], argument[i], 1, DP_SAMPLES_MAX, &err))
            status = dp_cli_misuse("samples", "remove: %s", err.msg);
    qsort(number, (size_t)n, sizeof *number, compare_descending);
    for (int i = 0; i < n && status == DP_EXIT_DONE; i++) {
        bool repeated = i > 0 && number[i] == number[i - 1];
        if (!repeated && dp_samples_remove(path, number[i], &err) != DP_OK)
            status = dp_cli_fail("samples", &err);
    }
    free(number);
    return status;
}

/* Let it change the folder of the samples. */
static dp_code confine(dp_sandbox_mode mode, const dp_options *given, const char *path,
                       dp_err *err)
{
    dp_talk talk = DP_TALK("samples");
    dp_sandbox sandbox;
    dp_code code = dp_confine_prepare(&sandbox, mode, &talk, given, true, err);
    if (code)
        return code;
    dp_sandbox_allow_output(&sandbox, path);
    return dp_sandbox_enter(&sandbox, err);
}

enum { LIST, EXPORT, REMOVE };

static const dp_action actions[] = {
    [LIST] = { "list", "list them: number, digit, time and strokes" },
    [EXPORT] = { "export",
                 "write all to standard output as lines of JSON, which 'predict', "
                 "'draw' and 'train --samples' read" },
    [REMOVE] = { "remove", "remove the samples with the numbers N" },
    { 0 },
};

static int run(const dp_options *given)
{
    char path[PATH_MAX];
    dp_err err;
    request r = { .form = DP_FORM_TEXT };
    int status;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (dp_samples_path(path, &err) != DP_OK)
        return dp_cli_fail("samples", &err);
    if (given->action == REMOVE && given->n_operands == 0)
        return dp_cli_misuse(
            "samples",
            "remove: numbers of samples are required; see 'digitpad samples list'");
    if (given->action != REMOVE && given->n_operands > 0)
        return dp_cli_misuse("samples", "unexpected argument '%s'", given->operand[0]);
    if (confine(r.sandbox, given, path, &err) != DP_OK)
        return dp_cli_fail("samples", &err);
    if (given->action == REMOVE)
        status = remove_all(path, given->operand, given->n_operands);
    else
        status = read_all(path, &r, given->action == LIST ? list : export);
    return dp_cli_finish("samples", status);
}

const dp_command dp_cmd_samples = {
    .name = "samples",
    .summary = "list, export and remove drawings labelled on the pad",
    .usage = { "samples [list]", "samples export", "samples remove N..." },
    .intro =
        "Manage the drawings labelled with the digit keys of the pad, which are kept in "
        "$XDG_DATA_HOME/digitpad/samples.ndjson (default: ~/.local/share).",
    .group = { { .options = options } },
    .actions = actions,
    .max_operands = DP_ANY_NUMBER,
    .run = run,
};
