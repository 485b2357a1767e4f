#include "config.h"

#include "tui/draw/clipboard.h"

#include "tests/unit/unit.h"

#include <string.h>

static char out[DP_CLIPBOARD_SIZE];

static void expect(const char *text, dp_between between, const char *sequence)
{
    ck_assert_uint_eq(dp_clipboard_copy(out, text, between), strlen(sequence));
    ck_assert_str_eq(out, sequence);
}

START_TEST(a_text_is_copied_as_base64)
{
    expect("7", DP_BETWEEN_NOTHING, "\033]52;c;Nw==\a");
    expect("47", DP_BETWEEN_NOTHING, "\033]52;c;NDc=\a");
    expect("a\a\033\\", DP_BETWEEN_NOTHING, "\033]52;c;YQcbXA==\a"); /* cannot end it */
}
END_TEST

START_TEST(a_multiplexer_passes_it_on)
{
    expect("7", DP_BETWEEN_TMUX, "\033]52;c;Nw==\a\033Ptmux;\033\033]52;c;Nw==\a\033\\");
    expect("7", DP_BETWEEN_SCREEN, "\033P\033]52;c;Nw==\a\033\\");
    unsetenv("TMUX");
    unsetenv("STY");
    ck_assert_int_eq(dp_clipboard_between(), DP_BETWEEN_NOTHING);
    setenv("STY", "1234.pts", 1);
    ck_assert_int_eq(dp_clipboard_between(), DP_BETWEEN_SCREEN);
    setenv("TMUX", "/tmp/tmux,1,0", 1);
    ck_assert_int_eq(dp_clipboard_between(), DP_BETWEEN_TMUX);
}
END_TEST

START_TEST(the_longest_text_fits)
{
    char text[DP_CLIPBOARD_TEXT];
    memset(text, '7', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    size_t n = dp_clipboard_copy(out, text, DP_BETWEEN_TMUX);
    ck_assert_uint_eq(n, strlen(out));
    ck_assert_uint_lt(n, sizeof out - 1);
    ck_assert_str_eq(out + n - 2, "\033\\");
}
END_TEST

UNIT_MAIN("clipboard", a_text_is_copied_as_base64, a_multiplexer_passes_it_on,
          the_longest_text_fits)
