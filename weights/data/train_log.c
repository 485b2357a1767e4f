#include "config.h"

#include "weights/data/train_log.h"

#include "engine/core/decimal.h"
#include "weights/io/fsio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 16 << 20, VALIDATION = 2, COLUMNS = 3, MAX_CELLS = 32 };

static const char *const names[COLUMNS] = { "loss", "train_accuracy",
                                            "validation_accuracy" };

dp_code dp_train_log_add(dp_train_log *log, const dp_epoch *epoch, dp_err *err)
{
    if (log->n == DP_TRAIN_LOG_MAX)
        return dp_fail(err, DP_INPUT, "more than %d epochs", DP_TRAIN_LOG_MAX);
    if (log->n == log->capacity) {
        int room = log->capacity ? 2 * log->capacity : 64;
        dp_epoch *more = realloc(log->epoch, (size_t)room * sizeof *more);
        if (!more)
            return dp_fail(err, DP_NOMEM, "no memory for more epochs");
        log->epoch = more;
        log->capacity = room;
    }
    log->epoch[log->n++] = *epoch;
    return DP_OK;
}

typedef struct cell {
    const char *text;
    size_t size;
} cell;

/* Split a line at its commas. Returns the number of cells, at most MAX_CELLS. */
static int split(cell out[MAX_CELLS], const char *line, size_t size)
{
    int n = 0;
    for (const char *end = line + size; n < MAX_CELLS; n++) {
        const char *comma = memchr(line, ',', (size_t)(end - line));
        out[n] = (cell){ line, (size_t)((comma ? comma : end) - line) };
        if (!comma)
            return n + 1;
        line = comma + 1;
    }
    return n;
}

/* Find the index of each column in the header line. */
static bool find_columns(int column[COLUMNS], const cell *head, int n)
{
    for (int k = 0; k < COLUMNS; k++) {
        column[k] = -1;
        for (int i = 0; i < n; i++)
            if (head[i].size == strlen(names[k]) &&
                memcmp(head[i].text, names[k], head[i].size) == 0)
                column[k] = i;
        if (column[k] < 0)
            return false;
    }
    return true;
}

/* Parse a cell. That of the validation is empty if nothing was held out. */
static bool parse(double *out, const cell *text, int column)
{
    *out = (double)NAN;
    return (column == VALIDATION && text->size == 0) ||
           dp_decimal_parse(out, text->text, text->size);
}

static dp_code add_line(dp_train_log *log, const int column[COLUMNS], const cell *line,
                        int n, dp_err *err)
{
    double value[COLUMNS];
    for (int k = 0; k < COLUMNS; k++)
        if (column[k] >= n || !parse(&value[k], &line[column[k]], k))
            return dp_fail(err, DP_IO, "column %s is not a number", names[k]);
    return dp_train_log_add(log, &(dp_epoch){ value[0], value[1], value[2] }, err);
}

/* Read the header and all epochs. *number is the line that failed, from 1. */
static dp_code read_lines(dp_train_log *log, const char *text, size_t size, int *number,
                          dp_err *err)
{
    int column[COLUMNS];
    dp_code code = DP_OK;
    *number = 1;
    for (const char *end = text + size; text < end && !code; ++*number) {
        cell cells[MAX_CELLS];
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        int n = split(cells, text, (size_t)(stop - text));
        if (*number > 1)
            code = add_line(log, column, cells, n, err);
        else if (!find_columns(column, cells, n))
            code = dp_fail(err, DP_IO, "not the log of a training run");
        if (code)
            return code;
        text = stop + 1;
    }
    return *number > 1 ? DP_OK : dp_fail(err, DP_IO, "not the log of a training run");
}

dp_code dp_train_log_read(dp_train_log *log, const char *path, dp_err *err)
{
    unsigned char *bytes;
    size_t size;
    int number;
    dp_code code = dp_fsio_read(&bytes, &size, path, MAX_FILE, err);
    if (code)
        return code;
    code = read_lines(log, (const char *)bytes, size, &number, err);
    free(bytes);
    return code ? dp_fail_in(err, code, "%s:%d", path, number) : DP_OK;
}

void dp_train_log_clear(dp_train_log *log)
{
    free(log->epoch);
    *log = (dp_train_log){ 0 };
}
