#include "config.h"

#include "tui/term/input.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/unit/drawing.h"
#include "tests/unit/unit.h"

#include <string.h>

enum { MAX_EVENTS = 64 };

static dp_event event[MAX_EVENTS];
static int param[MAX_EVENTS][DP_INPUT_MAX_PARAMS];
static char string[MAX_EVENTS][DP_INPUT_MAX_TEXT];
static int n_events;

/* Keep an event and what it points to. */
static void take(const dp_event *e)
{
    ck_assert_int_lt(n_events, MAX_EVENTS);
    event[n_events] = *e;
    if (e->param)
        memcpy(param[n_events], e->param, (size_t)e->n_params * sizeof(int));
    if (e->text)
        strcpy(string[n_events], e->text);
    n_events++;
}

/* Feed the bytes one by one, with a pause before byte number `pause` (−1: none), as over a slow
 * line. */
static void feed_paused(const char *bytes, size_t size, int pause, int pause_ms)
{
    dp_input in = { 0 };
    dp_event e;
    int64_t now = 1000;
    n_events = 0;
    for (size_t i = 0; i < size; i++) {
        if ((int)i == pause) {
            now += pause_ms;
            if (dp_input_tick(&in, &e, now))
                take(&e);
        }
        if (dp_input_feed(&in, &e, (unsigned char)bytes[i], now))
            take(&e);
    }
}

static void feed(const char *bytes)
{
    feed_paused(bytes, strlen(bytes), -1, 0);
}

static void is_key(int i, int key)
{
    ck_assert_int_lt(i, n_events);
    ck_assert_int_eq(event[i].kind, DP_EVENT_KEY);
    ck_assert_int_eq(event[i].key, key);
}

static void is_mouse(int i, dp_mouse mouse, int button, int x, int y)
{
    ck_assert_int_lt(i, n_events);
    ck_assert_int_eq(event[i].kind, DP_EVENT_MOUSE);
    ck_assert_int_eq(event[i].mouse, mouse);
    ck_assert_int_eq(event[i].button, button);
    ck_assert_int_eq(event[i].x, x);
    ck_assert_int_eq(event[i].y, y);
}

static void is_nothing(const char *bytes)
{
    feed(bytes);
    ck_assert_msg(n_events == 0, "'%s' gave %d events", bytes + 1, n_events);
    dp_input in = { 0 };
    dp_event e;
    for (; *bytes; bytes++)
        dp_input_feed(&in, &e, (unsigned char)*bytes, 0);
    ck_assert_msg(dp_input_feed(&in, &e, 'q', 0) && e.key == 'q', "does not end");
}

START_TEST(characters_are_keys)
{
    feed("aZ0 ?[\r\n\t\x7f\b\x0c\x12");
    const int keys[] = { 'a',  'Z',  '0',  ' ',  '?',          '[',         '\r',
                         '\r', '\t', 0x7f, 0x7f, DP_CTRL('l'), DP_CTRL('r') };
    int n = DP_COUNT(keys);
    ck_assert_int_eq(n_events, n);
    for (int i = 0; i < n; i++)
        is_key(i, keys[i]);
}
END_TEST

START_TEST(characters_beyond_ascii_are_ignored)
{
    feed("ä€😀q\x80\xff");
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'q');
    feed("\xe2q"); /* truncated */
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'q');
}
END_TEST

