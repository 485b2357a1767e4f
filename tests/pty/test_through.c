/* The pad inside tmux (with its mouse on and off), inside GNU screen, and over ssh to a server that
 * the test starts. None of them outlives its terminal. A program that is not installed is
 * skipped. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/tempdir.h"
#include "tests/pty/pty.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char program[1024];
static pty p;

static bool has_command(const char *name)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

/* Write a script that the harness starts instead of the program. */
static void wrap(const char *body)
{
    char path[300];
    snprintf(path, sizeof path, "%s/wrapper", tempdir());
    FILE *f = fopen(path, "w");
    ck_assert(f != NULL);
    fprintf(f, "#!/bin/sh\nPATH=$PATH:/usr/sbin\nfolder='%s' program='%s'\n%s\n",
            tempdir(), program, body);
    fclose(f);
    chmod(path, 0700);
    setenv("DIGITPAD", path, 1);
}

/* Draw, erase, move, resize and quit. */
static void draw_and_quit(int rows)
{
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 9 }, { 20, 15 } }, 3);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_drag(&p, PTY_RIGHT, (const int[][2]){ { 15, 10 }, { 27, 10 } }, 2);
    ck_assert(pty_expect(&p, "2 strokes"));
    pty_type(&p, "\033[A\033OB"); /* an arrow key in both its forms */
    ck_assert(pty_expect(&p, "arrows move"));
    pty_mouse(&p, PTY_WHEEL_UP, 20, 10, false);
    ck_assert(pty_expect(&p, "pen 4"));
    pty_resize(&p, 70, rows);
    ck_assert(pty_expect(&p, "pen 4")); /* drawn again, in the narrower window */
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}

static void go_through(const char *body)
{
    wrap(body);
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", "cnn", NULL });
    draw_and_quit(23);
}

static bool is_missing(const char *name)
{
    if (has_command(name))
        return false;
    printf("# %s is not installed: not tried\n", name);
    return true;
}

/* A new server each time: the previous one may not have ended yet. */
#define TMUX                                                                             \
    "tmux -S \"$folder/tmux.$$\" -f /dev/null new-session \"$program\" \"$@\" "          \
    "\\; set status off \\; set destroy-unattached on"

START_TEST(tmux_without_a_mouse)
{
    if (!is_missing("tmux"))
        go_through("exec " TMUX);
}
END_TEST

START_TEST(tmux_with_its_mouse)
{
    if (!is_missing("tmux"))
        go_through("exec " TMUX " \\; set mouse on");
}
END_TEST

/* What tmux has copied, while the pad runs in it. Starts with the first server's socket. */
static bool tmux_has_copied(const char *text)
{
    char command[600];
    snprintf(command, sizeof command,
             "for s in '%s'/tmux.*; do tmux -S \"$s\" show-buffer 2>/dev/null; done | "
             "grep -qx '%s'",
             tempdir(), text);
    return system(command) == 0;
}

