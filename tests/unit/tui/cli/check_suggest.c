#include "config.h"

#include "tests/unit/unit.h"
#include "tui/cli/suggest.h"

#include <string.h>

START_TEST(distances_by_hand)
{
    static const struct {
        const char *a, *b;
        int distance;
    } cases[] = {
        { "", "", 0 },
        { "", "abc", 3 },
        { "predict", "predict", 0 },
        { "predcit", "predict", 1 }, /* a swap */
        { "PReDict", "predict", 0 },
        { "predit", "predict", 1 }, /* a character is missing */
        { "preddict", "predict", 1 },
        { "prefict", "predict", 1 },
        { "kitten", "sitting", 3 },
        { "ca", "abc", 3 }, /* no substring is edited twice */
        { "train", "eval", 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(dp_suggest_distance(cases[i].a, cases[i].b), cases[i].distance);
        ck_assert_int_eq(dp_suggest_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}
END_TEST

START_TEST(long_words_are_far_apart)
{
    char longest[64], longer[65];
    memset(longest, 'a', sizeof longest - 1);
    memset(longer, 'a', sizeof longer - 1);
    longest[63] = longer[64] = '\0';
    ck_assert_int_eq(dp_suggest_distance(longest, longest), 0);
    ck_assert_int_eq(dp_suggest_distance(longest, longer), 64);
}
END_TEST

/* The guess for a word among the options of a command. */
static const char *guess(const char *word)
{
    static const char *const known[] = { "format", "min-confidence", "norm", "top", "k" };
    dp_suggest s = dp_suggest_begin(word);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        dp_suggest_consider(&s, known[i]);
    return s.best ? s.best : "";
}

START_TEST(only_near_words_are_guessed)
{
    ck_assert_str_eq(guess("fromat"), "format");
    ck_assert_str_eq(guess("min-confidense"), "min-confidence");
    ck_assert_str_eq(guess("confidence"), "min-confidence");
    ck_assert_str_eq(guess("min_confidence"), "min-confidence");
    ck_assert_str_eq(guess("nrom"), "norm");
    ck_assert_str_eq(guess("x"), "");
    ck_assert_str_eq(guess(""), "");
    ck_assert_str_eq(guess("orm"), "norm");
    ck_assert_str_eq(guess("preprocess"), "");
}
END_TEST

START_TEST(a_message_asks)
{
    char text[DP_SUGGEST_TEXT];
    dp_suggest s = dp_suggest_begin("tpo");
    ck_assert_str_eq(dp_suggest_text(text, &s, "--"), "");
    dp_suggest_consider(&s, "top");
    ck_assert_str_eq(dp_suggest_text(text, &s, "--"), "; did you mean '--top'?");
}
END_TEST

UNIT_MAIN("suggest", distances_by_hand, long_words_are_far_apart,
          only_near_words_are_guessed, a_message_asks)
