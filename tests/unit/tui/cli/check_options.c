#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/talk.h"
#include "tests/unit/unit.h"
#include "tui/cli/cli.h"
#include "tui/cli/help.h"
#include "tui/cli/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- a command --------------------------------------------------------------------- */

typedef struct request {
    bool quiet, question;
    const char *output;
    int count, color;
    float part;
    dp_text_list names;
} request;

typedef struct extras {
    int depth;
} extras;

static const char *const colors[] = { "red", "green", NULL };

static const dp_option options[] = {
    { "quiet", 'q', NULL, DP_OPTION_FLAG(request, quiet), .help = "say nothing" },
    { "question", 0, NULL, DP_OPTION_FLAG(request, question), .help = "ask" },
    { "output", 'o', "FILE", DP_OPTION_TEXT(request, output),
      .help =
          "write all that is found to FILE instead of standard output, one line each" },
    { "count", 'k', "N", DP_OPTION_INT(request, count, -3, 10), .help = "count\nto N",
      .variable = { "CHECK_COUNT", "CHECK_NUMBER" } },
    { "part", 0, "P", DP_OPTION_FLOAT(request, part, 0, 1), .help = "take a part" },
    { "color", 0, "C", DP_OPTION_WORD(request, color, colors), .help = "paint" },
    { "name", 0, "S", DP_OPTION_TEXT_LIST(dp_option_text_list, request, names, 2),
      .help = "add a name" },
    { 0 },
};

static const dp_option more_options[] = {
    { "depth", 0, "D", DP_OPTION_INT(extras, depth, 0, 9), .help = "dig" },
    { 0 },
};

static const dp_command plain = {
    .name = "find",
    .usage = { "find [OPTION]... [A [B]]", "find --help" },
    .intro =
        "Find things.\n\nA and B are the places where things are looked for; without "
        "them, everywhere.",
    .epilogue = "That is all.",
    .group = { { .options = options },
               { .title = "More options:", .options = more_options } },
    .max_operands = 2,
};

static const dp_action actions[] = { { "list", "list things" },
                                     { "drop", "drop" },
                                     { 0 } };
static const dp_command acting = {
    .name = "keep",
    .usage = { "keep" },
    .intro = "Keep things.",
    .actions = actions,
    .min_operands = 1,
    .max_operands = 1,
    .operands_rule = "one THING is required",
};

static const dp_command *const commands[] = { &plain, &acting, NULL };

/* ---- reading it -------------------------------------------------------------------- */

static const char *config_path;

/* Write the configuration file, which dp_options_read finds. */
static void write_config(const char *text)
{
    static char home[300], path[400];
    snprintf(home, sizeof home, "%s/digitpad", tempdir());
    snprintf(path, sizeof path, "%s/config", home);
    mkdir(home, 0700);
    setenv("XDG_CONFIG_HOME", tempdir(), 1);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    config_path = path;
}

enum { MAX_ARGUMENTS = 10 };

/* Words of a command line, divided at blanks, and what was read from them. */
typedef struct result {
    char line[200], *argv[MAX_ARGUMENTS + 1]; /* `given` points to both */
    dp_options given;
    request request;
    extras extras;
    int status; /* −1: good */
} result;

static void read_line(result *r, const dp_command *command, const char *line)
{
    int argc = 1;
    *r = (result){ .argv = { r->line }, .request = { .count = 77 } };
    snprintf(r->line, sizeof r->line, "%s", line);
    for (char *at = r->line; (at = strchr(at, ' ')); argc++) {
        ck_assert_int_lt(argc, MAX_ARGUMENTS);
        *at++ = '\0';
        r->argv[argc] = at;
    }
    r->status = dp_options_read(&r->given, command, commands, argc, r->argv);
    if (r->status < 0 && (!dp_options_apply(&r->request, options, &r->given) ||
                          !dp_options_apply(&r->extras, more_options, &r->given)))
        r->status = DP_EXIT_USAGE;
}

static void no_config(void)
{
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

/* ---- values ------------------------------------------------------------------------ */

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
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        request r = { .count = 77 };
        bool ok =
            !dp_option_set(&r, dp_option_find(options, "count"), rows[i].text, NULL);
        ck_assert_msg(ok == rows[i].ok, "'%s'", rows[i].text);
        ck_assert_int_eq(r.count, ok ? rows[i].value : 77);
    }
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
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        request r = { .part = 77 };
        bool ok = !dp_option_set(&r, dp_option_find(options, "part"), rows[i].text, NULL);
        ck_assert_msg(ok == rows[i].ok, "'%s'", rows[i].text);
        ck_assert(r.part == (ok ? rows[i].value : 77));
    }
}
END_TEST

