#include "config.h"

#include "engine/core/arith.h"
#include "tests/pty/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    QUIET_MS =
        30, /* longer than a frame: without a stroke, the pad defers nothing longer */
    PATIENCE_MS =
        60000, /* a busy machine needs more than usual, a good test none of it */
    MAX_ARGS = 32,
};

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(99);
}

int64_t pty_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    return pty_now_us() / 1000;
}

/* ---- the shell ------------------------------------------------------------------------- */

/* A message from the shell to the test. */
typedef struct report {
    char
        what; /* 's'tarted with the pid, s't'opped, 'c'ontinued, 'e'nded with the status */
    int value;
} report;

static void set_environment(const pty_options *o)
{
    static const char *const unset[] = {
        "NO_COLOR",  "COLORTERM",      "LINES",       "COLUMNS",    "LANG",
        "LC_CTYPE",  "DIGITPAD_MODEL", "TERMCAP",     "TMUX",       "STY",
        "COLORFGBG", "TERM_PROGRAM",   "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION"
    };
    for (size_t i = 0; i < DP_COUNT(unset); i++)
        unsetenv(unset[i]);
    /* A test uses neither the user's models nor the network, unless it sets these itself. */
    setenv("HF_HUB_OFFLINE", "1", 0);
    setenv("HF_HUB_CACHE", "/dev/null/none", 0);
    setenv("LC_ALL", o->locale ? o->locale : "C.UTF-8", 1);
    setenv("TERM", o->term ? o->term : "xterm-256color", 1);
    if (o->term && !*o->term)
        unsetenv("TERM");
    if (o->env)
        putenv((char *)(uintptr_t)o->env);
}

static _Noreturn void exec_program(const pty_options *o, const char *const args[],
                                   int tty)
{
    const char *program = getenv("DIGITPAD");
    const char *argv[MAX_ARGS + 2] = { program ? program : "./digitpad" };
    for (int i = 0; i < MAX_ARGS && args[i]; i++)
        argv[i + 1] = args[i];
    int out =
        o->stdout_path ? open(o->stdout_path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : tty;
    dup2(tty, 0);
    dup2(out, 1);
    dup2(tty, 2);
    for (int fd = 3; fd < 32; fd++)
        close(fd);
    /* The signals of the keyboard are ignored if the tests were started in the background. */
    static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTTOU };
    for (size_t i = 0; i < DP_COUNT(signals); i++)
        signal(signals[i], SIG_DFL);
    set_environment(o);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Run the program in a process group of its own until it has ended. */
static void run_job(const pty_options *o, const char *const args[], int tty, int to_test,
                    int from_test)
{
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(tty, getpid());
        exec_program(o, args, tty);
    }
    setpgid(pid, pid);
    tcsetpgrp(tty, pid);
    report r = { 's', pid };
    for (;;) {
        (void)!write(to_test, &r, sizeof r);
        if (r.what == 'e')
            return;
        int status;
        if (waitpid(pid, &status, WUNTRACED) < 0)
            _exit(97);
        r = (report){ WIFSTOPPED(status) ? 't' : 'e', status };
        if (r.what != 't')
            continue;
        tcsetpgrp(tty, getpid());
        (void)!write(to_test, &r, sizeof r);
        char go;
        if (read(from_test, &go, 1) != 1)
            _exit(96);
        tcsetpgrp(tty, pid);
        kill(-pid, SIGCONT);
        r.what = 'c';
    }
}

/* Become the leader of a session on the terminal, and run the program, twice if the test asks for
 * it. */
static _Noreturn void run_shell(const pty_options *o, const char *const args[],
                                const char *tty_name, int to_test, int from_test)
{
    setsid();
    int tty = open(tty_name, O_RDWR);
    if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) < 0)
        _exit(98);
    signal(SIGTTOU, SIG_IGN); /* for tcsetpgrp from the background */
    run_job(o, args, tty, to_test, from_test);
    char go;
    if (o->again && read(from_test, &go, 1) == 1)
        run_job(o, o->again, tty, to_test, from_test);
    _exit(0);
}

/* ---- starting and ending --------------------------------------------------------------- */

static int open_master(const pty *p)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        die("pseudo-terminal");
    struct winsize size = { .ws_row = (unsigned short)p->rows,
                            .ws_col = (unsigned short)p->cols };
    ioctl(master, TIOCSWINSZ, &size);
    return master;
}

