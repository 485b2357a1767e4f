/* generate KIND SOURCE: writes to standard output what the build makes of a source and of the tables of
 * commands and options: a page of the manual, or a script that completes the command line in a
 * shell. It is not installed. */
#include "config.h"

#include "engine/core/arith.h"
#include "tui/generate/roff.h"
#include "tui/generate/shells.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SOURCE = 256 * 1024 };

/* Read a file as a text. False after a complaint. */
static bool read_source(char text[MAX_SOURCE], const char *path)
{
    FILE *in = fopen(path, "re");
    if (!in) {
        fprintf(stderr, "generate: %s: %s\n", path, strerror(errno));
        return false;
    }
    text[fread(text, 1, MAX_SOURCE - 1, in)] = '\0';
    const bool whole = feof(in);
    if (!whole)
        fprintf(stderr, "generate: %s: not readable, or too large\n", path);
    fclose(in);
    return whole;
}

static bool make_page(const char *source, const char *path)
{
    char copy[FILENAME_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    char *name = basename(copy);
    name[strcspn(name, ".")] = '\0';
    return dp_roff_page(stdout, source, name);
}

/* Write a script: its source, with the table in place of the line @table. */
static bool make_script(const char *source, void (*put_table)(FILE *out))
{
    static const char line[] = "\n@table\n";
    const char *at = strstr(source, line);
    if (!at) {
        fputs("generate: the script has no line @table\n", stderr);
        return false;
    }
    printf("%.*s\n", (int)(at - source), source);
    put_table(stdout);
    fputs(at + strlen(line), stdout);
    return true;
}

int main(int argc, char **argv)
{
    static char source[MAX_SOURCE];
    static const struct {
        const char *name;
        void (*put_table)(FILE *out);
    } kinds[] = {
        { "man", NULL },
        { "bash", dp_shells_bash },
        { "zsh", dp_shells_zsh },
        { "fish", dp_shells_fish },
    };
    for (size_t i = 0; argc == 3 && i < DP_COUNT(kinds); i++)
        if (strcmp(argv[1], kinds[i].name) == 0) {
            bool done = read_source(source, argv[2]) &&
                        (kinds[i].put_table ? make_script(source, kinds[i].put_table)
                                            : make_page(source, argv[2]));
            return done && fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
        }
    fputs("usage: generate man|bash|zsh|fish SOURCE\n", stderr);
    return 2;
}