START_TEST(every_type_reaches_its_field)
{
    result r;
    no_config();
    catch_talk();
    read_line(&r, &plain,
              "find -qk3 --part=0.5 --color green --name=a --name=b --depth=9 -- -x");
    expect_talk("");
    ck_assert_int_eq(r.status, -1);
    ck_assert(r.request.quiet && !r.request.question);
    ck_assert_int_eq(r.request.count, 3);
    ck_assert(r.request.part == 0.5f);
    ck_assert_int_eq(r.request.color, 1);
    ck_assert_int_eq(r.request.names.n, 2);
    ck_assert_str_eq(r.request.names.text[1], "b");
    ck_assert_ptr_null(r.request.output);
    ck_assert_int_eq(r.extras.depth, 9);
    ck_assert_int_eq(r.given.n_operands, 1);
    ck_assert_str_eq(r.given.operand[0], "-x");
    ck_assert_ptr_null(r.given.operand[1]);
    dp_options_clear(&r.given);
}
END_TEST

START_TEST(many_short_options_fit)
{
    result r;
    char line[100] = "find -";
    no_config();
    memset(line + 6, 'q', 80);
    read_line(&r, &plain, line);
    ck_assert_int_eq(r.status, -1);
    ck_assert_int_eq(r.given.n, 80);
    dp_options_clear(&r.given);
}
END_TEST

/* ---- messages ---------------------------------------------------------------------- */

START_TEST(wrong_command_lines_are_named)
{
    static const struct {
        const dp_command *command;
        const char *line, *says; /* NULL: good */
    } rows[] = {
        { &plain, "find -q --output=x", NULL },
        { &plain, "find -qox --question", NULL },
        { &plain, "find -o x", NULL },
        { &plain, "find --out x --qui", NULL },
        { &plain, "find a b", NULL },
        { &plain, "find -x", "unknown option '-x'" },
        { &plain, "find -qx", "unknown option '-x'" },
        { &plain, "find --quiet -xq", "unknown option '-x'" },
        { &plain, "find --nothing", "unknown option '--nothing'" },
        { &plain, "find --qu", "option '--qu' is ambiguous: quiet, question" },
        { &plain, "find -q -o", "option '-o' needs an argument" },
        { &plain, "find --output", "option '--output' needs an argument" },
        { &plain, "find --quiet=1", "option '--quiet=1' takes no argument" },
        { &plain, "find --help=1", "option '--help=1' takes no argument" },
        { &plain, "find --\033[2J", "unknown option '--\\x1b[2J'" },
        { &plain, "find -k x", "--count: 'x' is not a whole number from -3 to 10" },
        { &plain, "find --part 2", "--part: '2' is not a number from 0 to 1" },
        { &plain, "find --color=blue",
          "--color: invalid value 'blue' (one of red, green)" },
        { &plain, "find --name=a --name=b --name=c", "--name: given more than 2 times" },
        { &plain, "find --depth=10", "--depth: '10' is not a whole number from 0 to 9" },
        { &plain, "find a b c", "unexpected argument 'c'" },
        { &acting, "keep drop a", NULL },
        { &acting, "keep", "one THING is required" },
        { &acting, "keep list a b", "one THING is required" },
        { &acting, "keep throw a", "unknown action 'throw' (one of list, drop)" },
        { &acting, "keep -q", "unknown option '-q'" },
    };
    no_config();
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        char want[256] = "";
        result r;
        catch_talk();
        read_line(&r, rows[i].command, rows[i].line);
        if (rows[i].says)
            snprintf(want, sizeof want, "digitpad %s: %s\ntry 'digitpad %s --help'\n",
                     rows[i].command->name, rows[i].says, rows[i].command->name);
        expect_talk(want);
        ck_assert_int_eq(r.status, rows[i].says ? DP_EXIT_USAGE : -1);
        dp_options_clear(&r.given);
    }
}
END_TEST

START_TEST(the_first_action_is_the_default)
{
    result r;
    static const dp_command optional = { .name = "keep", .actions = actions };
    no_config();
    read_line(&r, &optional, "keep");
    ck_assert_int_eq(r.status, -1);
    ck_assert_int_eq(r.given.action, 0);
    dp_options_clear(&r.given);
    read_line(&r, &acting, "keep drop it");
    ck_assert_int_eq(r.given.action, 1);
    ck_assert_str_eq(r.given.operand[0], "it");
    dp_options_clear(&r.given);
}
END_TEST

/* ---- the configuration file -------------------------------------------------------- */

