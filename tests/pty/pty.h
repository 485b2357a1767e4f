/* The real program on a pseudo-terminal: type, draw and resize as a person would, and read
 * the screen back through libvterm. Linux only where it asks /proc whether the program waits. */
#ifndef DP_TESTS_PTY_PTY_H
#define DP_TESTS_PTY_PTY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>
#include <vterm.h>

typedef struct pty_options {
    int cols, rows;          /* 0: 80×24 */
    const char *term;        /* NULL: xterm-256color; "": unset */
    const char *locale;      /* NULL: C.UTF-8 */
    speed_t speed;           /* of the line; 0: as it is */
    const char *env;         /* one more variable, "NO_COLOR=1" */
    const char *stdout_path; /* standard output goes here instead of the terminal */
} pty_options;

enum { PTY_CRASHES = 3 };

typedef struct pty {
    int master;
    int cols, rows;
    pid_t shell, program;
    int report, control; /* pipes from and to the shell */
    bool stopped, ended;
    int status; /* as of waitpid, once ended */
    VTerm *vterm;
    VTermScreen *screen;
    struct termios before; /* modes of the terminal when the program started */
    bool mode[3000];       /* private modes that are set now */
    size_t n_bytes;        /* of output, so far */
    int64_t output_us;     /* when the last of it came, by pty_now_us */
    long long sent;        /* bytes that the program has to read since pty_settle… */
    long long read_before; /* …when its counter of bytes read stood here; −1: unknown */
    char csi[64];          /* the control sequence being read */
    int n_csi;
    char last_char;           /* before it */
    int matched[PTY_CRASHES]; /* how much of each of them the output ends in */
    const char *crash;        /* what was found of them, or how the program died */
    bool provoked; /* the test wants a crash; otherwise pty_stop ends the test with it */
} pty;

enum {
    PTY_LEFT = 0,
    PTY_RIGHT = 2,
    PTY_DRAG = 32,
    PTY_WHEEL_UP = 64,
    PTY_WHEEL_DOWN = 65
};

/* Start $DIGITPAD with these arguments (NULL ends them; without the program's name). It runs
 * under a small shell of its own, so that it can be suspended. */
void pty_start(pty *p, const pty_options *options, const char *const args[]);
/* Kill what is left, and free. A program that crashed, whatever it was given, ends the test. */
void pty_stop(pty *p);

void pty_send(pty *p, const void *bytes, size_t size);
/* The same for more than the terminal's queue holds: output is read meanwhile. */
void pty_send_all(pty *p, const void *bytes, size_t size);
void pty_type(pty *p, const char *keys);

/* One SGR report at a 0-based cell. */
void pty_mouse(pty *p, int code, int x, int y, bool release);

/* A press, drags and a release in one write: n cells x, y. */
void pty_drag(pty *p, int button, const int (*cell)[2], int n);

/* Microseconds of a clock that only goes on. */
int64_t pty_now_us(void);

/* Clock ticks of processor time that the program has used; 0 where /proc does not say. */
long pty_cpu_ticks(const pty *p);

/* Read output for so long, whatever comes. */
void pty_wait(pty *p, int us);

/* Read output until there was none for a moment and the program waits, having read all that
 * was sent: on a busy machine a moment alone says nothing. */
void pty_settle(pty *p);

/* Read output until `text` is on the screen. False after some seconds without. */
bool pty_expect(pty *p, const char *text);

/* Likewise until the program has ended or stopped. */
bool pty_expect_end(pty *p);
bool pty_expect_stop(pty *p);

/* Continue it as `fg` would. */
void pty_foreground(pty *p);

void pty_kill(pty *p, int sig); /* provokes whatever follows */
void pty_resize(pty *p, int cols, int rows);

VTermScreenCell pty_cell(const pty *p, int x, int y);
/* A row of the screen as UTF-8, trailing blanks cut; valid until the next call. */
const char *pty_row(const pty *p, int y);
/* A character as UTF-8 without an end; returns the bytes, at most three. */
int pty_utf8(char *out, uint32_t c);
bool pty_shows(const pty *p, const char *text);
/* Palette index of a cell's colour; −1: the default. */
int pty_fg(const pty *p, int x, int y);
int pty_bg(const pty *p, int x, int y);

/* Whether modes, cursor and screen are as before the program started. */
bool pty_is_restored(const pty *p);

#endif
