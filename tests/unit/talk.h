/* Catches what a unit test writes to stderr, so that a case can compare messages. */
#ifndef DP_TESTS_UNIT_TALK_H
#define DP_TESTS_UNIT_TALK_H

#include <check.h>
#include <stdio.h>
#include <unistd.h>

static FILE *talk;

/* Begin to catch stderr, and forget what was caught. */
static inline void catch_talk(void)
{
    if (!talk) {
        talk = tmpfile();
        ck_assert_ptr_nonnull(talk);
        ck_assert_int_ge(dup2(fileno(talk), STDERR_FILENO), 0);
    }
    ck_assert_int_eq(ftruncate(fileno(talk), 0), 0);
    rewind(talk);
}

/* Compare what was caught since the last call of either function. */
static inline void expect_talk(const char *want)
{
    char text[1024];
    rewind(talk);
    size_t n = fread(text, 1, sizeof text - 1, talk);
    text[n] = '\0';
    ck_assert_str_eq(text, want);
    catch_talk();
}

#endif