START_TEST(the_command_line_wins_over_the_file)
{
    result r;
    write_config("count = 1\ncount = 2\nquiet = yes\nquestion = off\ndepth = 4\n"
                 "name = first\noutput = \n");
    catch_talk();
    read_line(&r, &plain, "find --depth=5 --name=second");
    expect_talk("");
    ck_assert_int_eq(r.request.count, 2);
    ck_assert(r.request.quiet && !r.request.question);
    ck_assert_int_eq(r.extras.depth, 5);
    ck_assert_str_eq(r.request.names.text[0], "first");
    ck_assert_str_eq(r.request.names.text[1], "second");
    ck_assert_str_eq(r.request.output, "");
    dp_options_clear(&r.given);
    no_config();
}
END_TEST

START_TEST(the_environment_wins_over_the_file)
{
    static const char *const variables[] = { "CHECK_COUNT", "CHECK_NUMBER" };
    write_config("count = many\n");
    for (int i = 0; i < 2; i++) {
        result r;
        setenv(variables[i], "1", 1);
        catch_talk();
        read_line(&r, &plain, "find");
        expect_talk("");
        ck_assert_int_eq(r.status, -1);
        ck_assert_int_eq(r.request.count, 77);
        dp_options_clear(&r.given);
        unsetenv(variables[i]);
    }
    no_config();
}
END_TEST

START_TEST(wrong_lines_of_the_file_are_named)
{
    static const struct {
        const char *text, *says;
        bool fails;
    } rows[] = {
        { "# c\n\ncount = x\n", ":3: --count: 'x' is not a whole number from -3 to 10",
          true },
        { "quiet = perhaps\n", ":1: --quiet: invalid value 'perhaps' (yes or no)", true },
        { "depth = 10\n", ":1: --depth: '10' is not a whole number from 0 to 9", true },
        { "quiet = yes\nhelp = yes\n", ":2: unknown option 'help'", false },
        { "colour = red\n", ":1: unknown option 'colour'; did you mean 'color'?", false },
        { "quiet\n", ":1: 'quiet' is not of the form OPTION = VALUE", false },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        char want[600];
        result r;
        write_config(rows[i].text);
        catch_talk();
        read_line(&r, &plain, "find");
        snprintf(want, sizeof want, "digitpad find: %s%s%s\n%s",
                 rows[i].fails ? "" : "warning: ", config_path, rows[i].says,
                 rows[i].fails ? "try 'digitpad find --help'\n" : "");
        expect_talk(want);
        ck_assert_int_eq(r.status, rows[i].fails ? DP_EXIT_USAGE : -1);
        dp_options_clear(&r.given);
    }
    no_config();
}
END_TEST

START_TEST(options_of_other_commands_are_skipped)
{
    result r;
    write_config("depth = x\n");
    catch_talk();
    read_line(&r, &acting, "keep drop it");
    expect_talk("");
    ck_assert_int_eq(r.status, -1);
    ck_assert_int_eq(r.given.n, 0);
    dp_options_clear(&r.given);
    no_config();
}
END_TEST

/* ---- help -------------------------------------------------------------------------- */

START_TEST(help_is_wrapped_and_aligned)
{
    static const char want[] =
        "usage: digitpad find [OPTION]... [A [B]]\n"
        "       digitpad find --help\n"
        "\n"
        "Find things.\n"
        "\n"
        "A and B are the places where things are looked for; without them, everywhere.\n"
        "\n"
        "  -q, --quiet        say nothing\n"
        "      --question     ask\n"
        "  -o, --output=FILE  write all that is found to FILE instead of standard output,\n"
        "                     one line each\n"
        "  -k, --count=N      count\n"
        "                     to N\n"
        "      --part=P       take a part\n"
        "      --color=C      paint\n"
        "      --name=S       add a name\n"
        "  -h, --help         show this help\n"
        "\n"
        "More options:\n"
        "      --depth=D      dig\n"
        "\n"
        "That is all.\n";
    char got[2000];
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    dp_help_print(f, &plain);
    rewind(f);
    got[fread(got, 1, sizeof got - 1, f)] = '\0';
    fclose(f);
    ck_assert_str_eq(got, want);
}
END_TEST

UNIT_MAIN("options", whole_numbers_are_read_whole, numbers_are_read_whole,
          every_type_reaches_its_field, many_short_options_fit,
          wrong_command_lines_are_named, the_first_action_is_the_default,
          the_command_line_wins_over_the_file, the_environment_wins_over_the_file,
          wrong_lines_of_the_file_are_named, options_of_other_commands_are_skipped,
          help_is_wrapped_and_aligned)
