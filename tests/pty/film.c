/* Makes a moving picture of the real pad: starts the program, draws and types as it is told, and
 * writes what the screen showed as an animated SVG. Called by scripts/screenshot. */
#include "config.h"

#include "tests/pty/replay.h"
#include "tests/pty/svg.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLS = 80,
    ROWS = 24,
    PARTS = 2,      /* of a row: what changes on the pad does not repeat the panel */
    SPLIT = 42,     /* the column where the second part begins */
    REPORT_MS = 30, /* of the film, for each report of the mouse */
    REPORTS = 4,    /* of a frame */
    SHOTS = 10000,  /* at most */
};

/* What a part of a row shows from one time of the film to another. */
typedef struct shot {
    int from_ms, to_ms;
    char *svg;
} shot;

typedef struct film {
    int ms; /* its length so far */
    int poster_ms;
    int n_reports, n_shots;
    shot shot[SHOTS];
    shot *last[ROWS][PARTS]; /* which go on; NULL: none yet */
} film;

static char *draw_part(const pty *p, int row, int k)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    const int x = k == 0 ? 0 : SPLIT;
    svg_cells(f, p, (dp_rect){ x, row, k == 0 ? SPLIT : COLS - SPLIT, 1 }, svg_dark);
    fclose(f);
    return text;
}

static void expose_part(film *m, const pty *p, int row, int k, int ms)
{
    shot **last = &m->last[row][k];
    char *svg = draw_part(p, row, k);
    if (svg && (!*last || strcmp(svg, (*last)->svg) != 0) && m->n_shots < SHOTS) {
        *last = &m->shot[m->n_shots++];
        **last = (shot){ m->ms, 0, svg };
    } else {
        free(svg);
    }
    if (*last)
        (*last)->to_ms = m->ms + ms;
}

/* Show the screen as it is for a while. */
static void expose(film *m, const pty *p, int ms)
{
    for (int row = 0; row < ROWS; row++)
        for (int k = 0; k < PARTS; k++)
            expose_part(m, p, row, k, ms);
    m->ms += ms;
}

static void on_report(void *context, pty *p)
{
    film *m = context;
    if (m->n_reports++ % REPORTS != 0)
        return;
    pty_settle(p);
    expose(m, p, REPORTS * REPORT_MS);
}

/* ---- writing ------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    const shot *x = a, *y = b;
    return x->from_ms != y->from_ms
               ? (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms)
               : (x->to_ms > y->to_ms) - (x->to_ms < y->to_ms);
}

/* Begin a group that is shown at the time of a shot, again and again. Readers of SVG that show no
 * animations see the poster. */
static void begin_group(FILE *f, const shot *s, const film *m)
{
    const double from = (double)s->from_ms / m->ms, to = (double)s->to_ms / m->ms;
    const bool in_poster = s->from_ms <= m->poster_ms && m->poster_ms < s->to_ms;
    fprintf(f, "<g visibility=\"%s\">", in_poster ? "visible" : "hidden");
    if (s->from_ms == 0 && s->to_ms == m->ms)
        return;
    fprintf(f,
            "<animate attributeName=\"visibility\" calcMode=\"discrete\" "
            "repeatCount=\"indefinite\" dur=\"%dms\" ",
            m->ms);
    if (s->from_ms == 0)
        fprintf(f, "values=\"visible;hidden\" keyTimes=\"0;%.5f\"/>\n", to);
    else if (s->to_ms == m->ms)
        fprintf(f, "values=\"hidden;visible\" keyTimes=\"0;%.5f\"/>\n", from);
    else
        fprintf(f, "values=\"hidden;visible;hidden\" keyTimes=\"0;%.5f;%.5f\"/>\n", from,
                to);
}

/* Shots of the same time are one group. */
static bool print_film(const char *path, film *m)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    qsort(m->shot, (size_t)m->n_shots, sizeof *m->shot, by_time);
    svg_begin(f, COLS, ROWS, svg_dark);
    for (int i = 0; i < m->n_shots; i++) {
        if (i == 0 || by_time(&m->shot[i - 1], &m->shot[i]) != 0)
            begin_group(f, &m->shot[i], m);
        fputs(m->shot[i].svg, f);
        if (i + 1 == m->n_shots || by_time(&m->shot[i], &m->shot[i + 1]) != 0)
            fputs("</g>\n", f);
    }
    svg_end(f);
    return fclose(f) == 0;
}

/* ---- the program ----------------------------------------------------------------------- */

static const char usage[] =
    "usage: film STEP... OUT.svg\n"
    "  --draw=FILE.ndjson[:LINE]  draw this drawing with the mouse\n"
    "  --keys=KEYS                type these keys\n"
    "  --hold=MS                  show the screen for so long\n"
    "  --poster                   the picture for readers that show no animations\n";

/* The steps are taken in the order of the command line. False if one is impossible. */
static bool take_steps(film *m, pty *p, int argc, char **argv)
{
    static const struct option steps[] = { { "draw", required_argument, NULL, 'd' },
                                           { "keys", required_argument, NULL, 'k' },
                                           { "hold", required_argument, NULL, 'h' },
                                           { "poster", no_argument, NULL, 'p' },
                                           { NULL, 0, NULL, 0 } };
    const replay_manner manner = { .size = 0.85F, .after = on_report, .context = m };
    for (int c; (c = getopt_long(argc, argv, "+", steps, NULL)) != -1;) {
        if (c == 'd' && !replay_file(p, optarg, manner)) {
            fprintf(stderr, "film: cannot draw %s\n", optarg);
            return false;
        }
        if (c == 'k')
            pty_type(p, optarg);
        if (c == 'p')
            m->poster_ms = m->ms;
        if (c == '?')
            return false;
        pty_settle(p);
        if (c == 'h')
            expose(m, p, atoi(optarg));
    }
    return optind == argc - 1 && m->ms > 0;
}

int main(int argc, char **argv)
{
    static film m;
    pty p;
    pty_start(&p, &(pty_options){ .cols = COLS, .rows = ROWS },
              (const char *const[]){ "draw", "--offline", "--theme=dark", NULL });
    pty_settle(&p);
    const bool done = take_steps(&m, &p, argc, argv);
    pty_stop(&p);
    if (!done) {
        fputs(usage, stderr);
        return 2;
    }
    if (!print_film(argv[argc - 1], &m)) {
        perror(argv[argc - 1]);
        return 1;
    }
    return 0;
}
