#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/model/checkpoint.h"
#include "weights/io/fsio.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COUNT = 5 };
static const char run[] = "# a run\narch = flatten | dense 10\nepochs = 3\n";
static char path[300];

/* A state whose arrays count up from `first`. */
typedef struct sample {
    float value[DP_TRAIN_ARRAYS][COUNT];
    dp_train_state state;
} sample;

static void sample_init(sample *s, float first)
{
    *s = (sample){ .state = { .epoch = 2, .step = 1L << 40, .images = 7, .correct = 6 } };
    s->state.loss = 0.1 + (double)first;
    for (int i = 0; i < DP_TRAIN_ARRAYS; i++) {
        s->state.array[i] = s->value[i];
        for (int k = 0; k < COUNT; k++)
            s->value[i][k] = first++;
    }
}

static void write_sample(const sample *s)
{
    snprintf(path, sizeof path, "%s/checkpoint", tempdir());
    ck_assert_int_eq(dp_checkpoint_write(path, run, &s->state, COUNT, NULL), DP_OK);
}

START_TEST(a_checkpoint_is_read_as_written)
{
    sample s, got;
    sample_init(&s, -0.5f);
    sample_init(&got, 100);
    got.state.epoch = got.state.step = got.state.images = got.state.correct = -1;
    write_sample(&s);
    ck_assert_int_eq(dp_checkpoint_read(&got.state, path, run, COUNT, NULL), DP_OK);
    unlink(path);
    ck_assert_mem_eq(got.value, s.value, sizeof s.value);
    ck_assert_int_eq(got.state.epoch, 2);
    ck_assert(got.state.step == 1L << 40);
    ck_assert_int_eq(got.state.images, 7);
    ck_assert_int_eq(got.state.correct, 6);
    ck_assert(got.state.loss == s.state.loss);
}
END_TEST

/* Reading must fail with `code` and with `part` in the message, and change nothing. */
static void expect_refusal(const char *other_run, size_t count, dp_code code,
                           const char *part)
{
    sample got, before;
    sample_init(&got, 100);
    before = got;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_checkpoint_read(&got.state, path, other_run, count, &err), code);
    ck_assert_msg(strstr(err.msg, path) == err.msg, "no path before: %s", err.msg);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
    ck_assert_mem_eq(got.value, before.value, sizeof got.value);
    ck_assert_int_eq(got.state.images, before.state.images);
}

START_TEST(a_checkpoint_of_another_run_is_refused)
{
    sample s;
    sample_init(&s, 1);
    write_sample(&s);
    expect_refusal("# a run\narch = flatten | dense 10\nepochs = 4\n", COUNT, DP_USAGE,
                   "with 'epochs = 3', not 'epochs = 4'");
    expect_refusal("# a run\narch = flatten | dense 10 bias=0\nepochs = 3\n", COUNT,
                   DP_USAGE, "dense 10', not 'arch = ");
    expect_refusal("# a run\narch = flatten | dense 10\nepochs = 3\nseed = 1\n", COUNT,
                   DP_USAGE, "with '', not 'seed = 1'");
    expect_refusal("# a run\narch = flatten | dense 1234567890 | relu | dense 1234567890 "
                   "| dense 1234567890 | dense 10\nepochs = 3\n",
                   COUNT, DP_USAGE, "another arch");
    expect_refusal("# a run\narch = flatten | dense 10\nepochs = 3\n"
                   "# trained on all data, calibrated as weights 0123456789abcdef\n",
                   COUNT, DP_USAGE, "calibrated as weights 0123456789abcdef'");
    expect_refusal(run, COUNT + 1, DP_IO, "damaged");
    unlink(path);
    expect_refusal(run, COUNT, DP_IO, "No such file");
}
END_TEST

START_TEST(every_damage_is_found)
{
    sample s;
    sample_init(&s, 1);
    write_sample(&s);
    unsigned char *file;
    size_t size;
    ck_assert_int_eq(dp_fsio_read(&file, &size, path, 1 << 16, NULL), DP_OK);
    for (size_t i = 0; i < size; i++) {
        file[i] ^= 0x10;
        ck_assert_int_eq(dp_fsio_write(path, file, size, NULL), DP_OK);
        file[i] ^= 0x10;
        expect_refusal(run, COUNT, DP_IO, "damaged");
    }
    for (size_t n = 0; n < size; n++) {
        ck_assert_int_eq(dp_fsio_write(path, file, n, NULL), DP_OK);
        expect_refusal(run, COUNT, DP_IO, "damaged");
    }
    free(file);
    unlink(path);
}
END_TEST

UNIT_MAIN("checkpoint", a_checkpoint_is_read_as_written,
          a_checkpoint_of_another_run_is_refused, every_damage_is_found)
