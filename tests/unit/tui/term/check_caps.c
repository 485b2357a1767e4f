#include "config.h"

#include "tui/term/caps.h"

#include "tests/terminals.h"
#include "tests/unit/drawing.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static const terminal *current;
static dp_input in;
static dp_caps caps;
static int64_t now;
static int n_keys;

/* getenv on the current terminal. */
static char *get(const char *name)
{
    for (int i = 0; i < 3 && current->env[i]; i++) {
        size_t n = strlen(name);
        if (strncmp(current->env[i], name, n) == 0 && current->env[i][n] == '=')
            return (char *)(uintptr_t)current->env[i] + n + 1;
    }
    return NULL;
}

static void set_up(const terminal *t)
{
    current = t;
    in = (dp_input){ .expecting = true };
    n_keys = 0;
    dp_caps_init(&caps, get);
}

static void take(const dp_event *e)
{
    n_keys += e->kind == DP_EVENT_KEY || e->kind == DP_EVENT_MOUSE;
    dp_caps_reply(&caps, e, 80, 24);
}

static void feed(const char *bytes, size_t size)
{
    dp_event e;
    for (size_t i = 0; i < size; i++)
        if (dp_input_feed(&in, &e, (unsigned char)bytes[i], now))
            take(&e);
}

static void answer(const terminal *t)
{
    set_up(t);
    feed(t->replies, strlen(t->replies));
}

static dp_palette palette_of(const terminal *t)
{
    return (dp_palette){ .charset = t->charset, .colors = t->colors };
}

static dp_ink_kind choose(const terminal *t, dp_ink_wish wish)
{
    dp_palette palette = palette_of(t);
    return dp_ink_choose(&caps, &palette, wish);
}

START_TEST(every_terminal_gets_its_ink)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        const terminal *t = &terminals[i];
        answer(t);
        ck_assert_msg(caps.complete || !*t->replies, "%s", t->name);
        ck_assert_msg(caps.sync == t->sync, "%s: sync", t->name);
        ck_assert_msg(caps.pixel_mouse == t->pixel_mouse, "%s: mouse", t->name);
        ck_assert_msg(caps.octants == t->octants, "%s: octants", t->name);
        ck_assert_msg(caps.sextants == t->sextants, "%s: sextants", t->name);
        ck_assert_msg(choose(t, DP_WISH_AUTO) == t->ink, "%s: %s", t->name,
                      dp_ink_name(choose(t, DP_WISH_AUTO)));
        ck_assert_int_eq(n_keys, 0);
    }
}
END_TEST

/* Wherever the bytes are cut and however long the pause, no key comes of them, and the result is the
 * same. */
START_TEST(replies_are_cut_anywhere)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        const terminal *t = &terminals[i];
        answer(t);
        dp_caps whole = caps;
        for (size_t at = 0; at <= strlen(t->replies); at++)
            for (int pause = 0; pause < 3; pause++) {
                dp_event e;
                set_up(t);
                feed(t->replies, at);
                now += (const int[]){ 60, 400, 4000 }[pause];
                bool lone = at > 0 && t->replies[at - 1] == '\033' && pause == 2 &&
                            in.state == DP_INPUT_ESC;
                if (dp_input_tick(&in, &e, now))
                    ck_assert_msg(lone && e.key == DP_KEY_ESC, "%s at %zu", t->name, at);
                feed(t->replies + at, strlen(t->replies + at));
                ck_assert_msg(n_keys == 0, "%s at %zu", t->name, at);
                ck_assert_msg(caps.kitty == whole.kitty && caps.sixel == whole.sixel &&
                                  caps.cell_w == whole.cell_w &&
                                  caps.complete == whole.complete &&
                                  strcmp(caps.name, whole.name) == 0,
                              "%s at %zu", t->name, at);
            }
    }
}
END_TEST