START_TEST(sgr_mouse)
{
    feed("\033[<0;1;1M\033[<32;80;24M\033[<0;80;24m\033[<2;5;6M\033[<34;5;7M\033[<35;9;"
         "9M");
    ck_assert_int_eq(n_events, 6);
    is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 0, 0);
    is_mouse(1, DP_MOUSE_MOVE, DP_BUTTON_LEFT, 79, 23);
    is_mouse(2, DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 79, 23);
    is_mouse(3, DP_MOUSE_PRESS, DP_BUTTON_RIGHT, 4, 5);
    is_mouse(4, DP_MOUSE_MOVE, DP_BUTTON_RIGHT, 4, 6);
    is_mouse(5, DP_MOUSE_MOVE, DP_BUTTON_NONE, 8, 8);
    feed("\033[<64;3;3M\033[<65;3;3M\033[<16;7;8M\033[<4;300;200M");
    ck_assert_int_eq(n_events, 4);
    ck_assert_int_eq(event[0].mouse, DP_MOUSE_WHEEL_UP);
    ck_assert_int_eq(event[1].mouse, DP_MOUSE_WHEEL_DOWN);
    ck_assert_uint_eq(event[2].mods, DP_MOD_CTRL);
    is_mouse(3, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 299, 199);
}
END_TEST

START_TEST(x10_mouse)
{
    feed("\033[M !!\033[M@\"#\033[M#\"#\033[M`!!q");
    ck_assert_int_eq(n_events, 5);
    is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 0, 0);
    is_mouse(1, DP_MOUSE_MOVE, DP_BUTTON_LEFT, 1, 2);
    is_mouse(2, DP_MOUSE_RELEASE, DP_BUTTON_NONE, 1, 2);
    ck_assert_int_eq(event[3].mouse, DP_MOUSE_WHEEL_UP);
    is_key(4, 'q');
}
END_TEST

START_TEST(arrows_and_other_function_keys)
{
    static const struct {
        const char *bytes;
        int key;
        unsigned mods;
    } cases[] = {
        { "\033[A", DP_KEY_UP, 0 },         { "\033OA", DP_KEY_UP, 0 },
        { "\033[B", DP_KEY_DOWN, 0 },       { "\033OB", DP_KEY_DOWN, 0 },
        { "\033[C", DP_KEY_RIGHT, 0 },      { "\033OC", DP_KEY_RIGHT, 0 },
        { "\033[D", DP_KEY_LEFT, 0 },       { "\033OD", DP_KEY_LEFT, 0 },
        { "\033[H", DP_KEY_HOME, 0 },       { "\033OH", DP_KEY_HOME, 0 },
        { "\033[1~", DP_KEY_HOME, 0 },      { "\033[7~", DP_KEY_HOME, 0 },
        { "\033[F", DP_KEY_END, 0 },        { "\033[4~", DP_KEY_END, 0 },
        { "\033[8~", DP_KEY_END, 0 },       { "\033[5~", DP_KEY_PAGE_UP, 0 },
        { "\033[6~", DP_KEY_PAGE_DOWN, 0 }, { "\033[3~", DP_KEY_DELETE, 0 },
        { "\033[1;2A", DP_KEY_UP, 1 },      { "\033[1;5D", DP_KEY_LEFT, 4 },
        { "\033[5;3~", DP_KEY_PAGE_UP, 2 }, { "\033OM", DP_KEY_ENTER, 0 },
        { "\033\033[A", DP_KEY_UP, 0 },     { "\033[12\033[A", DP_KEY_UP, 0 },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        feed(cases[i].bytes);
        ck_assert_msg(n_events == 1, "case %zu", i);
        is_key(0, cases[i].key);
        ck_assert_uint_eq(event[0].mods, cases[i].mods);
    }
}
END_TEST

START_TEST(replies_of_the_terminal)
{
    feed("\033[?1016;2$y\033[6;20;10t\033[?62;22c\033[I\033[O");
    ck_assert_int_eq(n_events, 5);
    static const char finals[] = "ytcIO";
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(event[i].kind, DP_EVENT_REPORT);
        ck_assert_int_eq(event[i].final, finals[i]);
    }
    ck_assert_int_eq(param[0][0], 1016);
    ck_assert_int_eq(param[0][1], 2);
    ck_assert_int_eq(event[1].n_params, 3);
    ck_assert_int_eq(param[1][2], 10);
    feed("\033[>1;4000;42c\033[?1;0;1024S\033[24;2R\033[?62;c\033[>q\033[=5c");
    ck_assert_int_eq(n_events, 4); /* the last two are queries */
    ck_assert_int_eq(event[0].prefix, '>');
    ck_assert_int_eq(event[1].final, 'S');
    ck_assert_int_eq(param[2][1], 2);
    ck_assert_int_eq(event[3].n_params, 2);
    ck_assert_int_eq(param[3][1], -1);
}
END_TEST