static void set_speed(int fd, speed_t speed)
{
    struct termios modes;
    if (speed == B0 || tcgetattr(fd, &modes) != 0)
        return;
    cfsetospeed(&modes, speed);
    cfsetispeed(&modes, speed);
    tcsetattr(fd, TCSANOW, &modes);
}

static void reply(const char *bytes, size_t size, void *user)
{
    pty_send(user, bytes, size);
}

/* Cells were written: what sixels showed there is gone. */
static int erase_pixels(VTermRect r, void *user)
{
    pty *p = user;
    if (p->pixels.cell_w > 0)
        pixels_erase(&p->pixels, r.start_col, r.start_row, r.end_col - r.start_col,
                     r.end_row - r.start_row);
    return 1;
}

static void start_vterm(pty *p, const pty_options *o)
{
    static const VTermScreenCallbacks callbacks = { .damage = erase_pixels };
    p->vterm = vterm_new(p->rows, p->cols);
    vterm_set_utf8(p->vterm, !o->locale || strstr(o->locale, "UTF-8") != NULL);
    p->replies = o->replies;
    p->name = o->name;
    if (!o->replies)
        vterm_output_set_callback(p->vterm, reply, p);
    p->screen = vterm_obtain_screen(p->vterm);
    vterm_screen_set_callbacks(p->screen, &callbacks, p);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
    if (o->cell_w > 0)
        pixels_start(&p->pixels, p->cols, p->rows, o->cell_w, o->cell_h);
}

static void read_report(pty *p)
{
    report r;
    if (read(p->report, &r, sizeof r) != (ssize_t)sizeof r) {
        p->ended = true; /* the shell has ended as well: the terminal was hung up */
        return;
    }
    if (r.what == 's')
        p->program = r.value;
    p->stopped = r.what == 't';
    if (r.what == 'e') {
        p->ended = true;
        p->status = r.value;
    }
}

void pty_start(pty *p, const pty_options *options, const char *const args[])
{
    static const pty_options usual = { 0 };
    const pty_options *o = options ? options : &usual;
    int to_test[2], to_shell[2];
    *p = (pty){ .cols = o->cols ? o->cols : 80, .rows = o->rows ? o->rows : 24 };
    p->mode[25] = true; /* the cursor is visible */
    p->master = open_master(p);
    if (pipe(to_test) != 0 || pipe(to_shell) != 0)
        die("pipe");
    set_speed(p->master, o->speed);
    tcgetattr(p->master, &p->before);
    p->shell = fork();
    if (p->shell < 0)
        die("fork");
    if (p->shell == 0) {
        char name[64];
        snprintf(name, sizeof name, "%s", ptsname(p->master));
        close(p->master); /* else closing it in the test would not hang up the terminal */
        close(to_test[0]);
        close(to_shell[1]);
        run_shell(o, args, name, to_test[1], to_shell[0]);
    }
    close(to_test[1]);
    close(to_shell[0]);
    p->report = to_test[0];
    p->control = to_shell[1];
    start_vterm(p, o);
    read_report(p);
}

static bool died_by_a_crash(const pty *p)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
    for (size_t i = 0; i < DP_COUNT(signals); i++)
        if (p->ended && WIFSIGNALED(p->status) && WTERMSIG(p->status) == signals[i])
            return true;
    return false;
}

void pty_stop(pty *p)
{
    if (died_by_a_crash(p))
        p->crash = "death by a signal";
    if (p->crash && !p->provoked) {
        fprintf(stderr, "the program crashed: %s; its screen:\n", p->crash);
        for (int y = 0; y < p->rows; y++)
            fprintf(stderr, "%s\n", pty_row(p, y));
        exit(1);
    }
    if (!p->ended && p->program > 0)
        kill(p->program, SIGKILL);
    kill(p->shell, SIGKILL);
    waitpid(p->shell, NULL, 0);
    vterm_free(p->vterm);
    pixels_stop(&p->pixels);
    if (p->master >= 0)
        close(p->master);
    close(p->report);
    close(p->control);
}

/* ---- output ---------------------------------------------------------------------------- */

