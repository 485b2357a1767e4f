/* Readers that attack before they read: linked with -Wl,--wrap=NAME for each. */
#ifndef DP_TESTS_SANDBOX_ATTACKED_H
#define DP_TESTS_SANDBOX_ATTACKED_H

#include "tests/sandbox/attack.h"

/* Make the reader `name` attack first. */
#define ATTACKED(type, name, parameters, arguments)                                      \
    type __real_##name parameters;                                                       \
    type __wrap_##name parameters;                                                       \
    type __wrap_##name parameters                                                        \
    {                                                                                    \
        attack(#name);                                                                   \
        return __real_##name arguments;                                                  \
    }

#endif