static void is_string(int i, char introducer, const char *content)
{
    ck_assert_int_lt(i, n_events);
    ck_assert_int_eq(event[i].kind, DP_EVENT_STRING);
    ck_assert_int_eq(event[i].final, introducer);
    ck_assert_str_eq(string[i], content);
}

START_TEST(strings_of_the_terminal)
{
    feed("\033P>|foot(1.13)\033\\\033]11;rgb:0/0/0\a\033_Gi=1;OK\033\\q");
    ck_assert_int_eq(n_events, 4);
    is_string(0, 'P', ">|foot(1.13)");
    is_string(1, ']', "11;rgb:0/0/0");
    is_string(2, '_', "Gi=1;OK");
    is_key(3, 'q');
    feed("\033]a\x01\xc3\xa9\a\033Xsos\033\\\033^pm\a"); /* all that is printed */
    ck_assert_int_eq(n_events, 1);
    is_string(0, ']', "a???");
}
END_TEST

START_TEST(long_strings_are_dropped)
{
    char bytes[2000] = "\033P";
    memset(bytes + 2, 'x', 1500);
    strcpy(bytes + 1502, "\033\\q");
    feed(bytes);
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'q');
    memset(bytes + 2, 'x', DP_INPUT_MAX_TEXT - 1);
    strcpy(bytes + 2 + DP_INPUT_MAX_TEXT - 1, "\aq");
    feed(bytes);
    ck_assert_int_eq(n_events, 2);
    ck_assert_uint_eq(strlen(string[0]), DP_INPUT_MAX_TEXT - 1);
}
END_TEST

START_TEST(a_string_that_is_broken_off)
{
    feed("\033]11;rgb:\033[<0;3;4Mq");
    ck_assert_int_eq(n_events, 2);
    is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 2, 3);
    feed("\033]11;\x18q"); /* CAN */
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'q');
    feed("\033P\033\033[A");
    ck_assert_int_eq(n_events, 1);
    is_key(0, DP_KEY_UP);
}
END_TEST

/* The terminator of a string may be late, and is never a key. */
START_TEST(a_late_terminator_is_no_key)
{
    static const char bytes[] = "\033P>|x\033\\";
    feed_paused(bytes, sizeof bytes - 1, sizeof bytes - 2, 60000);
    ck_assert_int_eq(n_events, 1);
    is_string(0, 'P', ">|x");
}
END_TEST

START_TEST(keyboard_protocols_give_plain_keys)
{
    static const struct {
        const char *bytes;
        int key;
    } cases[] = {
        { "\033[99;5u", DP_CTRL('c') },
        { "\033[27;5;99~", DP_CTRL('c') },
        { "\033[122;5u", DP_CTRL('z') },
        { "\033[114;5:1u", DP_CTRL('r') },
        { "\033[67;5u", DP_CTRL('c') }, /* some send the capital */
        { "\033[113u", 'q' },
        { "\033[113;1u", 'q' },
        { "\033[113;129u", 'q' },      /* with num lock */
        { "\033[109;2u", 'M' },        /* with Shift */
        { "\033[109;65u", 'M' },       /* with caps lock */
        { "\033[109;66u", 'm' },       /* with both */
        { "\033[45:63;2u", '?' },      /* the shifted key is stated */
        { "\033[97:65:97;2:2u", 'A' }, /* and that of the layout; repeated */
        { "\033[27;2;77~", 'M' },
        { "\033[27u", DP_KEY_ESC },
        { "\033[13u", DP_KEY_ENTER },
        { "\033[13;5u", DP_KEY_ENTER },
        { "\033[127u", DP_KEY_BACKSPACE },
        { "\033[32u", ' ' },
        { "\033[57399u", '0' }, /* the keypad */
        { "\033[57408u", '9' },
        { "\033[57414u", DP_KEY_ENTER },
        { "\033[57417u", DP_KEY_LEFT },
        { "\033[57426u", DP_KEY_DELETE },
        { "\033[1;1:1A", DP_KEY_UP },
        { "\033[1;1:2B", DP_KEY_DOWN },
        { "\033[5;1:1~", DP_KEY_PAGE_UP },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        feed(cases[i].bytes);
        ck_assert_msg(n_events == 1, "%s", cases[i].bytes + 1);
        is_key(0, cases[i].key);
    }
}
END_TEST

