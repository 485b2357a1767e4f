/* Compares whole screens, cell by cell, with those in tests/pty/screens, for several terminals
 * and sizes of windows. Uses a small network of the tests, so that new weights of the built-in
 * ones change nothing here. After an intended change,
 *
 *     SCREENS_UPDATE=1 make check TESTS=tests/pty/test_screens
 *
 * writes the screens anew. Look at the difference before you commit it. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/pty/dump.h"
#include "tests/pty/replay.h"
#include "tests/unit/unit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Keys to type, and a name for the screen that they lead to. "@4" draws line 4 of
 * tests/data/digits.ndjson with the mouse. */
typedef struct step {
    const char *name, *keys;
} step;

typedef struct scene {
    const char *name;
    pty_options terminal;
    const step *steps;
} scene;

static const step all[] = { { "nothing drawn", "" },
                            { "a three", "@4" },
                            { "what the network sees", "v" },
                            { "feature maps", "v" },
                            { "dense layers", "v" },
                            { "why", "v" },
                            { "high contrast", "C" },
                            { "help", "CV?" },
                            { "eraser by keyboard", " VVVekkhhh" },
                            { "another digit", "ec@8" },
                            { NULL, NULL } };
static const step some[] = { { "a three", "@4" },
                             { "why", "V" },
                             { "eraser by keyboard", "vekkhhh" },
                             { "help", "?" },
                             { NULL, NULL } };
static const step few[] = { { "a seven", "@8" }, { NULL, NULL } };
static const step views[] = { { "a three", "@4" },
                              { "what the network sees", "v" },
                              { "feature maps", "v" },
                              { NULL, NULL } };
static const step light[] = { { "nothing drawn", "" },
                              { "a three", "@4" },
                              { "why", "V" },
                              { "high contrast", "C" },
                              { NULL, NULL } };
static const step nothing[] = { { "too small", "" }, { NULL, NULL } };

#define C256        .term = "xterm-256color"
#define C8          .term = "xterm"
#define LIGHT(name) .term = name, .env = "COLORFGBG=0;15"
#define MONO        .term = "xterm-256color", .env = "NO_COLOR=1"
#define TEXT        .term = "vt100", .locale = "C"

static const scene scenes[] = {
    { "80x24-256", { .cols = 80, .rows = 24, C256 }, all },
    { "80x24-8", { .cols = 80, .rows = 24, C8 }, some },
    { "80x24-mono", { .cols = 80, .rows = 24, MONO }, some },
    { "80x24-ascii", { .cols = 80, .rows = 24, TEXT }, some },
    { "80x24-light-256", { .cols = 80, .rows = 24, LIGHT("xterm-256color") }, light },
    { "80x24-light-8", { .cols = 80, .rows = 24, LIGHT("xterm") }, some },
    { "120x40-256", { .cols = 120, .rows = 40, C256 }, few },
    { "120x40-8", { .cols = 120, .rows = 40, C8 }, few },
    { "120x40-mono", { .cols = 120, .rows = 40, MONO }, few },
    { "120x40-ascii", { .cols = 120, .rows = 40, TEXT }, few },
    { "40x16-256", { .cols = 40, .rows = 16, C256 }, some },
    { "40x16-8", { .cols = 40, .rows = 16, C8 }, some },
    { "40x16-mono", { .cols = 40, .rows = 16, MONO }, some },
    { "40x16-ascii", { .cols = 40, .rows = 16, TEXT }, some },
    { "45x40-256", { .cols = 45, .rows = 40, C256 }, views },
    { "45x40-ascii", { .cols = 45, .rows = 40, TEXT }, few },
    { "200x60-256", { .cols = 200, .rows = 60, C256 }, few },
    { "20x5-256", { .cols = 20, .rows = 5, C256 }, nothing },
    { "20x5-8", { .cols = 20, .rows = 5, C8 }, nothing },
    { "20x5-mono", { .cols = 20, .rows = 5, MONO }, nothing },
    { "20x5-ascii", { .cols = 20, .rows = 5, TEXT }, nothing },
};

/* The path of a file in the source tree; valid until the next call but one. */
static const char *source(const char *folder, const char *name, const char *ending)
{
    static char path[2][PATH_MAX];
    static int turn;
    const char *srcdir = getenv("srcdir");
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/tests/%s/%s%s", srcdir ? srcdir : ".",
             folder, name, ending);
    return path[turn];
}

/* Type keys one by one. The line number after "@" has one digit. */
static void play(pty *p, const char *keys)
{
    for (; *keys; keys++) {
        char drawing[8] = { keys[0], '\0' };
        if (*keys == '@') {
            snprintf(drawing, sizeof drawing, ":%c", *++keys);
            ck_assert(replay_file(p, source("data", "digits.ndjson", drawing),
                                  (replay_manner){ .size = 0.85F }));
        } else {
            pty_type(p, drawing);
        }
        pty_settle(p);
    }
}

/* All screens of a scene as text; the caller frees it. */
static char *record(const scene *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    pty p;
    pty_start(&p, &s->terminal,
              (const char *const[]){ "draw", "-m",
                                     source("data", "small", ".safetensors"), NULL });
    pty_settle(&p);
    for (const step *at = s->steps; at->name; at++) {
        play(&p, at->keys);
        dump_screen(f, &p, at->name);
    }
    pty_stop(&p);
    fclose(f);
    return text;
}

static char *read_whole(const char *path)
{
    static char text[1 << 20];
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = '\0';
    return text;
}

/* Print the first line that differs. */
static void print_difference(const char *name, const char *got, const char *want)
{
    int line = 1;
    const char *start_got = got, *start_want = want;
    for (; *got && *got == *want; got++, want++) {
        if (*got == '\n') {
            line++;
            start_got = got + 1;
            start_want = want + 1;
        }
    }
    printf("# %s, line %d\n# got:    %.*s\n# wanted: %.*s\n", name, line,
           (int)strcspn(start_got, "\n"), start_got, (int)strcspn(start_want, "\n"),
           start_want);
}

static void update(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_msg(f != NULL, "cannot write %s", path);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static void check_scenes(const char *size)
{
    for (size_t i = 0; i < DP_COUNT(scenes); i++) {
        const scene *s = &scenes[i];
        if (strncmp(s->name, size, strlen(size)) != 0)
            continue;
        char *got = record(s);
        const char *path = source("pty/screens", s->name, ".txt");
        if (getenv("SCREENS_UPDATE"))
            update(path, got);
        const char *want = read_whole(path);
        bool same = strcmp(got, want) == 0;
        if (!same)
            print_difference(s->name, got, want);
        free(got);
        ck_assert_msg(same, "%s is not as in %s", s->name, path);
    }
}

START_TEST(in_80_by_24)
{
    check_scenes("80x24-");
}
END_TEST

START_TEST(in_120_by_40)
{
    check_scenes("120x40-");
}
END_TEST

START_TEST(in_40_by_16)
{
    check_scenes("40x16-");
}
END_TEST

START_TEST(in_45_by_40)
{
    check_scenes("45x40-");
}
END_TEST

START_TEST(in_200_by_60)
{
    check_scenes("200x60-");
}
END_TEST

START_TEST(in_20_by_5)
{
    check_scenes("20x5-");
}
END_TEST

UNIT_MAIN("screens", in_80_by_24, in_120_by_40, in_40_by_16, in_45_by_40, in_200_by_60,
          in_20_by_5)
