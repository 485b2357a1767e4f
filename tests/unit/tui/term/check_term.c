#include "config.h"

#include "tui/term/term.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char output[4096];
static int status;

/* Run a function in a child whose standard input, output and error are a new terminal. Its output
 * is then in `output`, its exit status in `status`. */
static void run_on_terminal(void (*function)(void))
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(master, 0);
    ck_assert(grantpt(master) == 0 && unlockpt(master) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        int tty = open(ptsname(master), O_RDWR);
        ioctl(tty, TIOCSCTTY, 0);
        for (int fd = 0; fd < 3; fd++)
            dup2(tty, fd);
        close(master);
        function();
        _exit(0);
    }
    size_t used = 0;
    memset(output, 0, sizeof output);
    /* While this is open, the kernel keeps what the child has written. */
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    ck_assert(waitpid(pid, &status, 0) == pid);
    fcntl(master, F_SETFL, O_NONBLOCK);
    for (ssize_t n; (n = read(master, output + used, sizeof output - 1 - used)) > 0;)
        used += (size_t)n;
    close(slave);
    close(master);
}

static void open_term(void)
{
    int in, out;
    if (dp_term_open(&in, &out, NULL) != DP_OK)
        _exit(99);
}

static void say(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void talk_and_close(void)
{
    open_term();
    say("[talk]");
    (void)!write(STDOUT_FILENO, "[picture]", 9);
    dp_term_close();
    say("[later]");
}

static void talk_and_crash(void)
{
    open_term();
    say("[talk]");
    (void)!write(STDOUT_FILENO, "[picture]", 9);
    raise(SIGSEGV);
}

static void talk_and_exit(void)
{
    open_term();
    say("[talk]");
    (void)!write(STDOUT_FILENO, "[picture]", 9);
    exit(3);
}

START_TEST(standard_error_is_held_back)
{
    run_on_terminal(talk_and_close);
    ck_assert_int_eq(status, 0);
    ck_assert_str_eq(output, "[picture][talk][later]");
}
END_TEST

/* The output ends with what restores the terminal, and then standard error. */
static void expect_restored(void)
{
    ck_assert(strncmp(output, "[picture]", 9) == 0);
    const char *undo = strstr(output, "\033[?1006l"), *talk = strstr(output, "[talk]");
    ck_assert(undo && talk && undo < talk);
    ck_assert(strstr(output, "\033[?1049l"));
}

START_TEST(a_crash_restores_the_terminal_and_prints_standard_error)
{
    run_on_terminal(talk_and_crash);
    ck_assert_int_ne(status, 0);
    expect_restored();
}
END_TEST

START_TEST(an_exit_of_a_library_restores_it_too)
{
    run_on_terminal(talk_and_exit);
    ck_assert_int_eq(WEXITSTATUS(status), 3);
    expect_restored();
}
END_TEST

START_TEST(without_a_terminal_it_fails)
{
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++)
            dup2(null, fd);
        int in = 0, out = 0;
        dp_err err = { DP_OK, "" };
        bool refused = dp_term_open(&in, &out, &err) == DP_USAGE && in == 0 && out == 0 &&
                       strstr(err.msg, "terminal");
        dp_term_close(); /* allowed */
        _exit(refused ? 0 : 1);
    }
    ck_assert(waitpid(pid, &status, 0) == pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_MAIN("term", standard_error_is_held_back,
          a_crash_restores_the_terminal_and_prints_standard_error,
          an_exit_of_a_library_restores_it_too, without_a_terminal_it_fails)