START_TEST(some_keys_of_the_protocols_do_nothing)
{
    static const char *const nothing[] = {
        "\033[99;5:3u",                                   /* a release */
        "\033[1;1:3A",      "\033[3;1:3~", "\033[113;3u", /* Alt */
        "\033[53;5u",                                     /* Ctrl-5: no label */
        "\033[113;9u",                                    /* super */
        "\033[27;3;113~",   "\033[228u",                  /* ä */
        "\033[57441;2u",                                  /* Shift itself */
        "\033[9999999999u", "\033[u",      "\033[;5u",    "\033[27;5~",
    };
    for (size_t i = 0; i < DP_COUNT(nothing); i++)
        is_nothing(nothing[i]);
}
END_TEST

START_TEST(pixels_outside_the_window_are_at_its_edge)
{
    feed(
        "\033[<0;0;7M\033[<32;-12;5M\033[<32;5;-3M\033[<0;700;1300m\033[<0;32767;32767M");
    ck_assert_int_eq(n_events, 5);
    is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 0, 6);
    is_mouse(1, DP_MOUSE_MOVE, DP_BUTTON_LEFT, 0, 4);
    is_mouse(2, DP_MOUSE_MOVE, DP_BUTTON_LEFT, 4, 0);
    is_mouse(3, DP_MOUSE_RELEASE, DP_BUTTON_LEFT, 699, 1299);
    check_near(event[3].px, 699.5F, 1e-3F);
    is_mouse(4, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 32766, 32766);
}
END_TEST

/* Whatever a paste contains, it acts on nothing, and it ends after a second without a byte. */
START_TEST(a_paste_acts_on_nothing)
{
    feed("\033[200~cq0\r\033[<0;5;5M\033[A\033[99;5u\003\033[?6c\033[201~x");
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'x');
    feed_paused("\033[200~cqx", 9, 8, 900); /* a slow line */
    ck_assert_int_eq(n_events, 0);
    feed_paused("\033[200~cqx", 9, 8, 1000);
    ck_assert_int_eq(n_events, 1);
    is_key(0, 'x');
    feed_paused("\033[200~cq\033[<0;5;5M", 17, 8, 1000);
    ck_assert_int_eq(n_events, 1);
    is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 4, 4);
}
END_TEST

START_TEST(while_replies_are_expected_escape_waits_longer)
{
    dp_input in = { .expecting = true };
    dp_event e;
    ck_assert(!dp_input_feed(&in, &e, 0x1b, 0));
    ck_assert_int_eq(dp_input_wait(&in, 0), 500);
    ck_assert(!dp_input_tick(&in, &e, 499));
    ck_assert(dp_input_tick(&in, &e, 500));
    ck_assert_int_eq(e.key, DP_KEY_ESC);
    for (const char *at = "_Gi=31;OK\033"; *at; at++)
        ck_assert(!dp_input_feed(&in, &e, (unsigned char)*at, 1000));
    ck_assert(dp_input_feed(&in, &e, '\\', 1000));
    ck_assert_str_eq(e.text, "Gi=31;OK");
    ck_assert(!dp_input_feed(&in, &e, 0x1b, 2000)); /* the key, just before a reply */
    ck_assert(dp_input_feed(&in, &e, 0x1b, 2010));
    ck_assert_int_eq(e.key, DP_KEY_ESC);
    for (const char *at = "[?62;4"; *at; at++)
        ck_assert(!dp_input_feed(&in, &e, (unsigned char)*at, 2010));
    ck_assert(dp_input_feed(&in, &e, 'c', 2010));
    ck_assert(e.kind == DP_EVENT_REPORT && e.param[0] == 62);
}
END_TEST

