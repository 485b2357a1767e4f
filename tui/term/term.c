#include "config.h"

#include "tui/term/term.h"

#include "engine/core/arith.h"
#include "tui/term/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define MOUSE_ON   "\033[?1002h\033[?1006h"
#define MOUSE_OFF  "\033[?1016l\033[?1006l\033[?1003l\033[?1002l\033[?1000l"
#define PIXELS_ON  "\033[?1016h"
#define PIXELS_OFF "\033[?1016l\033[?1006h" /* in xterm these modes exclude each other */
#define PASTE_ON   "\033[?2004h"
#define PASTE_OFF  "\033[?2004l"
#define SYNC_OFF   "\033[?2026l"
#define STRING_END "\033\\" /* of an image that was interrupted */

/* The line feed in the last row makes room for the prompt on terminals without an alternate
 * screen. */
const char dp_term_undo[] = STRING_END SYNC_OFF MOUSE_OFF PASTE_OFF
    "\033[0m\033(B\017\033[?25h\033[999;1H\n\033[?1049l";

enum {
    LEFTOVER_QUIET_MS = 20, /* no report for this long: there are no more under way */
    LEFTOVER_MAX_MS = 100,  /* stop waiting for that */
    ALT_STACK = 64 * 1024,
};

/* Signals that end the loop. */
static const int quit_signals[] = { SIGINT, SIGTERM, SIGHUP };
/* Signals that end the process at once, after the terminal was restored. */
static const int fatal_signals[] = { SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,
                                     SIGSYS,  SIGTRAP, SIGQUIT, SIGPIPE, SIGALRM,
                                     SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ };
/* Signals of job control and of the window. */
static const int job_signals[] = { SIGTSTP, SIGCONT, SIGWINCH };

/* The handlers before ours, by signal. */
static struct sigaction old_action[NSIG];

static struct {
    int in, out;
    struct termios saved, raw;
    unsigned reports;                 /* those switched on */
    int wake[2];                      /* the self-pipe, written by the handlers */
    int real_stderr, captured_stderr; /* −1: not captured */
    pid_t owner;                      /* the process that opened it; 0: none so far */
} term = {
    .in = -1, .out = -1, .wake = { -1, -1 }, .real_stderr = -1, .captured_stderr = -1
};

/* For the fatal handlers: the normal stack may have overflowed. */
static unsigned char alt_stack[ALT_STACK];

static const char *volatile more_undo = ""; /* see dp_term_undo_also */
static volatile sig_atomic_t active;        /* the terminal is in raw mode */
static volatile sig_atomic_t quit_signal;
static atomic_uint requests;

/* Write everything; give up if the terminal is gone. Async-signal-safe. */
static void write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        data += n;
        size -= (size_t)n;
    }
}

/* ---- standard error -------------------------------------------------------------------- */

/* Keep messages out of the picture: redirect standard error to a pipe, which holds 64 KiB. What does
 * not fit is lost, because nobody may wait for room. */