/* Record the modes that `CSI ? n ; m h` sets and `l` resets. */
static void note_modes(pty *p)
{
    char final = p->csi[p->n_csi - 1];
    if (p->n_csi < 4 || p->csi[2] != '?' || (final != 'h' && final != 'l'))
        return;
    p->csi[p->n_csi - 1] = '\0';
    p->n_synchronized += final == 'h' && strcmp(p->csi, "\033[?2026") == 0;
    for (char *at = p->csi + 3; *at >= '0' && *at <= '9'; at += *at == ';') {
        long mode = strtol(at, &at, 10);
        if (mode < (long)DP_COUNT(p->mode))
            p->mode[mode] = final == 'h';
    }
    p->csi[p->n_csi - 1] = final;
}

/* Count queries, and answer the last one of a batch. */
static void note_query(pty *p)
{
    static const char da1[] = "\033[c", cell[] = "\033[16t", name[] = "\033[>q";
    p->n_cell_asked +=
        p->n_csi == (int)sizeof cell - 1 && memcmp(p->csi, cell, sizeof cell - 1) == 0;
    if (p->name && p->n_csi == (int)sizeof name - 1 &&
        memcmp(p->csi, name, sizeof name - 1) == 0)
        pty_send(p, p->name, strlen(p->name));
    if (p->n_csi != (int)sizeof da1 - 1 || memcmp(p->csi, da1, sizeof da1 - 1) != 0)
        return;
    if (p->n_asked++ == 0)
        p->frame_was_first = pty_shows(p, "draw a digit here");
    if (p->replies)
        pty_send(p, p->replies, strlen(p->replies));
}

/* Repetitions (REP, CSI n b) are expanded here: libvterm wraps too early after one. */
static void end_csi(pty *p)
{
    if (p->csi[p->n_csi - 1] == 'b') {
        for (int n = atoi(p->csi + 2); n > 0; n--)
            vterm_input_write(p->vterm, &p->last_char, 1);
    } else {
        note_modes(p);
        note_query(p);
        vterm_input_write(p->vterm, p->csi, (size_t)p->n_csi);
    }
    p->n_csi = 0;
}

/* Keep an APC from libvterm, which would print it, and what tmux is to pass on, in which each ESC
 * is doubled. Returns whether c belongs to one. */
static bool skip_string(pty *p, char c)
{
    enum { OUTSIDE, INSIDE, ESCAPE };
    static const char tmux[] = "tmux;";
    const int n = (int)sizeof tmux - 1;
    if (p->apc == OUTSIDE) {
        bool begins = p->n_csi == 1 && (c == '_' || c == 'P');
        p->apc = begins ? INSIDE : OUTSIDE;
        p->n_csi = begins ? 0 : p->n_csi;
        p->n_tmux = 0;
        return begins;
    }
    if (p->n_tmux >= 0 && p->n_tmux < n)
        p->n_tmux = c == tmux[p->n_tmux] ? p->n_tmux + 1 : -1;
    bool doubled = p->apc == ESCAPE && c == '\033' && p->n_tmux == n;
    bool ends = p->apc == ESCAPE && !doubled; /* by ST, or by another sequence */
    p->apc = ends ? OUTSIDE : c == '\033' && !doubled ? ESCAPE : INSIDE;
    if (ends && c != '\\') {
        p->csi[p->n_csi++] = '\033';
        return skip_string(p, c);
    }
    return true;
}

static void take_char(pty *p, char c)
{
    if (skip_string(p, c))
        return;
    if (c != '\033' && p->n_csi == 0) {
        p->last_char = c;
        vterm_input_write(p->vterm, &c, 1);
        return;
    }
    p->csi[p->n_csi++] = c;
    bool is_csi = p->n_csi < 2 || p->csi[1] == '[';
    bool ends = p->n_csi > 2 && c >= 0x40;
    if (is_csi && ends)
        end_csi(p);
    else if (!is_csi || p->n_csi == (int)sizeof p->csi) {
        vterm_input_write(p->vterm, p->csi, (size_t)p->n_csi);
        p->n_csi = 0;
    }
}

/* Search the output for messages that only a crash can cause. */
static void look_for_crash(pty *p, char c)
{
    static const char *const crash[PTY_CRASHES] = { "ended without an answer",
                                                    "Sanitizer: ", "runtime error: " };
    for (int i = 0; i < PTY_CRASHES; i++) {
        int *n = &p->matched[i];
        *n = c == crash[i][*n] ? *n + 1 : c == crash[i][0];
        if (crash[i][*n] == '\0') {
            p->crash = crash[i];
            *n = 0;
        }
    }
}