START_TEST(tmux_takes_the_copied_digit)
{
    if (is_missing("tmux"))
        return;
    wrap("exec " TMUX " \\; set -s set-clipboard on");
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", "cnn", NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 9 }, { 20, 15 } }, 3);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_type(&p, "y");
    ck_assert(pty_expect(&p, "copied 1, if tmux allows it"));
    for (int i = 0; i < 1000 && !tmux_has_copied("1"); i++)
        pty_wait(&p, 20000);
    ck_assert(tmux_has_copied("1"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}
END_TEST

/* Count the cells with placeholders of kitty's protocol. */
static int count_placeholders(void)
{
    int n = 0;
    for (int y = 0; y < p.rows; y++)
        for (int x = 0; x < p.cols; x++)
            n += pty_cell(&p, x, y).chars[0] == 0x10eeee;
    return n;
}

static int count_images(void)
{
    return pixels_count_images(&p.pixels);
}

/* Wait for as many placeholders and images: tmux sends them when it likes. */
static void expect_counts(int placeholders, int images)
{
    for (int i = 0;
         i < 400 && (count_placeholders() != placeholders || count_images() != images);
         i++)
        pty_wait(&p, 50000);
    ck_assert_int_eq(count_placeholders(), placeholders);
    ck_assert_int_eq(count_images(), images);
}

/* Start the pad in tmux, in a terminal that says to be kitty. It is typed into a shell: in a new
 * session tmux would not know its terminal yet. */
static void start_in_kitty(const char *option)
{
    char body[600], command[1100];
    snprintf(
        body, sizeof body,
        "exec tmux -S \"$folder/tmux.$$\" -f /dev/null "
        "new-session env ENV= PS1=ready: sh -m \\; set status off \\; set destroy-unattached on "
        "\\; set -g allow-passthrough %s",
        option);
    wrap(body);
    pty_start(&p,
              &(pty_options){ .term = "xterm-kitty",
                              .name = "\033P>|kitty(0.42.1)\033\\",
                              .cell_w = 8,
                              .cell_h = 16 },
              (const char *const[]){ NULL });
    ck_assert(pty_expect(&p, "ready:"));
    snprintf(command, sizeof command, "%s draw -m cnn\r", program);
    pty_type(&p, command);
    ck_assert(pty_expect(&p, "draw a digit here"));
}

static void draw_in_kitty(bool passes)
{
    const int cells = passes ? 40 * 20 : 0;
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 9 }, { 20, 15 } }, 3);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_wait(&p, 300000); /* in which images could come that should not */
    expect_counts(cells, passes);
    pty_type(&p, "?");
    ck_assert(pty_expect(&p, "straight line"));
    expect_counts(0, 0);
    pty_type(&p, "?");
    for (int i = 0; i < 400 && pty_shows(&p, "straight line"); i++)
        pty_wait(&p, 50000);
    pty_type(&p, "\x1a"); /* Ctrl-Z */
    ck_assert(pty_expect(&p, "topped"));
    expect_counts(0, 0);
    pty_type(&p, "fg\r");
    ck_assert(pty_expect(&p, "1 stroke"));
    expect_counts(cells, passes);
    pty_type(&p, "q");
    ck_assert(pty_expect(&p, "ready:"));
    for (int i = 0; i < 300 && !p.ended; i++) {
        pty_type(&p, "exit\r"); /* which the pad drops while it ends */
        pty_wait(&p, 200000);
    }
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(count_images(), 0);
    ck_assert_msg(strncmp(p.pixels.error, "kitty", 5) != 0, "%s", p.pixels.error);
    pty_stop(&p);
}

START_TEST(tmux_passes_images_on_if_it_may)
{
    if (is_missing("tmux"))
        return;
    start_in_kitty("on");
    draw_in_kitty(true);
    start_in_kitty("off");
    draw_in_kitty(false);
}
END_TEST

START_TEST(gnu_screen)
{
    if (!is_missing("screen"))
        go_through(
            "export SCREENDIR=\"$folder/screens\"; mkdir -m 700 -p \"$SCREENDIR\"\n"
            "echo 'autodetach off' >\"$folder/screenrc\"\n"
            "exec screen -U -c \"$folder/screenrc\" \"$program\" \"$@\"");
}
END_TEST

/* ssh talks to sshd through a pipe, so there is no port and no daemon that could outlive the test.
 * Needs root, because sshd requires its folder for privilege separation. */
START_TEST(ssh_through_a_pipe)
{
    if (is_missing("/usr/sbin/sshd") || is_missing("ssh") || is_missing("ssh-keygen"))
        return;
    if (geteuid() != 0) {
        puts("# sshd needs root: not tried");
        return;
    }
    go_through(
        "mkdir -p /run/sshd; cd \"$folder\" || exit 1\n"
        "ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user\n"
        "sshd=\"/usr/sbin/sshd -i -f /dev/null -h $folder/host -E $folder/log\"\n"
        "sshd=\"$sshd -o AuthorizedKeysFile=$folder/user.pub\"\n"
        "exec ssh -tt -q -F /dev/null -i user -o StrictHostKeyChecking=no \\\n"
        "    -o \"ProxyCommand=$sshd -o StrictModes=no -o UsePAM=no\" \\\n"
        "    -o UserKnownHostsFile=/dev/null -o BatchMode=yes 127.0.0.1 \\\n"
        "    env HOME=\"$folder\" LC_ALL=C.UTF-8 HF_HUB_OFFLINE=1 \"$program\" \"$@\"");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { tmux_without_a_mouse,
                                   tmux_with_its_mouse,
                                   tmux_takes_the_copied_digit,
                                   tmux_passes_images_on_if_it_may,
                                   gnu_screen,
                                   ssh_through_a_pipe };
    const char *real = getenv("DIGITPAD");
    snprintf(program, sizeof program, "%s", real ? real : "./digitpad");
    return unit_run("through", tests, DP_COUNT(tests));
}
