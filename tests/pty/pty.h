/* Runs the real program on a pseudo-terminal. A test types, draws with the mouse and resizes the
 * window; libvterm turns the output into a screen that the test can read. On Linux, /proc says
 * whether the program waits for input. */
#ifndef DP_TESTS_PTY_PTY_H
#define DP_TESTS_PTY_PTY_H

#include "tests/pty/pixels.h"

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
    speed_t speed;           /* of the line; 0: unchanged */
    const char *env;         /* one more variable, "NO_COLOR=1" */
    const char *stdout_path; /* a file for standard output; NULL: the terminal */
    /* What the terminal answers to the queries that end in DA1; "": nothing, to none. NULL:
     * libvterm answers. */
    const char *replies;
    const char *name;   /* what it answers to XTVERSION at once; NULL: nothing */
    int cell_w, cell_h; /* of a cell in pixels, to decode sixels and images; 0: do not */
    const char *const *again; /* the arguments of pty_again; NULL: it is not called */
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
    pixel_screen pixels;   /* sixels and images; cell_w is 0 if they are not decoded */
    struct termios before; /* modes of the terminal when the program started */
    bool mode[3000];       /* private modes that are set */
    const char *replies;   /* of pty_options, */
    const char *name;      /* and this */
    int n_asked;           /* how often DA1 was asked for… */
    int n_cell_asked;      /* …and the size of a cell */
    int n_synchronized;    /* frames in synchronized output */
    bool frame_was_first;  /* the pad was shown before it asked */
    size_t n_bytes;        /* of output, so far */
    int64_t output_us;     /* when the last of it came, by pty_now_us */
    long long sent;        /* bytes sent since the last pty_settle… */
    long long read_before; /* …and the program's count of bytes read then; −1: unknown */
    char csi[64];          /* the control sequence being read */
    int n_csi;
    char last_char; /* before it */
    int apc;        /* whether an APC is being read, or what tmux is to pass on */
    int n_tmux;     /* how much of the beginning of the latter was read */
    int matched
        [PTY_CRASHES]; /* how much of each message of a crash the output ends with */
    const char *crash; /* the message that was found; NULL: none */
    bool provoked;     /* the test causes the crash, so pty_stop accepts it */
} pty;

enum {
    PTY_LEFT = 0,
    PTY_RIGHT = 2,
    PTY_DRAG = 32,
    PTY_HOVER = 35,
    PTY_WHEEL_UP = 64,
    PTY_WHEEL_DOWN = 65
};

/* Start $DIGITPAD with these arguments (NULL ends them; without the program's name). It runs
 * under a small shell of its own, so that it can be suspended. */
void pty_start(pty *p, const pty_options *options, const char *const args[]);
/* Kill the program, if it still runs, and free. If it crashed, this ends the test as failed. */
void pty_stop(pty *p);

/* Start the program again on the same terminal, after it has ended, with the arguments `again` of
 * pty_options. Once only. */
void pty_again(pty *p);

void pty_send(pty *p, const void *bytes, size_t size);
/* The same for more bytes than the terminal's queue holds. Reads output meanwhile. */
void pty_send_all(pty *p, const void *bytes, size_t size);
void pty_type(pty *p, const char *keys);

/* One SGR report at a 0-based cell, or pixel. */
void pty_mouse(pty *p, int code, int x, int y, bool release);

/* A press, drags and a release at n cells (x, y), in one write. */
void pty_drag(pty *p, int button, const int (*cell)[2], int n);

/* The monotonic clock in microseconds. */
int64_t pty_now_us(void);

/* The processor time of the program in clock ticks; 0 if /proc does not say. */
long pty_cpu_ticks(const pty *p);

/* The memory of the program that is resident, in KiB; 0 if /proc does not say. */
long pty_memory_kib(const pty *p);

/* Read output for `us` microseconds. */
void pty_wait(pty *p, int us);

/* Read output until the program has read all that was sent, sleeps, and has written nothing for a
 * moment. (On a busy machine, a moment without output alone means nothing.) */
void pty_settle(pty *p);

/* Read output until `text` is on the screen. False if that takes more than a minute. */
bool pty_expect(pty *p, const char *text);

/* Read output until the program has ended, or has stopped. False as above. */
bool pty_expect_end(pty *p);
bool pty_expect_stop(pty *p);

/* Continue the stopped program, as `fg` does. */
void pty_foreground(pty *p);

void pty_kill(pty *p, int sig); /* sets p->provoked */
void pty_resize(pty *p, int cols, int rows);

VTermScreenCell pty_cell(const pty *p, int x, int y);
/* A row of the screen as UTF-8, trailing blanks cut; valid until the next call. */
const char *pty_row(const pty *p, int y);
/* Encode a character as UTF-8, without a terminator. Returns the number of bytes, at most 3. */
int pty_utf8(char *out, uint32_t c);
bool pty_shows(const pty *p, const char *text);
/* The palette index of a cell's colour; −1: the default. */
int pty_fg(const pty *p, int x, int y);
int pty_bg(const pty *p, int x, int y);

/* How many bytes of input the program has left unread. The terminal is in raw mode afterwards. */
int pty_count_unread(pty *p);

/* Whether terminal modes, private modes and cursor are as before the program started. */
bool pty_is_restored(const pty *p);

#endif