/* What never comes leaves the keys alone: after any truncated reply, a key is a key again. */
START_TEST(replies_are_truncated)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++)
        for (size_t n = 0; n < strlen(terminals[i].replies); n++) {
            dp_event e;
            set_up(&terminals[i]);
            feed(terminals[i].replies, n);
            now += 6000;
            dp_input_tick(&in, &e, now);
            feed("\033[?6c", 5); /* the end of a sequence that may have begun */
            in.expecting = false;
            ck_assert_int_eq(n_keys, 0);
            feed("q", 1);
            ck_assert_int_eq(n_keys, 1);
        }
}
END_TEST

START_TEST(late_replies_are_no_keys)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        set_up(&terminals[i]);
        in.expecting = false; /* the pad has given up */
        feed(terminals[i].replies, strlen(terminals[i].replies));
        ck_assert_int_eq(n_keys, 0);
    }
}
END_TEST

/* A line that echoes: the queries themselves come back. */
START_TEST(an_echo_is_no_reply)
{
    char queries[256];
    set_up(&terminals[0]);
    size_t n = dp_caps_query(queries, sizeof queries, dp_caps_questions(get, true));
    ck_assert_uint_eq(n, strlen(queries));
    dp_caps before = caps;
    feed("\033[1;2R", 6);
    int keys_of_enter = 0;
    for (size_t i = 0; i < n; i++)
        keys_of_enter += queries[i] == '\r';
    feed(queries, n);
    ck_assert_int_eq(n_keys, keys_of_enter);
    ck_assert(!caps.complete && !caps.kitty && !caps.sixel && !caps.sync);
    ck_assert(!caps.has_background && caps.sixel_colors == 0 && caps.cell_w == 0);
    ck_assert_str_eq(caps.name, before.name);
}
END_TEST

static unsigned questions(const char *term, const char *more)
{
    static terminal t;
    static char text[64];
    snprintf(text, sizeof text, "TERM=%s", term);
    t = (terminal){ .env = { text, more } };
    current = &t;
    return dp_caps_questions(get, true);
}

START_TEST(only_terminals_that_print_no_query_get_it)
{
    const unsigned all = DP_ASK_CONTROLS | DP_ASK_OSC | DP_ASK_APC | DP_ASK_OCTANT;
    const unsigned tmux = DP_ASK_CONTROLS | DP_ASK_OSC | DP_ASK_OCTANT | DP_ASK_THROUGH;
    static const char *const mute[] = { "linux",       "dumb", "vt100",  "vt220", "ansi",
                                        "eterm-color", "sun",  "cons25", "" };
    for (size_t i = 0; i < DP_COUNT(mute); i++)
        ck_assert_msg(questions(mute[i], NULL) == 0, "%s", mute[i]);
    static const char *const known[] = { "xterm",  "xterm-256color", "xterm-kitty",
                                         "foot",   "alacritty",      "st-256color",
                                         "wezterm" };
    for (size_t i = 0; i < DP_COUNT(known); i++)
        ck_assert_msg(questions(known[i], NULL) == all, "%s", known[i]);
    ck_assert_uint_eq(questions("tmux-256color", NULL), tmux);
    ck_assert_uint_eq(questions("screen-256color", "TMUX=x"), tmux);
    ck_assert_uint_eq(questions("screen-256color", NULL), DP_ASK_CONTROLS);
    ck_assert_uint_eq(questions("xterm-256color", "STY=1.pts"), DP_ASK_CONTROLS);
    current = &terminals[0];
    ck_assert_uint_eq(dp_caps_questions(get, false), all & ~(unsigned)DP_ASK_OCTANT);
}
END_TEST

START_TEST(queries_are_short_and_end_with_da1)
{
    char text[256];
    current = &terminals[0];
    size_t n = dp_caps_query(text, sizeof text, dp_caps_questions(get, true));
    printf("# %zu bytes of queries\n", n);
    ck_assert_uint_le(n, 128);
    ck_assert_str_eq(text + n - 3, "\033[c");
    ck_assert_uint_eq(dp_caps_query(text, sizeof text, 0), 0);
    dp_caps_query(text, sizeof text, DP_ASK_CONTROLS);
    ck_assert(!strstr(text, "\033]") && !strstr(text, "\033_") && !strstr(text, "\r"));
}
END_TEST

