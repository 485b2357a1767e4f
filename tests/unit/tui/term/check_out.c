#include "config.h"

#include "tests/unit/unit.h"
#include "tui/term/out.h"

#include <locale.h>
#include <string.h>

static void expect_safe(const char *text, const char *want)
{
    char out[256], printed[256] = "";
    ck_assert_str_eq(dp_out_safe(out, sizeof out, text), want);
    FILE *f = tmpfile();
    dp_out_print_safe(f, text);
    rewind(f);
    size_t n = fread(printed, 1, sizeof printed - 1, f);
    fclose(f);
    printed[n] = '\0';
    ck_assert_str_eq(printed, want);
}

START_TEST(controls_are_escaped)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    expect_safe("plain ~ text", "plain ~ text");
    expect_safe("\033]52;c;AAAA\a", "\\x1b]52;c;AAAA\\x07");
    expect_safe("a\r\n\tb\177", "a\\x0d\\x0a\\x09b\\x7f");
    expect_safe("\xc2\x9b"
                "31m",
                "\\u{9b}31m");          /* C1: CSI in one character */
    expect_safe("\xc2\x85", "\\u{85}"); /* next line */
    expect_safe("a\xe2\x80\xae"
                "b",
                "a\\u{202e}b"); /* right-to-left override */
    expect_safe("\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}"); /* isolates */
    expect_safe("\xe2\x80\xa8", "\\u{2028}");                      /* line separator */
    expect_safe("\xef\xbb\xbf", "\\u{feff}");                      /* byte order mark */
    expect_safe("\xf3\xa0\x81\x81", "\\u{e0041}");                 /* tag character */
}
END_TEST

START_TEST(invalid_utf8_is_escaped_byte_by_byte)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    expect_safe("\x80", "\\x80");
    expect_safe("\xff\xfe", "\\xff\\xfe");
    expect_safe("\xc0\x80", "\\xc0\\x80");                   /* overlong NUL */
    expect_safe("\xe0\x80\x9b", "\\xe0\\x80\\x9b");          /* overlong C1 */
    expect_safe("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* surrogate */
    expect_safe("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond U+10FFFF */
    expect_safe("\xe2\x82", "\\xe2\\x82");                   /* truncated */
    expect_safe("\xc3"
                "A",
                "\\xc3"
                "A");
}
END_TEST

START_TEST(text_stays_in_utf8_and_is_escaped_in_other_locales)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    ck_assert(dp_out_utf8());
    expect_safe("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    setlocale(LC_CTYPE, "C");
    ck_assert(!dp_out_utf8());
    expect_safe("\xc3\xa4\xe2\x82\xac", "\\u{e4}\\u{20ac}");
    char out[64]; /* for a grid, which knows the characters of the terminal */
    ck_assert_str_eq(dp_out_safe_utf8(out, sizeof out, "\xc3\xa4 \xe2\x80\xae\033\xff"),
                     "\xc3\xa4 \\u{202e}\\x1b\\xff");
}
END_TEST

START_TEST(every_single_byte_is_safe)
{
    setlocale(LC_CTYPE, "C");
    for (int byte = 1; byte < 256; byte++) {
        char text[2] = { (char)byte, '\0' }, out[16];
        dp_out_safe(out, sizeof out, text);
        for (const char *p = out; *p; p++)
            ck_assert(*p >= ' ' && *p <= '~');
    }
}
END_TEST

START_TEST(text_is_truncated_between_escapes)
{
    char out[8];
    setlocale(LC_CTYPE, "C");
    ck_assert_str_eq(dp_out_safe(out, sizeof out, "abcdefghij"), "abcdefg");
    ck_assert_str_eq(dp_out_safe(out, sizeof out, "abcd\033x"), "abcd");
    ck_assert_str_eq(dp_out_safe(out, 1, "a"), "");
}
END_TEST

START_TEST(color_is_for_terminals_without_no_color)
{
    FILE *f = tmpfile();
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    ck_assert(dp_out_color(f, DP_ALWAYS));
    ck_assert(!dp_out_color(f, DP_NEVER));
    ck_assert(!dp_out_color(f, DP_AUTO)); /* not a terminal */
    setenv("NO_COLOR", "1", 1);
    ck_assert(dp_out_color(f, DP_ALWAYS));
    fclose(f);
}
END_TEST

static bool is_utf8(const char *lc_all, const char *lc_ctype, const char *lang)
{
    setenv("LC_ALL", lc_all, 1);
    setenv("LC_CTYPE", lc_ctype, 1);
    setenv("LANG", lang, 1);
    setlocale(LC_CTYPE, "C");
    dp_out_set_locale();
    return dp_out_utf8();
}

/* No system has a locale "xx_YY". */
START_TEST(a_locale_that_is_missing_keeps_its_encoding)
{
    ck_assert(is_utf8("", "UTF-8", "")); /* of macOS */
    ck_assert(is_utf8("", "", "xx_YY.UTF-8"));
    ck_assert(is_utf8("", "", "xx_YY.utf8"));
    ck_assert(is_utf8("xx_YY.UTF-8", "C", "C"));
    ck_assert(!is_utf8("", "xx_YY", "xx_YY.UTF-8")); /* LC_CTYPE decides */
    ck_assert(!is_utf8("xx_YY.ISO-8859-1", "", "xx_YY.UTF-8"));
    ck_assert(!is_utf8("C", "UTF-8", "xx_YY.UTF-8"));
    ck_assert(is_utf8("C.UTF-8", "", ""));
    ck_assert(!is_utf8("", "", ""));
    ck_assert(dp_out_force_utf8() && dp_out_utf8());
}
END_TEST

UNIT_MAIN("out", a_locale_that_is_missing_keeps_its_encoding, controls_are_escaped,
          invalid_utf8_is_escaped_byte_by_byte,
          text_stays_in_utf8_and_is_escaped_in_other_locales, every_single_byte_is_safe,
          text_is_truncated_between_escapes, color_is_for_terminals_without_no_color)
