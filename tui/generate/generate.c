/* generate man SOURCE: writes to standard output what the build makes of the tables of commands and
 * options. It is not installed. */
#include "config.h"

#include "tui/generate/roff.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SOURCE = 256 * 1024 };

static int generate_page(const char *path)
{
    static char source[MAX_SOURCE], name[FILENAME_MAX];
    FILE *in = fopen(path, "re");
    if (!in) {
        fprintf(stderr, "generate: %s: %s\n", path, strerror(errno));
        return 1;
    }
    source[fread(source, 1, sizeof source - 1, in)] = '\0';
    bool done = feof(in);
    fclose(in);
    snprintf(name, sizeof name, "%s", path);
    char *base = basename(name);
    base[strcspn(base, ".")] = '\0';
    return done && dp_roff_page(stdout, source, base) ? 0 : 1;
}

int main(int argc, char **argv)
{
    int status = 2;
    if (argc == 3 && strcmp(argv[1], "man") == 0)
        status = generate_page(argv[2]);
    else
        fputs("usage: generate man SOURCE\n", stderr);
    return fflush(stdout) == 0 && !ferror(stdout) ? status : 1;
}
