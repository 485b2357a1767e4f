#include "config.h"

#include "tui/cli/progress.h"

#include "engine/core/arith.h"
#include "tui/term/out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const double interval = 0.1; /* seconds between two updates */
static const double patience = 1;   /* seconds before the first one */

double dp_progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool can_redraw(FILE *f)
{
    const char *term = getenv("TERM");
    return isatty(fileno(f)) && term && strcmp(term, "dumb") != 0;
}

void dp_progress_begin(dp_progress *p, FILE *f)
{
    *p = (dp_progress){ .f = f, .shown = can_redraw(f), .start = dp_progress_clock() };
}

static int columns_of(FILE *f)
{
    struct winsize size;
    if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* "1:02:03" or "2:03"; "-:--" if the time is unknown. */
static void format_time(char out[16], double seconds)
{
    if (!(seconds >= 0 && seconds < 360000)) {
        strcpy(out, "-:--");
        return;
    }
    int s = (int)(seconds + 0.5);
    if (s >= 3600)
        snprintf(out, 16, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 16, "%d:%02d", s / 60, s % 60);
}

/* Append the text if all of it fits. Returns the bytes now used. */
static size_t append(char out[DP_PROGRESS_BYTES], size_t used, const char *text)
{
    size_t n = strlen(text);
    if (used + n >= DP_PROGRESS_BYTES)
        return used;
    memcpy(out + used, text, n + 1);
    return used + n;
}

/* Copy what fits into the line, without a part of a character. */
static void cut(char out[DP_PROGRESS_BYTES], int columns, const char *text)
{
    int n = dp_min_int(dp_max_int(columns - 1, 0), (int)strlen(text));
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    snprintf(out, DP_PROGRESS_BYTES, "%.*s", n, text);
}

void dp_progress_line(char out[DP_PROGRESS_BYTES], int columns, double done,
                      double elapsed, const char *text, bool utf8)
{
    if (isnan(done)) {
        cut(out, columns, text);
        return;
    }
    done = done < 0 ? 0 : done > 1 ? 1 : done;
    char left[16], tail[48], head[DP_PROGRESS_BYTES];
    format_time(left, done > 0 ? elapsed * (1 - done) / done : -1);
    int tail_columns =
        snprintf(tail, sizeof tail, " %3d %%  ETA %s", (int)(100 * done), left);
    /* The last column stays free: a character there could wrap the line. */
    int room = columns - 1 - tail_columns - (int)strlen(text) - 1;
    if (room < 4) {
        snprintf(head, sizeof head, "%s%s", text, tail);
        cut(out, columns, head);
        return;
    }
    int width = room > 40 ? 40 : room;
    int full = (int)(done * width);
    size_t used = 0;
    out[0] = '\0';
    used = append(out, used, text);
    used = append(out, used, " ");
    for (int i = 0; i < width; i++)
        used = append(out, used, utf8 ? (i < full ? "━" : "─") : (i < full ? "#" : "-"));
    append(out, used, tail);
}

bool dp_progress_is_due(const dp_progress *p)
{
    if (!p->shown)
        return false;
    const double now = dp_progress_clock();
    return now - p->start >= patience && now - p->drawn >= interval;
}

void dp_progress_show(dp_progress *p, double done, const char *text)
{
    if (!dp_progress_is_due(p))
        return;
    double now = p->drawn = dp_progress_clock();
    char line[DP_PROGRESS_BYTES];
    dp_progress_line(line, columns_of(p->f), done, now - p->start, text, dp_out_utf8());
    fprintf(p->f, "\r%s\033[K", line);
    fflush(p->f);
}

void dp_progress_clear(dp_progress *p)
{
    if (!p->shown || p->drawn == 0)
        return;
    fputs("\r\033[K", p->f);
    fflush(p->f);
    p->drawn = 0;
}