START_TEST(a_cell_is_not_longer_than_it_is)
{
    static const struct {
        int pixels, cells, length;
    } rows[] = { { 480, 24, 20 }, { 484, 24, 20 }, { 442, 21, 20 }, { 672, 66, 10 },
                 { 964, 24, 40 }, { 990, 24, 40 }, { 970, 24, 39 }, { 80, 80, 1 } };
    for (size_t i = 0; i < DP_COUNT(rows); i++)
        ck_assert_int_eq(dp_caps_cell_length(rows[i].pixels, rows[i].cells),
                         rows[i].length);
    /* A window of xterm: borders, and less than a cell that is left over. */
    int longer = 0, n = 0;
    for (int length = 12; length <= 40; length++)
        for (int cells = 20; cells <= 60; cells++)
            for (int rest = 0; rest < length; rest++, n++)
                longer += dp_caps_cell_length(cells * length + 4 + rest, cells) > length;
    ck_assert_int_lt(longer, n / 50); /* the rest can look like a pixel for each cell */
}
END_TEST

START_TEST(the_most_exact_cell_size_counts)
{
    set_up(&terminals[0]);
    dp_caps_kernel_cell(&caps, 0, 0);
    ck_assert(caps.cell_w == 0 && caps.cell_source == DP_CELL_UNKNOWN);
    dp_caps_kernel_cell(&caps, 9, 18);
    ck_assert(caps.cell_w == 9 && caps.cell_h == 18);
    ck_assert_ptr_null(dp_caps_query_cell(&caps));
    feed("\033[4;480;800t", 12);
    ck_assert(caps.cell_w == 10 && caps.cell_h == 20);
    dp_caps_kernel_cell(&caps, 9, 18);
    ck_assert(caps.cell_w == 10);
    ck_assert_str_eq(dp_caps_query_cell(&caps), "\033[14t");
    feed("\033[6;21;11t", 10);
    feed("\033[4;480;800t", 12);
    ck_assert(caps.cell_w == 11 && caps.cell_h == 21);
    ck_assert(caps.cell_source == DP_CELL_ITSELF);
    ck_assert_str_eq(dp_caps_query_cell(&caps), "\033[16t");
    feed("\033[6;0;0t\033[6;9999;9t\033[6t\033[t", 27); /* nonsense */
    ck_assert(caps.cell_w == 11 && caps.cell_h == 21);
}
END_TEST

static float background(const char *color)
{
    char text[64];
    set_up(&terminals[0]);
    int n = snprintf(text, sizeof text, "\033]11;%s\a", color);
    feed(text, (size_t)n);
    return caps.has_background ? caps.background : -1;
}

START_TEST(backgrounds)
{
    check_near(background("rgb:0000/0000/0000"), 0, 1e-3F);
    check_near(background("rgb:ffff/ffff/ffff"), 1, 1e-3F);
    check_near(background("rgb:ff/ff/ff"), 1, 1e-3F);
    check_near(background("rgb:f/f/f"), 1, 1e-3F);
    check_near(background("rgba:8080/8080/8080/ffff"), 0.502F, 1e-3F);
    check_near(background("rgb:0/f/0"), 0.715F, 1e-3F);
    check_near(background("?"), -1, 1e-3F);
    check_near(background("rgb:"), -1, 1e-3F);
    check_near(background("rgb:12345/0/0"), -1, 1e-3F);
    check_near(background("red"), -1, 1e-3F);
}
END_TEST

