/* Makes a picture of the real pad: starts the program, draws a digit with the mouse, and writes
 * the screen as SVG. Called by scripts/screenshot. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/pty/replay.h"
#include "tests/pty/svg.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_svg(FILE *f, const pty *p, svg_theme theme)
{
    svg_begin(f, p->cols, p->rows, theme);
    svg_cells(f, p, (dp_rect){ 0, 0, p->cols, p->rows }, theme);
    svg_end(f);
}

/* ---- the program ----------------------------------------------------------------------- */

static const char usage[] =
    "usage: shot [OPTION]... OUT.svg [PROGRAM-OPTION...]\n"
    "  --size=COLSxROWS --term=NAME --locale=NAME --env=NAME=VALUE   the terminal\n"
    "  --light                                                       a white background\n"
    "  --draw=FILE.ndjson[:LINE]  draw this drawing with the mouse\n"
    "  --keys=KEYS                then type these keys\n"
    "  --end                      which end the program: wait for it\n";

typedef struct request {
    pty_options terminal;
    const char *drawing, *keys;
    bool light, end;
    const char *out;
    const char *args[16]; /* of the program */
} request;

static bool read_option(request *r, int option, const char *value)
{
    switch (option) {
    case 's':
        return sscanf(value, "%dx%d", &r->terminal.cols, &r->terminal.rows) == 2;
    case 't':
        r->terminal.term = value;
        return true;
    case 'l':
        r->terminal.locale = value;
        return true;
    case 'e':
        r->terminal.env = value;
        return true;
    case 'd':
        r->drawing = value;
        return true;
    case 'k':
        r->keys = value;
        return true;
    case 'w':
        r->light = true;
        return true;
    case 'x':
        r->end = true;
        return true;
    default:
        return false;
    }
}

static bool read_request(request *r, int argc, char **argv)
{
    static const struct option options[] = { { "size", required_argument, NULL, 's' },
                                             { "term", required_argument, NULL, 't' },
                                             { "locale", required_argument, NULL, 'l' },
                                             { "env", required_argument, NULL, 'e' },
                                             { "draw", required_argument, NULL, 'd' },
                                             { "keys", required_argument, NULL, 'k' },
                                             { "light", no_argument, NULL, 'w' },
                                             { "end", no_argument, NULL, 'x' },
                                             { NULL, 0, NULL, 0 } };
    for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;)
        if (!read_option(r, c, optarg))
            return false;
    if (optind >= argc)
        return false;
    r->out = argv[optind++];
    r->args[0] = "draw";
    int room = DP_COUNT(r->args) - 1;
    for (int n = 1; optind < argc && n < room; n++)
        r->args[n] = argv[optind++];
    return true;
}

int main(int argc, char **argv)
{
    request r = { .keys = "" };
    if (!read_request(&r, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    pty p;
    pty_start(&p, &r.terminal, r.args);
    pty_settle(&p);
    bool drawn =
        !r.drawing || replay_file(&p, r.drawing, (replay_manner){ .size = 0.85F });
    pty_settle(&p);
    pty_type(&p, r.keys);
    pty_settle(&p);
    bool ended = !r.end || pty_expect_end(&p);
    FILE *f = drawn ? fopen(r.out, "w") : NULL;
    if (f)
        print_svg(f, &p, r.light ? svg_light : svg_dark);
    pty_stop(&p);
    bool done = f && fclose(f) == 0 && ended;
    if (!ended)
        fputs("shot: the program has not ended\n", stderr);
    else if (!done)
        fprintf(stderr, "shot: cannot %s %s\n", drawn ? "write" : "draw",
                drawn ? r.out : r.drawing);
    return done ? 0 : 1;
}
