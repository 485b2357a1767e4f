#include "config.h"

#include "tui/bench/cold_start.h"

#include <string.h>

/* The answer to the name of a model. */
typedef struct answer {
    dp_bench_times times;
    dp_err err;
} answer;

static void handle(void *context, dp_aide_message *m)
{
    const dp_cold_start *how = context;
    answer a = { .err = { DP_INTERNAL, "not a name" } };
    if (m->size > 0 && m->data[m->size - 1] == '\0')
        a.err.code = dp_bench_cold_start(&a.times, (const char *)m->data, how->kernels,
                                         how->effort, &a.err);
    memcpy(m->data, &a, sizeof a);
    m->size = sizeof a;
    m->fd = -1;
}

dp_code dp_cold_start_begin(dp_aide *out, dp_cold_start *how, dp_err *err)
{
    return dp_aide_start(out, handle, how, err);
}

dp_code dp_cold_start_measure(dp_bench_times *out, const dp_aide *aide, const char *name,
                              dp_err *err)
{
    dp_aide_message m = { .size = strlen(name) + 1, .fd = -1 };
    answer a;
    if (m.size > sizeof m.data)
        return dp_fail(err, DP_USAGE, "%s: the name is too long", name);
    memcpy(m.data, name, m.size);
    dp_code code = dp_aide_ask(aide, &m, err);
    if (code)
        return code;
    memcpy(&a, m.data, sizeof a);
    *out = a.times;
    return a.err.code ? dp_fail(err, a.err.code, "%s", a.err.msg) : DP_OK;
}