START_TEST(names_are_made_safe_and_bounded)
{
    char text[400] = "\033P>|evil\x01\xc3\xa9";
    set_up(&terminals[1]);
    size_t n = strlen(text);
    memset(text + n, 'x', 100);
    strcpy(text + n + 100, "\033\\");
    feed(text, strlen(text));
    ck_assert_uint_lt(strlen(caps.name), sizeof caps.name);
    for (const char *at = caps.name; *at; at++)
        ck_assert(*at >= ' ' && *at < 0x7f);
    ck_assert(strncmp(caps.name, "evil", 4) == 0);
    memset(text + 4, 'y', 350); /* longer than any name: dropped */
    strcpy(text + 354, "\033\\");
    feed(text, strlen(text));
    ck_assert(strncmp(caps.name, "evil", 4) == 0);
}
END_TEST

/* ---- ink ------------------------------------------------------------------------------- */

static const terminal *named(const char *name)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++)
        if (strcmp(terminals[i].name, name) == 0)
            return &terminals[i];
    ck_abort_msg("%s", name);
}

START_TEST(wishes_are_granted_if_possible)
{
    const terminal *kitty = named("kitty"), *mosh = named("mosh");
    answer(kitty);
    ck_assert_int_eq(choose(kitty, DP_WISH_PIXELS), DP_INK_KITTY);
    ck_assert_int_eq(choose(kitty, DP_WISH_OCTANTS), DP_INK_OCTANTS);
    ck_assert_int_eq(choose(kitty, DP_WISH_HALF), DP_INK_HALF);
    ck_assert_int_eq(choose(kitty, DP_WISH_ASCII), DP_INK_ASCII);
    answer(mosh);
    ck_assert_int_eq(choose(mosh, DP_WISH_PIXELS), DP_INK_HALF);
    ck_assert_int_eq(choose(mosh, DP_WISH_OCTANTS), DP_INK_OCTANTS); /* the user knows */
    caps.octant_width = 2;
    ck_assert_int_eq(choose(mosh, DP_WISH_OCTANTS), DP_INK_HALF);
    answer(named("Linux console"));
    ck_assert_int_eq(choose(current, DP_WISH_OCTANTS), DP_INK_HALF);
}
END_TEST

/* Konsole keeps sixels behind text. */
START_TEST(konsole_gets_no_sixels)
{
    const terminal *konsole = named("Konsole");
    answer(konsole);
    ck_assert(caps.sixel);
    ck_assert_int_eq(choose(konsole, DP_WISH_PIXELS), DP_INK_KITTY);
    caps.kitty = false;
    ck_assert_int_eq(choose(konsole, DP_WISH_AUTO), DP_INK_HALF);
    ck_assert_int_eq(choose(konsole, DP_WISH_PIXELS), DP_INK_HALF);
}
END_TEST

START_TEST(without_utf8_or_colors)
{
    const terminal *kitty = named("kitty"), *vte = named("GNOME Terminal");
    answer(kitty);
    dp_palette ascii = { .charset = DP_CHARSET_ASCII, .colors = 256 };
    dp_palette plain = { .charset = DP_CHARSET_UNICODE, .colors = 0 };
    ck_assert_int_eq(dp_ink_choose(&caps, &ascii, DP_WISH_AUTO), DP_INK_KITTY);
    ck_assert_int_eq(dp_ink_choose(&caps, &plain, DP_WISH_AUTO), DP_INK_HALF);
    ck_assert_int_eq(dp_ink_choose(&caps, &plain, DP_WISH_PIXELS), DP_INK_KITTY);
    ck_assert_str_eq(dp_ink_reason(&caps, &plain, DP_WISH_AUTO), "there are no colours");
    answer(vte);
    ck_assert_int_eq(dp_ink_choose(&caps, &ascii, DP_WISH_AUTO), DP_INK_ASCII);
    ck_assert_int_eq(dp_ink_choose(&caps, &plain, DP_WISH_AUTO), DP_INK_HALF);
    ck_assert_str_eq(dp_ink_reason(&caps, &ascii, DP_WISH_AUTO),
                     "the locale is not UTF-8");
}
END_TEST

