/* digitpad samples: manages the drawings that were labelled on the pad. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/term/out.h"
#include "weights/data/samples.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: digitpad samples [list]\n"
    "       digitpad samples export\n"
    "       digitpad samples remove N...\n"
    "\n"
    "Manage the drawings labelled with the digit keys of the pad, which are kept in\n"
    "$XDG_DATA_HOME/digitpad/samples.ndjson (default: ~/.local/share).\n"
    "\n"
    "  list      list them: number, digit, time and strokes\n"
    "  export    write all to standard output as lines of JSON, which 'predict',\n"
    "            'draw' and 'train --samples' read\n"
    "  remove    remove the samples with the numbers N\n"
    "\n"
    "  -h, --help      show this help\n";

static int list(const dp_samples *s)
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
    int damaged = s->n - s->n_good;
    if (damaged > 0)
        dp_cli_complain("samples", "%d damaged line%s, marked with !", damaged,
                        damaged == 1 ? "" : "s");
    return damaged > 0 ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
}

static int export(const dp_samples *s)
{
    for (int i = 0; i < s->n; i++) {
        const dp_sample *sample = &s->sample[i];
        if (sample->label >= 0)
            fwrite(s->text + sample->offset, 1, sample->size, stdout);
    }
    return DP_EXIT_DONE;
}

static int read_all(const char *path, int (*act)(const dp_samples *))
{
    dp_samples s;
    dp_err err;
    if (dp_samples_read(&s, path, &err) != DP_OK)
        return dp_cli_fail("samples", &err);
    int status = act(&s);
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
        if (!dp_cli_int(&number[i], "samples", "remove", argument[i], 1, DP_SAMPLES_MAX))
            status = DP_EXIT_USAGE;
    qsort(number, (size_t)n, sizeof *number, compare_descending);
    for (int i = 0; i < n && status == DP_EXIT_DONE; i++) {
        bool repeated = i > 0 && number[i] == number[i - 1];
        if (!repeated && dp_samples_remove(path, number[i], &err) != DP_OK)
            status = dp_cli_fail("samples", &err);
    }
    free(number);
    return status;
}

int dp_cmd_samples(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    char path[PATH_MAX];
    dp_err err;
    for (int option; (option = dp_cli_option(argc, argv, "h", options)) != -1;)
        return option == 'h' ? dp_cli_help(usage) : DP_EXIT_USAGE;
    const char *action = optind < argc ? argv[optind] : "list";
    int more = argc - optind - 1, status;
    if (dp_samples_path(path, &err) != DP_OK)
        return dp_cli_fail("samples", &err);
    if (strcmp(action, "remove") == 0 && more > 0)
        status = remove_all(path, argv + optind + 1, more);
    else if (strcmp(action, "remove") == 0)
        return dp_cli_misuse(
            "samples",
            "remove: numbers of samples are required; see 'digitpad samples list'");
    else if (more > 0)
        return dp_cli_misuse("samples", "unexpected argument '%s'", argv[optind + 1]);
    else if (strcmp(action, "list") == 0)
        status = read_all(path, list);
    else if (strcmp(action, "export") == 0)
        status = read_all(path, export);
    else
        return dp_cli_misuse("samples",
                             "unknown action '%s' (one of list, export, remove)", action);
    return dp_cli_finish("samples", status);
}
