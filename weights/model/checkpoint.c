#include "config.h"

#include "weights/model/checkpoint.h"

#include "weights/io/fingerprint.h"
#include "weights/io/fsio.h"

#include <stdlib.h>
#include <string.h>

static const char magic[] = "digitpad ckpt 1\n";
enum {
    MAGIC = sizeof magic - 1,
    HEAD = MAGIC + 8, /* magic and fingerprint; the fingerprint covers the rest */
    NUMBERS = 6 * 8,  /* the length of the description, and the numbers after it */
};

/* ---- little-endian numbers --------------------------------------------------------- */

typedef struct cursor {
    unsigned char *at;
} cursor;

static void put(cursor *c, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *c->at++ = (unsigned char)(value >> 8 * i);
}

static uint64_t take(cursor *c, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)*c->at++ << 8 * i;
    return value;
}

static void put_floats(cursor *c, const float *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        put(c, bits, sizeof bits);
    }
}

static void take_floats(float *value, cursor *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)take(c, sizeof bits);
        memcpy(&value[i], &bits, sizeof bits);
    }
}

/* ---- writing ----------------------------------------------------------------------- */

static size_t values_size(size_t count)
{
    return DP_TRAIN_ARRAYS * count * sizeof(float);
}

static void fill(unsigned char *file, size_t size, const char *run,
                 const dp_train_state *s, size_t count)
{
    size_t length = strlen(run);
    uint64_t loss;
    memcpy(&loss, &s->loss, sizeof loss);
    memcpy(file, magic, MAGIC);
    cursor c = { file + HEAD };
    put(&c, length, 8);
    memcpy(c.at, run, length);
    c.at += length;
    put(&c, (uint64_t)s->epoch, 8);
    put(&c, (uint64_t)s->step, 8);
    put(&c, (uint64_t)s->images, 8);
    put(&c, (uint64_t)s->correct, 8);
    put(&c, loss, 8);
    for (int i = 0; i < DP_TRAIN_ARRAYS; i++)
        put_floats(&c, s->array[i], count);
    cursor check = { file + MAGIC };
    put(&check, dp_fingerprint(DP_FINGERPRINT_EMPTY, file + HEAD, size - HEAD), 8);
}

dp_code dp_checkpoint_write(const char *path, const char *run,
                            const dp_train_state *state, size_t count, dp_err *err)
{
    size_t size = HEAD + NUMBERS + strlen(run) + values_size(count);
    unsigned char *file = malloc(size);
    if (!file)
        return dp_fail(err, DP_NOMEM, "%s: no memory for %zu bytes", path, size);
    fill(file, size, run, state, count);
    dp_code code = dp_fsio_write(path, file, size, err);
    free(file);
    return code;
}

/* ---- reading ----------------------------------------------------------------------- */

static bool is_whole(const unsigned char *file, size_t size)
{
    if (size < HEAD + NUMBERS || memcmp(file, magic, MAGIC) != 0)
        return false;
    cursor c = { (unsigned char *)file + MAGIC };
    return take(&c, 8) == dp_fingerprint(DP_FINGERPRINT_EMPTY, file + HEAD, size - HEAD);
}

static int line_length(const char *text)
{
    return (int)strcspn(text, "\n");
}

/* Report the first line in which two descriptions differ; of a long line, only the name. */
static dp_code fail_other_run(const char *theirs, const char *ours, dp_err *err)
{
    const int most = 80;
    while (*theirs && *ours && line_length(theirs) == line_length(ours) &&
           strncmp(theirs, ours, (size_t)line_length(ours)) == 0) {
        theirs += line_length(theirs) + (theirs[line_length(theirs)] == '\n');
        ours += line_length(ours) + (ours[line_length(ours)] == '\n');
    }
    int a = line_length(theirs), b = line_length(ours);
    const char *name = b > 0 ? ours : theirs;
    if (a > most || b > most)
        return dp_fail(err, DP_USAGE, "the checkpoint belongs to a run with another %.*s",
                       (int)strcspn(name, " \n"), name);
    return dp_fail(err, DP_USAGE,
                   "the checkpoint belongs to a run with '%.*s', not '%.*s'", a, theirs,
                   b, ours);
}

static dp_code check_run(cursor *c, size_t left, const char *run, dp_err *err)
{
    uint64_t length = take(c, 8);
    if (length > left)
        return dp_fail(err, DP_IO, "damaged checkpoint: description of %llu bytes",
                       (unsigned long long)length);
    char *text = malloc(length + 1);
    if (!text)
        return dp_fail(err, DP_NOMEM, "out of memory");
    memcpy(text, c->at, length);
    text[length] = '\0';
    c->at += length;
    dp_code code = DP_OK;
    if (strlen(text) != length)
        code = dp_fail(err, DP_IO, "damaged checkpoint: its description contains NUL");
    else if (strcmp(text, run) != 0)
        code = fail_other_run(text, run, err);
    free(text);
    return code;
}

static dp_code parse(dp_train_state *state, unsigned char *file, size_t size,
                     const char *run, size_t count, dp_err *err)
{
    if (!is_whole(file, size))
        return dp_fail(err, DP_IO, "not a checkpoint, or damaged");
    cursor c = { file + HEAD };
    dp_code code = check_run(&c, size - HEAD - NUMBERS, run, err);
    if (code)
        return code;
    if (size != HEAD + NUMBERS + strlen(run) + values_size(count))
        return dp_fail(err, DP_IO, "damaged checkpoint: unexpected size of %zu bytes",
                       size);
    state->epoch = (int64_t)take(&c, 8);
    state->step = (int64_t)take(&c, 8);
    state->images = (int64_t)take(&c, 8);
    state->correct = (int64_t)take(&c, 8);
    uint64_t loss = take(&c, 8);
    memcpy(&state->loss, &loss, sizeof loss);
    for (int i = 0; i < DP_TRAIN_ARRAYS; i++)
        take_floats(state->array[i], &c, count);
    return DP_OK;
}

dp_code dp_checkpoint_read(dp_train_state *state, const char *path, const char *run,
                           size_t count, dp_err *err)
{
    unsigned char *file;
    size_t size;
    dp_code code = dp_fsio_read(&file, &size, path, DP_CHECKPOINT_MAX_BYTES, err);
    if (code)
        return code;
    code = parse(state, file, size, run, count, err);
    free(file);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}
