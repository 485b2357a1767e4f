#include "config.h"

#include "tui/cli/options.h"

#include "tui/cli/cli.h"
#include "tui/cli/help.h"
#include "tui/cli/key_value.h"
#include "tui/cli/suggest.h"
#include "weights/io/paths.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static dp_code add(dp_options *o, dp_given given, dp_err *err)
{
    enum { STEP = 16 };
    if (o->n % STEP == 0) {
        dp_given *more = realloc(o->given, (size_t)(o->n + STEP) * sizeof *more);
        if (!more)
            return dp_fail(err, DP_NOMEM, "no memory for the options");
        o->given = more;
    }
    o->given[o->n++] = given;
    return DP_OK;
}

dp_given dp_options_at(const dp_command *command, int i)
{
    for (int g = 0; g < DP_COMMAND_GROUPS && command->group[g].options; g++) {
        const dp_option *table = command->group[g].options;
        int n = 0;
        for (; table[n].name; n++)
            if (n == i)
                return (dp_given){ .option = &table[n], .table = table };
        i -= n;
    }
    return (dp_given){ 0 };
}

dp_given dp_options_named(const dp_command *command, const char *name)
{
    for (int g = 0; g < DP_COMMAND_GROUPS && command->group[g].options; g++) {
        const dp_option *table = command->group[g].options;
        const dp_option *found = dp_option_find(table, name);
        if (found)
            return (dp_given){ .option = found, .table = table };
    }
    return (dp_given){ 0 };
}

/* ---- the command line -------------------------------------------------------------- */

enum { LONG = 256 }; /* getopt_long returns this plus the index for a long option */

typedef struct getopt_tables {
    char letters[2 * DP_COMMAND_OPTIONS + 3];
    struct option words[DP_COMMAND_OPTIONS + 2];
} getopt_tables;

static void make_tables(getopt_tables *t, const dp_command *command)
{
    char *letter = t->letters;
    dp_given it;
    int n = 0;
    *letter++ = ':'; /* keeps getopt quiet */
    for (; n < DP_COMMAND_OPTIONS && (it = dp_options_at(command, n)).option; n++) {
        const int takes = !it.option->argument  ? no_argument
                          : it.option->optional ? optional_argument
                                                : required_argument;
        t->words[n] = (struct option){ it.option->name, takes, NULL, LONG + n };
        if (it.option->letter)
            *letter++ = it.option->letter;
        if (it.option->letter && it.option->argument)
            *letter++ = ':';
    }
    t->words[n] = (struct option){ "help", no_argument, NULL, LONG + n };
    t->words[n + 1] = (struct option){ NULL, 0, NULL, 0 };
    strcpy(letter, "h");
}

/* The option for which getopt_long returned `value`; its `option` is NULL for --help, the only
 * option that is in no table. */
static dp_given option_of(const dp_command *command, int value)
{
    dp_given found;
    if (value >= LONG)
        return dp_options_at(command, value - LONG);
    for (int i = 0; (found = dp_options_at(command, i)).option; i++)
        if (found.option->letter == value)
            break;
    return found;
}

/* Complain about a long option that is unknown, or that begins several names. */
static int refuse_long(const dp_command *c, const char *text)
{
    char word[DP_SUGGEST_TEXT], similar[DP_SUGGEST_TEXT], begun[256] = "";
    dp_given it;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(text + 2, "="), text + 2);
    dp_suggest guess = dp_suggest_begin(word);
    for (int i = 0; (it = dp_options_at(c, i)).option; i++) {
        if (strncmp(it.option->name, word, strlen(word)) == 0)
            dp_option_add_word(begun, sizeof begun, it.option->name);
        dp_suggest_consider(&guess, it.option->name);
    }
    dp_suggest_consider(&guess, "help");
    if (*begun)
        return dp_cli_misuse(c->name, "option '--%s' is ambiguous: %s", word, begun);
    return dp_cli_misuse(c->name, "unknown option '--%s'%s", word,
                         dp_suggest_text(similar, &guess, "--"));
}