static void take(pty *p, const char *bytes, size_t size)
{
    p->n_bytes += size;
    p->output_us = pty_now_us();
    for (size_t i = 0; i < size; i++) {
        look_for_crash(p, bytes[i]);
        take_char(p, bytes[i]);
        if (p->pixels.cell_w > 0)
            pixels_take(&p->pixels, &bytes[i], 1);
    }
}

/* Wait at most `ms` for output or for a report of the shell. False if nothing came. */
static bool pump(pty *p, int ms)
{
    struct pollfd fds[] = { { .fd = p->master, .events = POLLIN },
                            { .fd = p->ended ? -1 : p->report, .events = POLLIN } };
    if (poll(fds, 2, ms) <= 0)
        return false;
    if (fds[0].revents & POLLIN) {
        char bytes[65536];
        ssize_t n = read(p->master, bytes, sizeof bytes);
        if (n > 0)
            take(p, bytes, (size_t)n);
        return n > 0;
    }
    if (fds[1].revents) {
        read_report(p);
        return true;
    }
    if (!p->ended && fds[0].revents & POLLHUP)
        usleep(
            1000); /* the program has ended; the report of the shell is still to come */
    return !p->ended;
}

/* The text of /proc/PID/name of the program; "" if there is none. Valid until the next call. */
static const char *proc_file(const pty *p, const char *name)
{
    static char text[1024];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)p->program, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static bool is_sleeping(const pty *p)
{
    const char *end = strrchr(proc_file(p, "stat"), ')');
    return !end || strchr("STZX", end[2]) != NULL;
}

long pty_cpu_ticks(const pty *p)
{
    const char *end = strrchr(proc_file(p, "stat"), ')');
    long user = 0, system = 0;
    /* Fields 14 and 15. The second is the name, in brackets. */
    if (!end || sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld",
                       &user, &system) != 2)
        return 0;
    return user + system;
}

long pty_memory_kib(const pty *p)
{
    long pages = 0;
    if (sscanf(proc_file(p, "statm"), "%*d %ld", &pages) != 1)
        return 0;
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static long long count_read(const pty *p)
{
    const char *text = proc_file(p, "io");
    return strncmp(text, "rchar: ", 7) == 0 ? atoll(text + 7) : -1;
}

static bool has_read_all(const pty *p)
{
    long long n = count_read(p);
    return n < 0 || p->read_before < 0 || n - p->read_before >= p->sent;
}

void pty_wait(pty *p, int us)
{
    int64_t end = pty_now_us() + us;
    for (int64_t left = us; left > 0; left = end - pty_now_us()) {
        struct pollfd f = { .fd = p->master, .events = POLLIN };
        struct timespec t = { .tv_sec = left / 1000000,
                              .tv_nsec = left % 1000000 * 1000 };
        if (ppoll(&f, 1, &t, NULL) > 0)
            pump(p, 0);
    }
}

void pty_settle(pty *p)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    while (now_ms() < deadline && !p->ended) {
        bool waited = has_read_all(p) && is_sleeping(p);
        if (!pump(p, QUIET_MS) && waited && is_sleeping(p))
            break;
    }
    p->read_before = count_read(p);
    p->sent = 0;
}

bool pty_expect(pty *p, const char *text)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    while (!pty_shows(p, text)) {
        if (now_ms() > deadline || (p->ended && !pump(p, 0)))
            return false;
        pump(p, 50);
    }
    return true;
}

bool pty_expect_end(pty *p)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    while (!p->ended && now_ms() < deadline)
        pump(p, 50);
    while (pump(p, 0))
        continue;
    return p->ended;
}

bool pty_expect_stop(pty *p)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    while (!p->stopped && !p->ended && now_ms() < deadline)
        pump(p, 50);
    while (pump(p, 0))
        continue;
    return p->stopped;
}

/* ---- input ----------------------------------------------------------------------------- */

void pty_send(pty *p, const void *bytes, size_t size)
{
    const char *at = bytes;
    for (size_t i = 0; i < size; i++) /* the kernel takes Ctrl-C, Ctrl-\ and Ctrl-Z */
        p->sent += at[i] != 0x03 && at[i] != 0x1c && at[i] != 0x1a;
    while (size > 0) {
        ssize_t n = write(p->master, at, size);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
}

void pty_send_all(pty *p, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0 && !p->ended) {
        struct pollfd ready = { .fd = p->master, .events = POLLIN | POLLOUT };
        size_t n = size < 256 ? size : 256;
        if (poll(&ready, 1, 10) == 1 && ready.revents & POLLOUT) {
            pty_send(p, at, n);
            at += n;
            size -= n;
        }
        while (pump(p, 0))
            continue;
    }
}

