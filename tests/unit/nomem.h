/* Makes each allocation of a scenario fail, one in each run. */
#ifndef DP_TESTS_UNIT_NOMEM_H
#define DP_TESTS_UNIT_NOMEM_H

#include "engine/core/err.h"
#include "tests/short_memory.h"
#include "tests/unit/unit.h"

#include <stdio.h>

/* Repeat the scenario with the first, the second, … allocation failing, until none fails: it must give an
 * error, without a leak. Returns the number of allocations. */
static inline int fail_each(dp_code (*scenario)(dp_err *err))
{
    for (int n = 0;; n++) {
        dp_err err = { 0 };
        short_memory_begin(n);
        dp_code code = scenario(&err);
        const short_memory memory = short_memory_end();
        ck_assert_msg(memory.alive == 0, "allocation %d fails: %d not freed", n,
                      memory.alive);
        if (!memory.failed) {
            ck_assert_msg(!code, "%s", err.msg);
            return n;
        }
        /* The JSON library can do without some. */
        ck_assert_msg(code == DP_OK || (code == DP_NOMEM && err.code == code),
                      "allocation %d fails: %s: %s", n, dp_code_name(code), err.msg);
        ck_assert_int_lt(n, 10000);
    }
}

#endif
