#include "config.h"

#include "tui/cli/first_word.h"

#include "tui/cli/cli.h"
#include "tui/cli/suggest.h"
#include "tui/term/out.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

const dp_command *dp_first_word_find(const dp_command *const commands[], const char *name)
{
    for (int i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* Print a word as a shell reads it, and made printable. */
static void print_word(FILE *f, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./=:,+@%";
    if (*word && word[strspn(word, plain)] == '\0') {
        fputs(word, f);
        return;
    }
    fputc('\'', f);
    for (const char *c = word; *c;) {
        char piece[256];
        const size_t n = strcspn(c, "'");
        snprintf(piece, sizeof piece, "%.*s", (int)n, c);
        dp_out_print_safe(f, piece);
        c += n < sizeof piece ? n : sizeof piece - 1;
        if (*c == '\'') {
            fputs("'\\''", f);
            c++;
        }
    }
    fputc('\'', f);
}

/* ---- a file ------------------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), n = strlen(end);
    return length > n && strcasecmp(text + length - n, end) == 0;
}

static bool is_image(const char *word)
{
    static const char *const images[] = { ".png",  ".pgm",  ".ppm", ".pbm", ".pnm",
                                          ".jpg",  ".jpeg", ".csv", ".tsv", ".json",
                                          ".npy",  ".npz",  ".gz",  ".idx", ".gif",
                                          ".webp", ".bmp",  ".tif", ".pdf", NULL };
    for (int i = 0; images[i]; i++)
        if (ends_with(word, images[i]))
            return true;
    return false;
}

/* The command that reads a file, by its name; NULL if it does not look like a file's. */
static const char *reader_of(const char *word)
{
    struct stat st;
    const bool exists = stat(word, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        return "predict -r";
    if (ends_with(word, ".safetensors") || ends_with(word, ".onnx"))
        return "info";
    return exists || is_image(word) || strchr(word, '/') ? "predict" : NULL;
}

static int refuse_file(const char *command, const char *word)
{
    fputs("digitpad: '", stderr);
    dp_out_print_safe(stderr, word);
    fprintf(stderr, "' is not a command; to read it: digitpad %s ", command);
    print_word(stderr, word);
    fputc('\n', stderr);
    return DP_EXIT_USAGE;
}

int dp_first_word_refuse(const dp_command *const commands[], const char *word)
{
    char text[DP_SUGGEST_TEXT];
    dp_suggest guess = dp_suggest_begin(word);
    const char *reader = reader_of(word);
    if (reader)
        return refuse_file(reader, word);
    for (int i = 0; commands[i]; i++)
        dp_suggest_consider(&guess, commands[i]->name);
    dp_suggest_consider(&guess, "--version");
    fputs("digitpad: unknown command '", stderr);
    dp_out_print_safe(stderr, word);
    fprintf(stderr, "'%s\ntry 'digitpad --help'\n", dp_suggest_text(text, &guess, ""));
    return DP_EXIT_USAGE;
}

/* ---- options before the command ---------------------------------------------------- */

/* Whether the next word is the argument of this option of the command. */
static bool takes_next(const dp_command *command, const char *word)
{
    for (int g = 0; command && g < DP_COMMAND_GROUPS && command->group[g].options; g++)
        for (const dp_option *o = command->group[g].options; o->name; o++) {
            const char letter[] = { '-', o->letter, '\0' };
            const bool named =
                (o->letter && strcmp(word, letter) == 0) ||
                (strncmp(word, "--", 2) == 0 && !strcmp(word + 2, o->name));
            if (named && o->argument)
                return true;
        }
    return false;
}

/* Print "MESSAGE: digitpad COMMAND" and all words but argv[without]. */
static int print_order(const char *message, const char *command, int without, int argc,
                       char **argv)
{
    fprintf(stderr, "digitpad: %s: digitpad %s", message, command);
    for (int i = 1; i < argc; i++)
        if (i != without) {
            fputc(' ', stderr);
            print_word(stderr, argv[i]);
        }
    fputc('\n', stderr);
    return DP_EXIT_USAGE;
}

int dp_first_word_reorder(const dp_command *const commands[], const dp_command *fallback,
                          int argc, char **argv)
{
    if (argc < 2 || argv[1][0] != '-')
        return -1;
    for (int i = 2; i < argc && strcmp(argv[i - 1], "--") != 0; i++) {
        if (takes_next(fallback, argv[i - 1]))
            continue;
        if (dp_first_word_find(commands, argv[i]))
            return print_order("the command comes first", argv[i], i, argc, argv);
        if (is_image(argv[i]))
            return print_order("a command is missing; to read a file", "predict", 0, argc,
                               argv);
    }
    return -1;
}