/* The key i. */
START_TEST(inks_are_cyclic)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        const terminal *t = &terminals[i];
        dp_palette palette = palette_of(t);
        answer(t);
        dp_ink_kind first = choose(t, DP_WISH_AUTO), ink = first;
        int n = 0;
        do {
            ink = dp_ink_next(ink, &caps, &palette);
            ck_assert_msg(dp_ink_is_possible(ink, &caps, &palette), "%s", t->name);
            ck_assert_msg(choose(t, dp_ink_wish_for(ink)) == ink, "%s: %s", t->name,
                          dp_ink_name(ink));
            ck_assert_int_lt(++n, 6);
        } while (ink != first);
        ck_assert_int_ge(n, 2);
    }
}
END_TEST

/* The last version that takes the characters from a font, and the first that draws them. */
START_TEST(a_terminal_draws_characters_since_a_version)
{
    static const struct {
        const char *name;
        bool octants, sextants;
    } versions[] = {
        { "kitty(0.39.1)", false, true },
        { "kitty(0.40.0)", true, true },
        { "foot(1.19.0)", false, true },
        { "foot(1.20.0)", true, true },
        { "ghostty 1.1.3", false, true },
        { "ghostty 1.2.0", true, true },
        { "WezTerm 20240203-110809-5046fc22", false, true },
        { "WezTerm 20250101-000000-00000000", true, true },
        { "xterm.js(5.5.0)", false, false },
        { "xterm.js(6.0.0)", false, false },
        { "xterm.js(6.1.0)", true, true },
        { "VTE(6303)", false, false },
        { "VTE(6400)", false, true },
        { "VTE(7799)", false, true },
        { "VTE(7800)", true, true },
        { "Windows Terminal 1.99", false, true },
        { "Alacritty 0.13.9", false, false },
        { "Alacritty 0.14.0", false, true },
        { "unknown 99.9", false, false },
    };
    for (size_t i = 0; i < DP_COUNT(versions); i++) {
        char replies[128];
        const int n =
            snprintf(replies, sizeof replies, REPLY_OCTANT REPLY_NAME("%s") "\033[?6c",
                     versions[i].name);
        set_up(named("xterm"));
        feed(replies, (size_t)n);
        ck_assert_msg(caps.octants == versions[i].octants, "octants: %s",
                      versions[i].name);
        ck_assert_msg(caps.sextants == versions[i].sextants, "sextants: %s",
                      versions[i].name);
    }
}
END_TEST

START_TEST(reasons_are_given)
{
    answer(named("kitty"));
    dp_palette palette = palette_of(current);
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_AUTO),
                     "the terminal answers kitty's graphics query");
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_HALF), "asked for");
    caps.cell_w = 0;
    caps.octants = caps.sextants = false;
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_AUTO),
                     "the terminal does not say how large a cell is");
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_PIXELS),
                     "the terminal cannot show the ink that was asked for");
    answer(named("foot"));
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_AUTO),
                     "the terminal says that it shows sixels");
    answer(named("xterm.js"));
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_AUTO),
                     "the terminal draws these characters itself");
    answer(named("xterm"));
    ck_assert_str_eq(dp_ink_reason(&caps, &palette, DP_WISH_AUTO),
                     "the terminal is not known to show anything finer");
}
END_TEST

UNIT_MAIN("caps", every_terminal_gets_its_ink, replies_are_cut_anywhere,
          replies_are_truncated, late_replies_are_no_keys, an_echo_is_no_reply,
          only_terminals_that_print_no_query_get_it, queries_are_short_and_end_with_da1,
          a_cell_is_not_longer_than_it_is, the_most_exact_cell_size_counts, backgrounds,
          names_are_made_safe_and_bounded, wishes_are_granted_if_possible,
          konsole_gets_no_sixels, without_utf8_or_colors, inks_are_cyclic,
          a_terminal_draws_characters_since_a_version, reasons_are_given)