/* Complain about what getopt_long refused with '?' or ':'. */
static int refuse(const dp_command *c, int answer, const char *text)
{
    const char *command = c->name;
    if (answer == ':')
        return dp_cli_misuse(command, "option '%s' needs an argument", text);
    if (optopt == 0)
        return refuse_long(c, text);
    if (optopt >= LONG)
        return dp_cli_misuse(command, "option '%s' takes no argument", text);
    return dp_cli_misuse(command, "unknown option '-%c'", optopt);
}

static int read_command_line(dp_options *o, int argc, char **argv)
{
    const char *name = o->command->name;
    getopt_tables t;
    dp_err err;
    make_tables(&t, o->command);
    optind = 0; /* getopt_long starts over */
    for (int c; (c = getopt_long(argc, argv, t.letters, t.words, NULL)) != -1;) {
        if (c == '?' || c == ':')
            return refuse(o->command, c, argv[optind - 1]);
        dp_given given = option_of(o->command, c);
        if (!given.option) {
            dp_help_print(stdout, o->command);
            return dp_cli_finish("help", DP_EXIT_DONE);
        }
        given.text = optarg;
        if (add(o, given, &err))
            return dp_cli_fail(name, &err);
    }
    o->operand = argv + optind;
    o->n_operands = argc - optind;
    return -1;
}

static int choose_action(dp_options *o)
{
    const dp_action *actions = o->command->actions;
    char known[128] = "", similar[DP_SUGGEST_TEXT];
    if (!actions || o->n_operands == 0)
        return -1;
    dp_suggest guess = dp_suggest_begin(o->operand[0]);
    for (int i = 0; actions[i].name; i++) {
        if (strcmp(actions[i].name, o->operand[0]) == 0) {
            o->action = i;
            o->operand++;
            o->n_operands--;
            return -1;
        }
        dp_option_add_word(known, sizeof known, actions[i].name);
        dp_suggest_consider(&guess, actions[i].name);
    }
    return dp_cli_misuse(o->command->name, "unknown action '%s' (one of %s)%s",
                         o->operand[0], known, dp_suggest_text(similar, &guess, ""));
}

static int check_operands(const dp_options *o)
{
    const dp_command *c = o->command;
    if (o->n_operands >= c->min_operands && o->n_operands <= c->max_operands)
        return -1;
    if (c->operands_rule)
        return dp_cli_misuse(c->name, "%s", c->operands_rule);
    return dp_cli_misuse(c->name, "unexpected argument '%s'",
                         o->operand[c->max_operands]);
}

/* ---- the configuration file -------------------------------------------------------- */

typedef struct reading {
    dp_options *options;
    const dp_command *const *commands;
} reading;

static bool is_known(const dp_command *const commands[], const char *key)
{
    for (; *commands; commands++)
        if (dp_options_named(*commands, key).option)
            return true;
    return false;
}

static bool is_overridden(const dp_option *option)
{
    const char *const *variable = option->variable;
    return (variable[0] && dp_paths_variable(variable[0])) ||
           (variable[1] && dp_paths_variable(variable[1]));
}

bool dp_options_commanded(const dp_options *options, const char *name)
{
    bool commanded = false;
    for (int i = 0; i < options->n; i++)
        commanded |= options->given[i].line == 0 &&
                     strcmp(options->given[i].option->name, name) == 0;
    return commanded;
}

/* Warn about a key that is an option of no command. */
static void warn_unknown(const dp_options *o, const char *key, int line)
{
    char similar[DP_SUGGEST_TEXT];
    dp_given it;
    if (dp_options_commanded(o, "quiet"))
        return;
    dp_suggest guess = dp_suggest_begin(key);
    for (int i = 0; (it = dp_options_at(o->command, i)).option; i++)
        dp_suggest_consider(&guess, it.option->name);
    dp_cli_complain(o->command->name, "warning: %s:%d: unknown option '%s'%s", o->config,
                    line, key, dp_suggest_text(similar, &guess, ""));
}