START_TEST(a_lone_escape_is_a_key_after_a_while)
{
    dp_input in = { 0 };
    dp_event e;
    ck_assert_int_eq(dp_input_wait(&in, 0), -1);
    ck_assert(!dp_input_feed(&in, &e, 0x1b, 100));
    ck_assert_int_eq(dp_input_wait(&in, 110), 40);
    ck_assert(!dp_input_tick(&in, &e, 149));
    ck_assert(dp_input_tick(&in, &e, 150));
    ck_assert_int_eq(e.key, DP_KEY_ESC);
    ck_assert(!dp_input_tick(&in, &e, 200));
    ck_assert_int_eq(dp_input_wait(&in, 200), -1);
    ck_assert(dp_input_feed(&in, &e, 'q', 210));
    ck_assert_int_eq(e.key, 'q');
}
END_TEST

START_TEST(a_sequence_may_continue_after_the_escape_key)
{
    static const char text[] = "\033[<0;5;6M";
    feed_paused(text, sizeof text - 1, 1, 300);
    ck_assert_int_eq(n_events, 2);
    is_key(0, DP_KEY_ESC);
    is_mouse(1, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 4, 5);
    feed_paused(text, sizeof text - 1, 1, 499);
    ck_assert_int_eq(n_events, 2);
    is_mouse(1, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 4, 5);
    feed_paused("\033[", 2, 1, 500); /* too late for a sequence */
    ck_assert_int_eq(n_events, 2);
    is_key(1, '[');
}
END_TEST

START_TEST(sequences_split_anywhere)
{
    static const char *const texts[] = {
        "\033[<32;80;24M", "\033[1;2A",      "\033OB",
        "\033[M !!",       "\033[?1016;2$y", "\033[99;5u"
    };
    for (size_t t = 0; t < DP_COUNT(texts); t++) {
        size_t size = strlen(texts[t]);
        feed(texts[t]);
        int whole = n_events;
        dp_event first = event[0];
        for (int at = 1; at < (int)size; at++) {
            feed_paused(texts[t], size, at,
                        5000 * (at > 1)); /* any pause but after ESC */
            ck_assert_int_eq(n_events, whole);
            ck_assert(whole == 0 ||
                      (event[0].kind == first.kind && event[0].key == first.key &&
                       event[0].x == first.x && event[0].final == first.final));
        }
    }
}
END_TEST

START_TEST(broken_sequences_leave_nothing)
{
    static const char *const broken[] = {
        "\033[<0;1M",
        "\033[<;;M",
        "\033[<0;1;1;1M",
        "\033[<999;1;1M",
        "\033[<0;32768;1M",
        "\033[<0;1;32768M",
        "\033[<0;1;1x",
        "\033[<0:1:1M",
        "\033[1;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;A",
        "\033[<0;1\a;1M",
        "\033[<0;\x80;1M",
        "\033[?5u",
        "\033[>0;276;0u",
        "\033[<-;1;1x",
        "\033[?-1;1$y",
        "\033[!c",
        "\033[1 q",
        "\033[99~",
        "\033[Z",
        "\033[[A",
        "\033OP",
        "\033x",
        "\033[<66;1;1M",
        "\033[200~cq0\033[201~",
        "\033[M\x01!!",
        "\033[12345678901234567890A",
    };
    for (size_t i = 0; i < DP_COUNT(broken); i++)
        is_nothing(broken[i]);
}
END_TEST