void pty_type(pty *p, const char *keys)
{
    pty_send(p, keys, strlen(keys));
}

void pty_mouse(pty *p, int code, int x, int y, bool release)
{
    char text[48];
    int n = snprintf(text, sizeof text, "\033[<%d;%d;%d%c", code, x + 1, y + 1,
                     release ? 'm' : 'M');
    pty_send(p, text, (size_t)n);
}

void pty_drag(pty *p, int button, const int (*cell)[2], int n)
{
    size_t size = ((size_t)n + 1) * 24, used = 0;
    char *text = malloc(size);
    if (!text)
        die("malloc");
    for (int i = 0; i <= n; i++) {
        int at = i < n ? i : n - 1;
        used += (size_t)snprintf(text + used, size - used, "\033[<%d;%d;%d%c",
                                 i > 0 && i < n ? button + PTY_DRAG : button,
                                 cell[at][0] + 1, cell[at][1] + 1, i < n ? 'M' : 'm');
    }
    pty_send(p, text, used);
    free(text);
}

void pty_foreground(pty *p)
{
    p->stopped = false;
    p->read_before = -1; /* unread input was discarded when it stopped */
    (void)!write(p->control, "c", 1);
}

void pty_again(pty *p)
{
    p->ended = false;
    p->read_before = -1;
    (void)!write(p->control, "a", 1);
    read_report(p);
}

void pty_kill(pty *p, int sig)
{
    p->provoked = true;
    kill(p->program, sig);
}

void pty_resize(pty *p, int cols, int rows)
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };
    p->cols = cols;
    p->rows = rows;
    vterm_set_size(p->vterm, rows, cols);
    if (p->pixels.cell_w > 0)
        pixels_resize(&p->pixels, cols, rows);
    ioctl(p->master, TIOCSWINSZ, &size);
}

/* ---- the screen ------------------------------------------------------------------------ */

VTermScreenCell pty_cell(const pty *p, int x, int y)
{
    VTermScreenCell cell = { .width = 1 };
    vterm_screen_get_cell(p->screen, (VTermPos){ .row = y, .col = x }, &cell);
    return cell;
}

int pty_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

const char *pty_row(const pty *p, int y)
{
    static char text[4096];
    int used = 0, end = 0;
    for (int x = 0; x < p->cols && used < (int)sizeof text - 4; x++) {
        uint32_t c = pty_cell(p, x, y).chars[0];
        used += pty_utf8(text + used, c ? c : ' ');
        if (c && c != ' ')
            end = used;
    }
    text[end] = '\0';
    return text;
}

bool pty_shows(const pty *p, const char *text)
{
    for (int y = 0; y < p->rows; y++)
        if (strstr(pty_row(p, y), text))
            return true;
    return false;
}

static int palette_index(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return -1;
    return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

int pty_fg(const pty *p, int x, int y)
{
    VTermScreenCell cell = pty_cell(p, x, y);
    return palette_index(&cell.fg);
}

int pty_bg(const pty *p, int x, int y)
{
    VTermScreenCell cell = pty_cell(p, x, y);
    return palette_index(&cell.bg);
}

int pty_count_unread(pty *p)
{
    int n = 0;
    struct termios modes;
    int slave = open(ptsname(p->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || tcgetattr(slave, &modes) != 0)
        die("pseudo-terminal");
    modes.c_lflag &= ~(tcflag_t)ICANON; /* else only whole lines count */
    tcsetattr(slave, TCSANOW, &modes);
    ioctl(slave, FIONREAD, &n);
    close(slave);
    return n;
}

bool pty_is_restored(const pty *p)
{
    static const int off[] = { 1000, 1002, 1003, 1006, 1016, 1049, 2004, 2026, 1 };
    struct termios now;
    if (tcgetattr(p->master, &now) != 0)
        return false;
    for (size_t i = 0; i < DP_COUNT(off); i++)
        if (p->mode[off[i]])
            return false;
    return p->mode[25] && now.c_iflag == p->before.c_iflag &&
           now.c_oflag == p->before.c_oflag && now.c_lflag == p->before.c_lflag &&
           now.c_cflag == p->before.c_cflag &&
           memcmp(now.c_cc, p->before.c_cc, sizeof now.c_cc) == 0;
}
