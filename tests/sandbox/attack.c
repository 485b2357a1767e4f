#include "config.h"

#include "tests/sandbox/attack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Each returns whether it had success. */

static bool read_passwords(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static char *in_home(char path[PATH_MAX], const char *name)
{
    snprintf(path, PATH_MAX, "%s/%s", getenv("HOME"), name);
    return path;
}

static bool write_home(void)
{
    char path[PATH_MAX];
    return open(in_home(path, "planted"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool overwrite_home(void)
{
    char path[PATH_MAX];
    return open(in_home(path, "letter"), O_WRONLY | O_TRUNC | O_CLOEXEC) >= 0;
}

static bool remove_home(void)
{
    char path[PATH_MAX];
    return unlink(in_home(path, "letter")) == 0;
}

static bool change_mode(void)
{
    char path[PATH_MAX];
    return chmod(in_home(path, "letter"), 0777) == 0;
}

/* A server listens at the port ATTACK_PORT of this machine. */
static bool connect_out(void)
{
    const char *port = getenv("ATTACK_PORT");
    const struct sockaddr_in to = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)atoi(port ? port : "9")),
                                    .sin_addr = { htonl(INADDR_LOOPBACK) } };
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return s >= 0 && (connect(s, (const struct sockaddr *)&to, sizeof to) == 0 ||
                      errno == ECONNREFUSED);
}

static bool start_process(void)
{
    const pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

/* With success it would not return, so it names no program: ENOENT means that it was allowed. */
static bool start_program(void)
{
    char *argv[] = { NULL };
    execve("/nonexistent", argv, argv);
    return errno != EPERM;
}

static bool signal_parent(void)
{
    return kill(getppid(), 0) == 0;
}

/* Read a byte of the parent, at any address. */
static bool look_into_parent(void)
{
    char byte;
    const struct iovec here = { &byte, 1 }, there = { (void *)(uintptr_t)4096, 1 };
    return process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1 || errno == EFAULT;
}

/* Put a letter where the shell would read it. */
static bool type(void)
{
    return ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno != EPERM;
}

static int report = -1;

/* Before the program can confine itself. */
__attribute__((constructor)) static void open_report(void)
{
    const char *path = getenv("ATTACK_REPORT");
    if (path)
        report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void attack(const char *name)
{
    static const struct {
        const char *name;
        bool (*succeeds)(void);
    } attempts[] = {
        { "read-passwords", read_passwords },
        { "write-home", write_home },
        { "overwrite-home", overwrite_home },
        { "remove-home", remove_home },
        { "change-mode", change_mode },
        { "connect", connect_out },
        { "start-process", start_process },
        { "start-program", start_program },
        { "signal-parent", signal_parent },
        { "look-into-parent", look_into_parent },
        { "type", type },
    };
    static const char *seen[32];
    static int n;
    for (int i = 0; i < n; i++)
        if (strcmp(seen[i], name) == 0)
            return;
    if (report < 0 || n == (int)(sizeof seen / sizeof *seen))
        return;
    seen[n++] = name;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        dprintf(report, "%s %s %s\n", name, attempts[i].name,
                attempts[i].succeeds() ? "DONE" : "refused");
}
