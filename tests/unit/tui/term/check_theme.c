#include "config.h"

#include "tui/term/theme.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "tui/cli/shared_options.h"

static bool is_light(float background, const char *colorfgbg)
{
    dp_caps caps = { .has_background = background >= 0, .background = background };
    return dp_theme_is_light(DP_THEME_AUTO, &caps, colorfgbg);
}

START_TEST(the_option_decides)
{
    const dp_caps white = { .has_background = true, .background = 1 };
    const dp_caps black = { .has_background = true };
    ck_assert(!dp_theme_is_light(DP_THEME_DARK, &white, "0;15"));
    ck_assert(dp_theme_is_light(DP_THEME_LIGHT, &black, "15;0"));
    ck_assert_str_eq(dp_words_theme[DP_THEME_DARK], "dark");
    ck_assert_str_eq(dp_words_theme[DP_THEME_LIGHT], "light");
}
END_TEST

START_TEST(else_the_background_of_the_terminal)
{
    ck_assert(is_light(1, NULL));
    ck_assert(is_light(0.95F, "15;0")); /* solarized light; the variable is another's */
    ck_assert(!is_light(0, "0;15"));
    ck_assert(!is_light(0.16F, NULL));
}
END_TEST

START_TEST(else_the_variable)
{
    static const struct {
        const char *text;
        bool light;
    } cases[] = {
        { "15;0", false },        { "0;15", true },
        { "0;default;15", true }, { "0;7", true },
        { "7;8", false },         { "0;11", true },
        { "0;6", false },         { "default;default", false },
        { "15", false },          { "", false },
        { "0;", false },          { "0;15x", false },
        { "0;231", false },       { "0;-7", false },
    };
    ck_assert(!is_light(-1, NULL));
    for (size_t i = 0; i < DP_COUNT(cases); i++)
        ck_assert_msg(is_light(-1, cases[i].text) == cases[i].light, "%s", cases[i].text);
}
END_TEST

UNIT_MAIN("theme", the_option_decides, else_the_background_of_the_terminal,
          else_the_variable)