static void capture_stderr(void)
{
    int end[2];
    if (!isatty(STDERR_FILENO) || pipe2(end, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    term.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    term.captured_stderr = end[0];
    dup2(end[1], STDERR_FILENO);
    close(end[1]);
}

/* Print what was captured. Async-signal-safe. */
static void release_stderr(void)
{
    if (term.captured_stderr < 0)
        return;
    dup2(term.real_stderr, STDERR_FILENO);
    char piece[1024];
    ssize_t n;
    while ((n = read(term.captured_stderr, piece, sizeof piece)) > 0)
        write_all(STDERR_FILENO, piece, (size_t)n);
    close(term.captured_stderr);
    close(term.real_stderr);
    term.captured_stderr = term.real_stderr = -1;
}

/* ---- signals --------------------------------------------------------------------------- */

static void request(unsigned what)
{
    int saved = errno;
    atomic_fetch_or(&requests, what);
    (void)!write(term.wake[1], "", 1); /* if the pipe is full, the loop wakes anyway */
    errno = saved;
}

static void on_quit(int sig)
{
    quit_signal = sig;
    request(DP_TERM_QUIT);
}

static void on_job(int sig)
{
    request(sig == SIGTSTP   ? DP_TERM_SUSPEND
            : sig == SIGCONT ? DP_TERM_RESUMED
                             : DP_TERM_RESIZED);
}

/* Restore the terminal at an unexpected end. Uses only async-signal-safe functions, so nothing of
 * ncurses. */
static void undo(void)
{
    if (!active || getpid() != term.owner)
        return;
    active = 0;
    write_all(term.out, more_undo, strlen(more_undo));
    write_all(term.out, dp_term_undo, strlen(dp_term_undo));
    tcsetattr(term.out, TCSANOW, &term.saved);
    tcflush(term.in, TCIFLUSH);
    release_stderr();
}

/* Passes the signal on to the action that was installed before: the default, or a sanitizer's
 * report. */
static void on_fatal(int sig)
{
    undo();
    sigaction(sig, &old_action[sig], NULL);
    raise(sig);
}

static void handle(int sig, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, NULL);
}

/* A signal that was ignored when the program started (nohup) stays ignored. */
static void handle_unless_ignored(int sig, void (*handler)(int), int flags)
{
    if (old_action[sig].sa_handler != SIG_IGN)
        handle(sig, handler, flags);
}

static void handle_all(void)
{
    for (size_t i = 0; i < DP_COUNT(quit_signals); i++)
        handle_unless_ignored(quit_signals[i], on_quit, SA_RESTART);
    for (size_t i = 0; i < DP_COUNT(fatal_signals); i++)
        handle_unless_ignored(fatal_signals[i], on_fatal, SA_ONSTACK | SA_NODEFER);
    handle_unless_ignored(SIGTSTP, on_job, SA_RESTART);
    handle(SIGCONT, on_job, SA_RESTART);
    handle(SIGWINCH, on_job, SA_RESTART);
}

/* Call `what` with each signal that this module handles. */
static void for_each_signal(void (*what)(int))
{
    for (size_t i = 0; i < DP_COUNT(quit_signals); i++)
        what(quit_signals[i]);
    for (size_t i = 0; i < DP_COUNT(fatal_signals); i++)
        what(fatal_signals[i]);
    for (size_t i = 0; i < DP_COUNT(job_signals); i++)
        what(job_signals[i]);
}

static void save_action(int sig)
{
    sigaction(sig, NULL, &old_action[sig]);
}

static void restore_action(int sig)
{
    sigaction(sig, &old_action[sig], NULL);
}

int dp_term_wake_fd(void)
{
    return term.wake[0];
}

unsigned dp_term_requests(void)
{
    char bytes[64];
    while (read(term.wake[0], bytes, sizeof bytes) > 0)
        continue;
    return atomic_exchange(&requests, 0);
}

int dp_term_quit_signal(void)
{
    return quit_signal;
}

void dp_term_block_signals(sigset_t *old)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < DP_COUNT(quit_signals); i++)
        sigaddset(&set, quit_signals[i]);
    for (size_t i = 0; i < DP_COUNT(job_signals); i++)
        sigaddset(&set, job_signals[i]);
    pthread_sigmask(SIG_BLOCK, &set, old);
}

void dp_term_unblock_signals(const sigset_t *old)
{
    pthread_sigmask(SIG_SETMASK, old, NULL);
}

/* ---- opening and closing --------------------------------------------------------------- */

static bool find_terminal(void)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        term.in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        term.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    } else {
        term.in = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        if (term.in >= 0)
            term.out = fcntl(term.in, F_DUPFD_CLOEXEC, 3);
    }
    return term.in >= 0 && term.out >= 0 && tcgetattr(term.in, &term.saved) == 0;
}