START_TEST(every_prefix_of_a_report_is_silent)
{
    static const char text[] = "\033[<32;80;24M";
    for (size_t n = 1; n < sizeof text - 1; n++) {
        feed_paused(text, n, -1, 0);
        ck_assert_int_eq(n_events, 0);
        /* the next report is whole again */
        char both[64];
        memcpy(both, text, n);
        memcpy(both + n, "\033[<0;3;4M", 10);
        feed_paused(both, n + 10, -1, 0);
        ck_assert_int_eq(n_events, 1);
        is_mouse(0, DP_MOUSE_PRESS, DP_BUTTON_LEFT, 2, 3);
    }
}
END_TEST

START_TEST(alt_p_does_not_swallow_the_next_key)
{
    dp_input in = { 0 };
    dp_event e;
    dp_input_feed(&in, &e, 0x1b, 0);
    dp_input_feed(&in, &e, 'P', 0);
    ck_assert(dp_input_feed(&in, &e, 'q', 1000));
    ck_assert_int_eq(e.key, 'q');
}
END_TEST

static bool is_well_formed(const dp_event *e)
{
    if (e->kind == DP_EVENT_MOUSE)
        return e->x >= 0 && e->x < 32768 && e->y >= 0 && e->y < 32768 && e->button >= 0 &&
               e->button <= 3;
    if (e->kind == DP_EVENT_STRING)
        return strlen(e->text) < DP_INPUT_MAX_TEXT;
    if (e->kind == DP_EVENT_REPORT)
        return e->n_params >= 0 && e->n_params <= DP_INPUT_MAX_PARAMS;
    return e->kind == DP_EVENT_KEY && e->key > 0;
}

/* Every event is well-formed, and afterwards a valid sequence is decoded again. */
START_TEST(random_bytes_do_no_harm)
{
    static const char alphabet[] = "\033\033\033[[<<;;0123456789MmABCD~?$y\a\\PO:u-]_ ";
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_input in = { 0 };
    int64_t now = 0;
    for (int i = 0; i < 2000000; i++) {
        uint32_t r = dp_rng_below(&rng, 512);
        unsigned char byte = r < 256 ? (unsigned char)r
                                     : (unsigned char)alphabet[r % (sizeof alphabet - 1)];
        now += r % 97 == 0 ? 100 : 0;
        dp_event e;
        if (!dp_input_feed(&in, &e, byte, now) && !dp_input_tick(&in, &e, now))
            continue;
        if (!is_well_formed(&e))
            ck_abort_msg("after byte %d", i);
    }
    dp_event e;
    bool found = false;
    for (const char *end = "\033[201~\033[A"; *end; end++)
        found = dp_input_feed(&in, &e, (unsigned char)*end, now);
    ck_assert(found && e.key == DP_KEY_UP);
}
END_TEST

UNIT_MAIN("input", characters_are_keys, characters_beyond_ascii_are_ignored, sgr_mouse,
          x10_mouse, arrows_and_other_function_keys, replies_of_the_terminal,
          strings_of_the_terminal, long_strings_are_dropped, a_string_that_is_broken_off,
          a_late_terminator_is_no_key, keyboard_protocols_give_plain_keys,
          some_keys_of_the_protocols_do_nothing,
          pixels_outside_the_window_are_at_its_edge, a_paste_acts_on_nothing,
          while_replies_are_expected_escape_waits_longer,
          a_lone_escape_is_a_key_after_a_while,
          a_sequence_may_continue_after_the_escape_key, sequences_split_anywhere,
          broken_sequences_leave_nothing, every_prefix_of_a_report_is_silent,
          alt_p_does_not_swallow_the_next_key, random_bytes_do_no_harm)
