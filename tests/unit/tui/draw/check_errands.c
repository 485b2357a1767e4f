/* The process that runs the pad's errands: what it does, and that it does nothing else whatever it is
 * asked. */
#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "tui/draw/errands.h"

#include <string.h>
#include <unistd.h>

static dp_errands errands;

static void start(void)
{
    static const dp_own_folders none = { .lock = { -1, -1, -1 } };
    dp_err err;
    ck_assert_int_eq(chdir(tempdir()), 0);
    ck_assert_int_eq(dp_errands_start(&errands, &none, &err), DP_OK);
}

/* Send these bytes. The code of the answer; its message is in m. */
static int asked(dp_aide_message *m, const void *bytes, size_t size)
{
    dp_err err;
    m->size = size;
    m->fd = -1;
    memcpy(m->data, bytes, size);
    ck_assert_int_eq(dp_aide_ask(&errands.aide, m, &err), DP_OK);
    ck_assert_int_lt(m->fd, 0);
    return m->data[0];
}

START_TEST(a_new_file_never_replaces_another)
{
    char first[DP_ERRANDS_NAME], second[DP_ERRANDS_NAME];
    int fd;
    dp_err err;
    start();
    ck_assert_int_eq(dp_errands_create(&fd, first, &errands, &err), DP_OK);
    ck_assert_int_eq(write(fd, "1", 1), 1);
    close(fd);
    ck_assert_int_eq(dp_errands_create(&fd, second, &errands, &err), DP_OK);
    close(fd);
    ck_assert_str_ne(first, second);
    dp_errands_discard(&errands);
    ck_assert_int_ne(access(second, F_OK), 0);
    dp_errands_discard(&errands); /* nothing is left to discard */
    ck_assert_int_eq(access(first, F_OK), 0);
    dp_errands_end(&errands);
}
END_TEST

START_TEST(only_models_of_the_registry_are_fetched)
{
    dp_hub_client *client;
    dp_err err;
    const char *const other = "hf:attacker/repo:file.onnx";
    start();
    ck_assert_int_eq(dp_errands_fetch(&client, &errands, &other, 1, &err), DP_USAGE);
    ck_assert_str_eq(err.msg, "hf:attacker/repo:file.onnx: not a model of the registry");
    ck_assert_int_eq(dp_errands_fetch(&client, &errands, NULL, 0, &err), DP_USAGE);
    ck_assert_str_eq(err.msg, "no model to fetch");
    dp_errands_end(&errands);
}
END_TEST

START_TEST(only_carried_networks_are_trained)
{
    dp_child child;
    dp_err err;
    start();
    ck_assert_int_eq(dp_errands_train(&child, &errands, "../../evil", &err), DP_USAGE);
    ck_assert_str_eq(err.msg, "only carried networks can be trained");
    dp_errands_end(&errands);
}
END_TEST

START_TEST(malformed_requests_do_nothing)
{
    dp_aide_message m;
    char words[64] = "f";
    start();
    ck_assert_int_eq(asked(&m, "x", 1), DP_USAGE);        /* no errand */
    ck_assert_int_eq(asked(&m, "fmnist-8", 8), DP_USAGE); /* no NUL */
    ck_assert_int_eq(asked(&m, "e\x07\x01", 3), DP_OK);   /* no such child */
    ck_assert_int_eq(m.data[1], 0);
    ck_assert_int_eq(asked(&m, words, sizeof words), DP_USAGE); /* too many words */
    ck_assert_int_eq(asked(&m, "t", 1), DP_USAGE);
    dp_errands_end(&errands);
}
END_TEST

UNIT_MAIN("errands", a_new_file_never_replaces_another,
          only_models_of_the_registry_are_fetched, only_carried_networks_are_trained,
          malformed_requests_do_nothing)
