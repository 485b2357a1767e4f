/* The main function of a unit-test program. UNIT_MAIN(SUITE, TEST…) runs the tests in
 * order and prints TAP on stdout.
 *
 * Tests do not fork: libgomp hangs in a forked child of a process that has already run a
 * parallel region. Set CK_FORK in the environment to fork nevertheless. */
#ifndef DP_TESTS_UNIT_UNIT_H
#define DP_TESTS_UNIT_UNIT_H

#include "engine/core/arith.h"

#include <check.h>
#include <stdlib.h>

#define UNIT_MAIN(suite, ...)                                                            \
    int main(void)                                                                       \
    {                                                                                    \
        const TTest *const tests[] = { __VA_ARGS__ };                                    \
        return unit_run(suite, tests, DP_COUNT(tests));                                  \
    }

static inline int unit_run(const char *name, const TTest *const tests[], size_t n)
{
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < n; i++) {
        TCase *tcase = tcase_create(tests[i]->name);
        tcase_set_timeout(tcase, 120);
        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    SRunner *runner = srunner_create(suite);
    if (!getenv("CK_FORK"))
        srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
