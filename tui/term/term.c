#include "config.h"

#include "tui/term/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define MOUSE_ON  "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1016l\033[?1006l\033[?1003l\033[?1002l\033[?1000l"

/* The line feed on the last row makes room for the prompt where there is no alternate screen
 * to come back from. */
const char dp_term_undo[] =
    MOUSE_OFF "\033[0m\033(B\017\033[?25h\033[999;1H\n\033[?1049l";

enum {
    LEFTOVER_QUIET_MS = 20, /* reports on their way end with a pause like this… */
    LEFTOVER_MAX_MS = 100,  /* …or are given up */
    ALT_STACK = 64 * 1024,
};

/* Those that end the loop in good order. */
static const int quit_signals[] = { SIGINT, SIGTERM, SIGHUP };
/* Those that kill at once, after the terminal was restored. */
static const int fatal_signals[] = { SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,
                                     SIGSYS,  SIGTRAP, SIGQUIT, SIGPIPE, SIGALRM,
                                     SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ };
enum { N_QUIT = sizeof quit_signals / sizeof quit_signals[0] };
enum { N_FATAL = sizeof fatal_signals / sizeof fatal_signals[0] };

static struct {
    int in, out;
    struct termios found, raw;
    int wake[2];                      /* the self-pipe */
    int real_stderr, captured_stderr; /* −1: not captured */
    struct sigaction old[NSIG];
} term = {
    .in = -1, .out = -1, .wake = { -1, -1 }, .real_stderr = -1, .captured_stderr = -1
};

static unsigned char alt_stack[ALT_STACK]; /* zero, and so no part of the file */

static volatile sig_atomic_t entered;
static volatile sig_atomic_t quit_signal;
static atomic_uint requests;

/* Write everything, or as much as a dying terminal takes. Safe in a signal handler. */
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

/* A message in the middle of the picture would spoil both. */
static void capture_stderr(void)
{
    FILE *f = isatty(STDERR_FILENO) ? tmpfile() : NULL;
    if (!f)
        return;
    term.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    term.captured_stderr = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
    fclose(f);
    dup2(term.captured_stderr, STDERR_FILENO);
}

/* Safe in a signal handler. */
static void release_stderr(void)
{
    if (term.captured_stderr < 0)
        return;
    dup2(term.real_stderr, STDERR_FILENO);
    lseek(term.captured_stderr, 0, SEEK_SET);
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
    (void)!write(term.wake[1], "", 1); /* a full pipe wakes as well */
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

/* Nothing here but calls that POSIX allows in a handler; ncurses is not among them. The
 * earlier action comes last, so that a sanitizer still has its say. */
static void on_fatal(int sig)
{
    if (entered) {
        entered = 0;
        write_all(term.out, dp_term_undo, strlen(dp_term_undo));
        tcsetattr(term.out, TCSANOW, &term.found);
        tcflush(term.in, TCIFLUSH);
        release_stderr();
    }
    sigaction(sig, &term.old[sig], NULL);
    raise(sig);
}

static void handle(int sig, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, NULL);
}

/* What was ignored when the program started (nohup) stays ignored. */
static void handle_unless_ignored(int sig, void (*handler)(int), int flags)
{
    if (term.old[sig].sa_handler != SIG_IGN)
        handle(sig, handler, flags);
}

static void handle_all(void)
{
    for (int i = 0; i < N_QUIT; i++)
        handle_unless_ignored(quit_signals[i], on_quit, SA_RESTART);
    for (int i = 0; i < N_FATAL; i++)
        handle_unless_ignored(fatal_signals[i], on_fatal, SA_ONSTACK | SA_NODEFER);
    handle_unless_ignored(SIGTSTP, on_job, SA_RESTART);
    handle(SIGCONT, on_job, SA_RESTART);
    handle(SIGWINCH, on_job, SA_RESTART);
}

static const int job_signals[] = { SIGTSTP, SIGCONT, SIGWINCH };
enum { N_JOB = sizeof job_signals / sizeof job_signals[0] };

/* Call with each signal that this module touches. */
static void for_each_signal(void (*what)(int))
{
    for (int i = 0; i < N_QUIT; i++)
        what(quit_signals[i]);
    for (int i = 0; i < N_FATAL; i++)
        what(fatal_signals[i]);
    for (int i = 0; i < N_JOB; i++)
        what(job_signals[i]);
}

static void save_action(int sig)
{
    sigaction(sig, NULL, &term.old[sig]);
}

static void restore_action(int sig)
{
    sigaction(sig, &term.old[sig], NULL);
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
    for (int i = 0; i < N_QUIT; i++)
        sigaddset(&set, quit_signals[i]);
    for (int i = 0; i < N_JOB; i++)
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
    return term.in >= 0 && term.out >= 0 && tcgetattr(term.in, &term.found) == 0;
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
    term.raw = term.found;
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
    entered = 1;
    handle_all();
    set_raw();
    *in_fd = term.in;
    *out_fd = term.out;
    return DP_OK;
}

/* Reports that were on their way when the mouse was switched off must not reach the shell's
 * command line. */
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

void dp_term_mouse(bool on)
{
    const char *modes = on ? MOUSE_ON : MOUSE_OFF;
    write_all(term.out, modes, strlen(modes));
    if (!on)
        discard_leftovers();
}

static void set_found(void)
{
    tcflush(term.in, TCIFLUSH);
    tcsetattr(term.in, TCSADRAIN, &term.found);
    entered = 0;
}

void dp_term_resume(void)
{
    entered = 1;
    set_raw();
}

void dp_term_stop(void)
{
    set_found();
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
    set_found();
    for_each_signal(restore_action);
    release_stderr();
    close_all();
}

bool dp_term_size(int *cols, int *rows)
{
    struct winsize size;
    if (ioctl(term.out, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return false;
    *cols = size.ws_col;
    *rows = size.ws_row;
    return true;
}
