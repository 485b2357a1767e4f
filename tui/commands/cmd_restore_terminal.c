/* digitpad restore-terminal: resets the terminal after `kill -9` of a pad. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/options.h"
#include "tui/term/term.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char command[] = "restore-terminal";

/* Set the modes that a shell expects, as `stty sane` does. */
static int set_sane(int fd)
{
    struct termios modes;
    if (tcgetattr(fd, &modes) != 0)
        return -1;
    modes.c_iflag |= BRKINT | ICRNL | IXON;
    modes.c_iflag &= ~(tcflag_t)(INLCR | IGNCR | ISTRIP);
    modes.c_oflag |= OPOST | ONLCR;
    modes.c_lflag |= ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN;
    modes.c_lflag &= ~(tcflag_t)(ECHONL | NOFLSH | TOSTOP);
    return tcsetattr(fd, TCSAFLUSH, &modes);
}

static int run(const dp_options *given)
{
    (void)given;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        dp_cli_complain(command, "/dev/tty: %s", strerror(errno));
        return DP_EXIT_USAGE;
    }
    size_t size = strlen(dp_term_undo);
    bool done = write(fd, dp_term_undo, size) == (ssize_t)size && set_sane(fd) == 0;
    if (!done)
        dp_cli_complain(command, "/dev/tty: %s", strerror(errno));
    close(fd);
    return done ? DP_EXIT_DONE : DP_EXIT_IO;
}

const dp_command dp_cmd_restore_terminal = {
    .name = "restore-terminal",
    .summary = "reset every terminal mode that draw sets",
    .usage = { "restore-terminal" },
    .intro =
        "Reset every mode that 'digitpad draw' sets in the terminal: mouse reports, "
        "colours, hidden cursor, alternate screen, raw input. Needed only after a pad was "
        "killed with SIGKILL.",
    .run = run,
};