static bool make_wake_pipe(void)
{
    if (pipe(term.wake) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        fcntl(term.wake[i], F_SETFL, O_NONBLOCK);
        fcntl(term.wake[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_all(void)
{
    close_fd(&term.in);
    close_fd(&term.out);
    close_fd(&term.wake[0]);
    close_fd(&term.wake[1]);
}

static void set_raw(void)
{
    term.raw = term.saved;
    term.raw.c_iflag &=
        ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | PARMRK);
    term.raw.c_oflag &= ~(tcflag_t)ONLCR;
    term.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
    term.raw.c_cc[VMIN] = 1;
    term.raw.c_cc[VTIME] = 0;
    tcsetattr(term.in, TCSADRAIN, &term.raw);
}

dp_code dp_term_open(int *in_fd, int *out_fd, dp_err *err)
{
    if (!find_terminal()) {
        close_all();
        return dp_fail(err, DP_USAGE,
                       "there is no terminal to draw on (over ssh: ssh -t)");
    }
    if (!make_wake_pipe()) {
        close_all();
        return dp_fail(err, DP_IO, "pipe: %s", strerror(errno));
    }
    stack_t stack = { .ss_sp = alt_stack, .ss_size = sizeof alt_stack };
    sigaltstack(&stack, NULL);
    capture_stderr();
    for_each_signal(save_action);
    if (term.owner == 0)
        atexit(undo); /* ncurses and libgomp exit if memory is short */
    term.owner = getpid();
    active = 1;
    handle_all();
    set_raw();
    *in_fd = term.in;
    *out_fd = term.out;
    return DP_OK;
}

/* Read and drop the mouse reports that are still under way, or the shell would get them. */
static void discard_leftovers(void)
{
    struct pollfd p = { .fd = term.in, .events = POLLIN };
    for (int i = 0; i < LEFTOVER_MAX_MS / LEFTOVER_QUIET_MS; i++) {
        char bytes[512];
        if (poll(&p, 1, LEFTOVER_QUIET_MS) != 1 ||
            read(term.in, bytes, sizeof bytes) <= 0)
            return;
    }
}

static void send(const char *sequences)
{
    write_all(term.out, sequences, strlen(sequences));
}

void dp_term_report(unsigned reports)
{
    static const struct {
        const char *on, *off;
    } sequences[] = { { MOUSE_ON, MOUSE_OFF },
                      { PIXELS_ON, PIXELS_OFF },
                      { PASTE_ON, PASTE_OFF } };
    unsigned changed = reports ^ term.reports;
    for (size_t i = DP_COUNT(sequences); i-- > 0;)
        if (changed & ~reports & 1U << i)
            send(sequences[i].off);
    for (size_t i = 0; i < DP_COUNT(sequences); i++)
        if (changed & reports & 1U << i)
            send(sequences[i].on);
    term.reports = reports;
    if (!reports && changed)
        discard_leftovers();
}

static void restore_modes(void)
{
    tcflush(term.in, TCIFLUSH);
    tcsetattr(term.in, TCSADRAIN, &term.saved);
    active = 0;
}

void dp_term_undo_also(const char *sequences)
{
    more_undo = sequences ? sequences : "";
}

void dp_term_resume(void)
{
    active = 1;
    term.reports = 0;
    set_raw();
}

void dp_term_stop(void)
{
    restore_modes();
    handle(SIGTSTP, SIG_DFL, 0);
    raise(SIGTSTP);
    handle(SIGTSTP, on_job, SA_RESTART);
    dp_term_resume();
    atomic_fetch_and(&requests, ~(unsigned)(DP_TERM_SUSPEND | DP_TERM_RESUMED));
}

void dp_term_close(void)
{
    if (term.in < 0)
        return;
    restore_modes();
    for_each_signal(restore_action);
    release_stderr();
    close_all();
}

static bool get_window(struct winsize *size)
{
    return ioctl(term.out, TIOCGWINSZ, size) == 0 && size->ws_col > 0 && size->ws_row > 0;
}

bool dp_term_size(int *cols, int *rows)
{
    struct winsize size;
    if (!get_window(&size))
        return false;
    *cols = size.ws_col;
    *rows = size.ws_row;
    return true;
}

bool dp_term_cell(int *width, int *height)
{
    struct winsize size;
    if (!get_window(&size) || size.ws_xpixel < size.ws_col ||
        size.ws_ypixel < size.ws_row)
        return false;
    *width = dp_caps_cell_length(size.ws_xpixel, size.ws_col);
    *height = dp_caps_cell_length(size.ws_ypixel, size.ws_row);
    return true;
}
