#include "config.h"

#include "tests/unit/talk.h"
#include "tests/unit/unit.h"
#include "tui/cli/talk.h"

#include <pthread.h>
#include <string.h>

START_TEST(a_hint_is_given_once)
{
    dp_talk t = DP_TALK("find");
    catch_talk();
    for (int i = 0; i < 3; i++)
        dp_talk_hint(&t, "try %d", i);
    dp_talk_hint(&t, "\033[2J");
    expect_talk("digitpad find: hint: try 0\ndigitpad find: hint: \\x1b[2J\n");
}
END_TEST

START_TEST(levels)
{
    dp_err err = { DP_INPUT, "line 7: \033[2J" };
    for (int level = 0; level < 3; level++) {
        dp_talk t = DP_TALK("find");
        t.quiet = level == 0;
        t.verbose = level == 2;
        catch_talk();
        dp_talk_warn(&t, "%s", "odd");
        dp_talk_hint(&t, "even");
        dp_talk_detail(&t, "of %d", 2);
        dp_talk_bad(&t, "a", &err);
        dp_talk_end(&t);
        expect_talk(level == 0   ? "digitpad find: a: line 7: \\x1b[2J\n"
                    : level == 1 ? "digitpad find: warning: odd\n"
                                   "digitpad find: hint: even\n"
                                   "digitpad find: a: line 7: \\x1b[2J\n"
                                 : "digitpad find: warning: odd\n"
                                   "digitpad find: hint: even\n"
                                   "digitpad find: of 2\n"
                                   "digitpad find: a: line 7: \\x1b[2J\n");
    }
}
END_TEST

START_TEST(like_errors_are_summed_up)
{
    dp_talk t = DP_TALK("find");
    dp_err err = { DP_INPUT, "line 7: bad" };
    catch_talk();
    for (int i = 0; i < DP_REPEATS_PRINTED; i++)
        dp_talk_bad(&t, "a", &err);
    catch_talk();
    for (int i = 0; i < 1234; i++)
        dp_talk_bad(&t, i < 1000 ? "a" : "b", &err);
    dp_talk_end(&t);
    expect_talk("digitpad find: ... and 1,234 more like this, in 2 files\n");
    dp_talk_end(&t);
    expect_talk("");
}
END_TEST

static void *complain(void *shared)
{
    const dp_err err = { DP_INPUT, "line 7: bad" };
    for (int i = 0; i < 1000; i++) {
        dp_talk_bad(shared, "a", &err);
        dp_talk_hint(shared, "once");
    }
    return NULL;
}

START_TEST(threads_share_a_talk)
{
    enum { THREADS = 4 };
    dp_talk t = DP_TALK("find");
    pthread_t thread[THREADS];
    char text[1024];
    int lines = 0;
    catch_talk();
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, complain, &t), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    rewind(talk);
    while (fgets(text, sizeof text, talk)) {
        ck_assert_msg(!strcmp(text, "digitpad find: a: line 7: bad\n") ||
                          !strcmp(text, "digitpad find: hint: once\n"),
                      "%s", text);
        lines++;
    }
    ck_assert_int_eq(lines, DP_REPEATS_PRINTED + 1);
    catch_talk();
    dp_talk_end(&t);
    expect_talk("digitpad find: ... and 3,990 more like this\n");
}
END_TEST

UNIT_MAIN("talk", a_hint_is_given_once, levels, like_errors_are_summed_up,
          threads_share_a_talk)
