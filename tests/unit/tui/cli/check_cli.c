#include "config.h"

#include "tests/unit/unit.h"
#include "engine/core/arith.h"
#include "tui/cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* stderr goes to this file, so that a case can compare messages. */
static FILE *talk;

static void catch_talk(void)
{
    if (!talk) {
        talk = tmpfile();
        ck_assert_ptr_nonnull(talk);
        ck_assert_int_ge(dup2(fileno(talk), STDERR_FILENO), 0);
    }
    ck_assert_int_eq(ftruncate(fileno(talk), 0), 0);
    rewind(talk);
}

static void expect_talk(const char *want)
{
    char text[512];
    rewind(talk);
    size_t n = fread(text, 1, sizeof text - 1, talk);
    text[n] = '\0';
    ck_assert_str_eq(text, want);
    catch_talk();
}

START_TEST(complaints_are_printable)
{
    catch_talk();
    dp_err err = { DP_MODEL, "a\033[2J: broken" };
    ck_assert_int_eq(dp_cli_fail("info", &err), 3);
    expect_talk("digitpad info: a\\x1b[2J: broken\n");
    ck_assert_int_eq(dp_cli_misuse("info", "only one %s is allowed", "MODEL"), 2);
    expect_talk("digitpad info: only one MODEL is allowed\ntry 'digitpad info --help'\n");
}
END_TEST

START_TEST(whole_numbers_are_read_whole)
{
    static const struct {
        const char *text;
        bool ok;
        int value;
    } rows[] = {
        { "1", true, 1 },
        { "10", true, 10 },
        { "-3", true, -3 },
        { "007", true, 7 },
        { "+5", true, 5 },
        { "+-5", false, 0 },
        { "11", false, 0 },
        { "-4", false, 0 },
        { "", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1.0", false, 0 },
        { "0x1", false, 0 },
        { "1e0", false, 0 },
        { "99999999999999999999", false, 0 },
        { "4294967297", false, 0 },
        { "one", false, 0 },
    };
    catch_talk();
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        int value = 77;
        bool ok = dp_cli_int(&value, "predict", "-k", rows[i].text, -3, 10);
        ck_assert_msg(ok == rows[i].ok, "'%s'", rows[i].text);
        ck_assert_int_eq(value, ok ? rows[i].value : 77);
    }
    catch_talk();
    int value;
    ck_assert(!dp_cli_int(&value, "predict", "-k", "x", -3, 10));
    expect_talk("digitpad predict: -k: 'x' is not a whole number from -3 to 10\n"
                "try 'digitpad predict --help'\n");
}
END_TEST

START_TEST(numbers_are_read_whole)
{
    static const struct {
        const char *text;
        bool ok;
        float value;
    } rows[] = {
        { "0.5", true, 0.5f },  { "1", true, 1 },          { ".25", true, 0.25f },
        { "5e-1", true, 0.5f }, { "0,5", false, 0 },       { "nan", false, 0 },
        { "inf", false, 0 },    { "1.01", false, 0 },      { "-0.1", false, 0 },
        { "", false, 0 },       { " 1", false, 0 },        { "0.5x", false, 0 },
        { "+0.5", true, 0.5f }, { "0x1p-2", true, 0.25f },
    };
    catch_talk();
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        float value = 77;
        bool ok = dp_cli_float(&value, "predict", "-p", rows[i].text, 0, 1);
        ck_assert_msg(ok == rows[i].ok, "'%s'", rows[i].text);
        ck_assert(value == (ok ? rows[i].value : 77));
    }
}
END_TEST

START_TEST(options_before_environment)
{
    setenv("OMP_NUM_THREADS", "3,2", 1);
    setenv("DIGITPAD_THREADS", "2", 1);
    ck_assert_int_eq(dp_cli_threads(5), 5);
    ck_assert_int_eq(dp_cli_threads(0), 2);
    setenv("DIGITPAD_THREADS", "many", 1);
    ck_assert_int_eq(dp_cli_threads(0), 3);
    setenv("DIGITPAD_THREADS", "99999999999", 1);
    ck_assert_int_eq(dp_cli_threads(0), DP_MAX_THREADS);
    unsetenv("DIGITPAD_THREADS");
    unsetenv("OMP_NUM_THREADS");
    ck_assert_int_eq(dp_cli_threads(0), 0);

    setenv("DIGITPAD_MODEL", "mlp", 1);
    ck_assert_str_eq(dp_cli_model("x"), "x");
    ck_assert_str_eq(dp_cli_model(NULL), "mlp");
    setenv("DIGITPAD_MODEL", "", 1);
    ck_assert_str_eq(dp_cli_model(NULL), "cnn");
    unsetenv("DIGITPAD_MODEL");
    ck_assert_str_eq(dp_cli_model(NULL), "cnn");
}
END_TEST

/* Compare the letters that dp_cli_option returns for one or two arguments. */
static void expect_options(const char *a, const char *b, const char *want)
{
    static const struct option options[] = {
        { "quiet", no_argument, NULL, 'q' },
        { "question", no_argument, NULL, 300 },
        { "output", required_argument, NULL, 'o' },
        { NULL, 0, NULL, 0 },
    };
    char name[] = "predict", first[64], second[64], got[8] = "";
    char *argv[] = { name, strcpy(first, a), b ? strcpy(second, b) : NULL, NULL };
    size_t n = 0;
    optind = 0; /* start over */
    for (int o; (o = dp_cli_option(b ? 3 : 2, argv, "qo:", options)) != -1; n++) {
        got[n] = o == 300 ? 'Q' : (char)o;
        if (o == '?')
            break;
    }
    ck_assert_str_eq(got, want);
}

START_TEST(wrong_options_are_named)
{
    static const char hint[] = "\ntry 'digitpad predict --help'\n";
    static const struct {
        const char *a, *b, *want, *says;
    } rows[] = {
        { "-q", "--output=x", "qo", NULL },
        { "-qox", "--question", "qoQ", NULL },
        { "-o", "x", "o", NULL },
        { "--", "-x", "", NULL },
        { "-x", NULL, "?", "unknown option '-x'" },
        { "-qx", NULL, "q?", "unknown option '-x'" },
        { "--quiet", "-xq", "q?", "unknown option '-x'" },
        { "--nothing", NULL, "?", "unknown or ambiguous option '--nothing'" },
        { "--qu", NULL, "?", "unknown or ambiguous option '--qu'" },
        { "-q", "-o", "q?", "option '-o' needs an argument" },
        { "--output", NULL, "?", "option '--output' needs an argument" },
        { "--quiet=1", NULL, "?", "option '--quiet=1' takes no argument" },
        { "--\033[2J", NULL, "?", "unknown or ambiguous option '--\\x1b[2J'" },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        char want[256] = "";
        catch_talk();
        expect_options(rows[i].a, rows[i].b, rows[i].want);
        if (rows[i].says)
            snprintf(want, sizeof want, "digitpad predict: %s%s", rows[i].says, hint);
        expect_talk(want);
    }
}
END_TEST

UNIT_MAIN("cli", complaints_are_printable, whole_numbers_are_read_whole,
          numbers_are_read_whole, options_before_environment, wrong_options_are_named)