/* Whether the option allows the value, as far as that can be told without the struct of its table. */
static bool allows(const dp_option *o, const char *value)
{
    const dp_option_type *type = o->value.type;
    const char *const *words = o->value.words;
    union {
        bool flag;
        int integer;
        float number;
    } field;
    dp_err err;
    if (type == &dp_option_flag || type == &dp_option_int || type == &dp_option_float)
        return type->parse(&field, o, value, &err) == DP_OK;
    while (words && *words && strcmp(*words, value) != 0)
        words++;
    return !words || *words;
}

/* Whether the value is meant for other commands, whose option of the same name allows it: for
 * predict `format = csv`, for draw `pen = 5`, which is too much for train. */
static bool is_for_others(const reading *r, const dp_option *option, const char *value)
{
    for (int i = 0; !allows(option, value) && r->commands[i]; i++) {
        const dp_option *other = dp_options_named(r->commands[i], option->name).option;
        if (other && allows(other, value))
            return true;
    }
    return false;
}

static dp_code take_line(void *user, const char *key, const char *value, int line,
                         dp_err *err)
{
    const reading *r = user;
    dp_options *o = r->options;
    dp_given given = dp_options_named(o->command, key);
    if (!given.option && !is_known(r->commands, key))
        warn_unknown(o, key, line);
    if (!given.option || is_overridden(given.option) ||
        is_for_others(r, given.option, value))
        return DP_OK;
    given.line = line;
    given.text = strdup(value);
    if (!given.text)
        return dp_fail(err, DP_NOMEM, "no memory for the value");
    dp_code code = add(o, given, err);
    if (code)
        free(given.text);
    return code;
}

/* Errors in the file are warnings: the command can do its work without it. */
static void read_config(dp_options *o, const dp_command *const commands[])
{
    reading r = { o, commands };
    dp_err err;
    if (dp_paths_config(o->config, "config", NULL) != DP_OK ||
        access(o->config, F_OK) != 0)
        return;
    if (dp_key_value_read(o->config, DP_CONFIG_MAX, take_line, &r, &err) &&
        !dp_options_commanded(o, "quiet"))
        dp_cli_complain(o->command->name, "warning: %s", err.msg);
}

/* ---- both -------------------------------------------------------------------------- */

int dp_options_read(dp_options *out, const dp_command *command,
                    const dp_command *const commands[], int argc, char **argv)
{
    *out = (dp_options){ .command = command };
    int status = read_command_line(out, argc, argv);
    if (status < 0)
        status = choose_action(out);
    if (status < 0)
        status = check_operands(out);
    if (status < 0)
        read_config(out, commands);
    return status;
}

void dp_options_clear(dp_options *options)
{
    for (int i = 0; i < options->n; i++)
        if (options->given[i].line > 0)
            free(options->given[i].text);
    free(options->given);
    *options = (dp_options){ 0 };
}

static bool apply(void *request, const dp_options *options, const dp_given *given)
{
    const char *command = options->command->name;
    dp_err err;
    if (dp_option_set(request, given->option, given->text, &err) == DP_OK)
        return true;
    if (given->line > 0)
        dp_cli_misuse(command, "%s:%d: --%s: %s", options->config, given->line,
                      given->option->name, err.msg);
    else
        dp_cli_misuse(command, "--%s: %s", given->option->name, err.msg);
    return false;
}

bool dp_options_apply(void *request, const dp_option table[], const dp_options *options)
{
    for (int from_file = 1; from_file >= 0; from_file--)
        for (int i = 0; i < options->n; i++) {
            const dp_given *given = &options->given[i];
            if (given->table == table && (given->line > 0) == from_file &&
                !apply(request, options, given))
                return false;
        }
    return true;
}
