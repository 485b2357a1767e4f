#include "config.h"

#include "weights/sandbox/landlock.h"

#ifdef __linux__
#include <sys/syscall.h>
#endif

#if defined(SYS_landlock_create_ruleset)
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel's interface. Headers may be older than the kernel, so it is written out here. */
enum {
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
    RULE_NET_PORT = 2,
    FS_EXECUTE = 1 << 0,
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_DIR = 1 << 4,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_DIR = 1 << 7,
    FS_MAKE_REG = 1 << 8,
    FS_MAKE_SYM = 1 << 12,
    FS_REFER = 1 << 13,    /* version 2 */
    FS_TRUNCATE = 1 << 14, /* version 3 */
    NET_BIND_TCP = 1 << 0, /* version 4 */
    NET_CONNECT_TCP = 1 << 1,
    FS_IOCTL_DEV = 1 << 15,         /* version 5 */
    SCOPE_ABSTRACT_SOCKET = 1 << 0, /* version 6 */
    SCOPE_SIGNAL = 1 << 1,
};

typedef struct handled {
    uint64_t fs, net, scoped;
} handled;

typedef struct __attribute__((packed)) path_rule {
    uint64_t access;
    int32_t parent;
} path_rule;

typedef struct port_rule {
    uint64_t access, port;
} port_rule;

/* Everything about files that a version can restrict. */
static uint64_t all_fs(int version)
{
    uint64_t all = (1 << 13) - 1;
    if (version >= 2)
        all |= FS_REFER;
    if (version >= 3)
        all |= FS_TRUNCATE;
    if (version >= 5)
        all |= FS_IOCTL_DEV;
    return all;
}

int dp_landlock_version(void)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

int dp_landlock_create(int version, bool any_port)
{
    const handled r = {
        .fs = all_fs(version),
        .net = any_port ? 0 : NET_BIND_TCP | NET_CONNECT_TCP,
        .scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL,
    };
    /* Older versions know a shorter structure. */
    const size_t size = version >= 6   ? sizeof r
                        : version >= 4 ? offsetof(handled, scoped)
                                       : offsetof(handled, net);
    return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

/* Allow `file` on a file and on those of a folder; on the folder, also `folder`; on a device, also
 * `device`. */
static void add_rule(int ruleset, int version, const char *path, uint64_t file,
                     uint64_t folder, uint64_t device)
{
    path_rule rule = { .access = file, .parent = open(path, O_PATH | O_CLOEXEC) };
    struct stat st;
    if (rule.parent < 0)
        return;
    if (fstat(rule.parent, &st) == 0 && S_ISDIR(st.st_mode))
        rule.access |= folder;
    else if (S_ISCHR(st.st_mode))
        rule.access |= device;
    rule.access &= all_fs(version);
    /* It fails for pipes, which the kernel does not restrict. */
    syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent);
}

void dp_landlock_allow_path(int ruleset, int version, const char *path, bool change)
{
    if (!change)
        add_rule(ruleset, version, path, FS_READ_FILE, FS_READ_DIR, 0);
    else
        add_rule(ruleset, version, path, FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE,
                 FS_READ_DIR | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR |
                     FS_MAKE_REG | FS_MAKE_SYM | FS_REFER,
                 FS_IOCTL_DEV);
}

void dp_landlock_allow_removal(int ruleset, int version, const char *folder)
{
    add_rule(ruleset, version, folder, 0, FS_REMOVE_FILE, 0);
}

void dp_landlock_allow_port(int ruleset, int version, int port)
{
    const port_rule rule = { NET_CONNECT_TCP, (uint64_t)port };
    if (version >= 4)
        syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0);
}

bool dp_landlock_enforce(int ruleset)
{
    return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

#else

int dp_landlock_version(void)
{
    return 0;
}

int dp_landlock_create(int version, bool any_port)
{
    (void)version, (void)any_port;
    return -1;
}

void dp_landlock_allow_path(int ruleset, int version, const char *path, bool change)
{
    (void)ruleset, (void)version, (void)path, (void)change;
}

void dp_landlock_allow_removal(int ruleset, int version, const char *folder)
{
    (void)ruleset, (void)version, (void)folder;
}

void dp_landlock_allow_port(int ruleset, int version, int port)
{
    (void)ruleset, (void)version, (void)port;
}

bool dp_landlock_enforce(int ruleset)
{
    (void)ruleset;
    return false;
}

#endif
