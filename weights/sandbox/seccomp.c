#include "config.h"

#include "weights/sandbox/seccomp.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include "engine/core/arith.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#else
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

/* Refused whatever the arguments are: programs and processes; */
static const int processes[] = { SYS_execve,
                                 SYS_execveat,
                                 SYS_ptrace,
                                 SYS_process_vm_readv,
                                 SYS_process_vm_writev,
                                 SYS_kcmp,
                                 SYS_pidfd_open,
                                 SYS_pidfd_getfd,
                                 SYS_pidfd_send_signal,
                                 SYS_tkill,
                                 SYS_rt_sigqueueinfo,
                                 SYS_rt_tgsigqueueinfo,
                                 SYS_process_madvise,
                                 SYS_unshare,
                                 SYS_setns,
                                 SYS_personality,
                                 SYS_memfd_create };
/* modes, owners and names of files, which Landlock does not restrict; */
static const int files[] = { SYS_fchmodat,
                             SYS_fchownat,
                             SYS_fchown,
                             SYS_utimensat,
                             SYS_setxattr,
                             SYS_lsetxattr,
                             SYS_fsetxattr,
                             SYS_removexattr,
                             SYS_lremovexattr,
                             SYS_fremovexattr,
                             SYS_chroot,
                             SYS_pivot_root,
                             SYS_mount,
                             SYS_umount2,
                             SYS_open_tree,
                             SYS_move_mount,
                             SYS_fsopen,
                             SYS_fsmount,
                             SYS_fsconfig,
                             SYS_fspick,
                             SYS_mount_setattr,
                             SYS_name_to_handle_at,
                             SYS_open_by_handle_at,
                             SYS_fanotify_init,
                             SYS_quotactl,
                             SYS_acct };
/* the kernel itself; */
static const int kernel[] = { SYS_io_uring_setup,
                              SYS_io_uring_enter,
                              SYS_io_uring_register,
                              SYS_bpf,
                              SYS_userfaultfd,
                              SYS_perf_event_open,
                              SYS_add_key,
                              SYS_request_key,
                              SYS_keyctl,
                              SYS_init_module,
                              SYS_finit_module,
                              SYS_delete_module,
                              SYS_kexec_load,
                              SYS_reboot,
                              SYS_swapon,
                              SYS_swapoff,
                              SYS_syslog,
                              SYS_setdomainname,
                              SYS_sethostname,
                              SYS_settimeofday,
                              SYS_clock_settime,
                              SYS_clock_adjtime,
                              SYS_adjtimex,
                              SYS_vhangup,
                              SYS_landlock_create_ruleset };
/* and what x86-64 has besides. */
#ifdef __x86_64__
static const int old[] = { SYS_fork,   SYS_vfork,          SYS_chmod,      SYS_chown,
                           SYS_lchown, SYS_utime,          SYS_utimes,     SYS_futimesat,
                           SYS_uselib, SYS_ustat,          SYS_modify_ldt, SYS_ioperm,
                           SYS_iopl,   SYS_kexec_file_load };
#else
static const int old[] = { SYS_kexec_file_load };
#endif
static const int listening[] = { SYS_listen };
static const int accepting[] = { SYS_accept, SYS_accept4 };
/* Name lookups of the C library bind sockets of the kernel; libcurl wakes its threads by pairs. */
static const int connecting[] = { SYS_connect, SYS_bind, SYS_socketpair };

/* ---- what is decided about a call ------------------------------------------------------ */

typedef enum verdict {
    ALLOWED, /* 0 */
    REFUSED,
    ONLY_TO_SELF, /* signals: abort and raise need them */
    ONLY_THREADS,
    UNKNOWN, /* ENOSYS */
    NO_TYPING,
    USEFUL_SOCKETS,
} verdict;

enum { MAX_CALLS = 512 }; /* above it, every call is allowed */

static void set(uint8_t *of_call, const int *call, size_t n, verdict v)
{
    for (size_t i = 0; i < n; i++)
        of_call[call[i]] = (uint8_t)v;
}

/* of_call: [MAX_CALLS], zeroed. */
static void decide(uint8_t *of_call, bool connect, bool accept)
{
    set(of_call, processes, DP_COUNT(processes), REFUSED);
    set(of_call, files, DP_COUNT(files), REFUSED);
    set(of_call, kernel, DP_COUNT(kernel), REFUSED);
    set(of_call, old, DP_COUNT(old), REFUSED);
    set(of_call, listening, DP_COUNT(listening), REFUSED);
    if (!accept)
        set(of_call, accepting, DP_COUNT(accepting), REFUSED);
    if (!connect)
        set(of_call, connecting, DP_COUNT(connecting), REFUSED);
    of_call[SYS_kill] = of_call[SYS_tgkill] = ONLY_TO_SELF;
    of_call[SYS_clone] = ONLY_THREADS;
    /* Its flags lie in memory, where a filter cannot look; without it the C library uses clone. */
    of_call[SYS_clone3] = UNKNOWN;
    of_call[SYS_ioctl] = NO_TYPING;
    of_call[SYS_socket] = connect ? USEFUL_SOCKETS : REFUSED;
}

/* ---- the filter ------------------------------------------------------------------------ */

/* A program under construction. */
typedef struct program {
    struct sock_filter code[512];
    unsigned short n;
} program;

static void emit(program *p, struct sock_filter instruction)
{
    p->code[p->n++] = instruction;
}

static void load(program *p, size_t offset)
{
    emit(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The low half of an argument. Both architectures are little-endian. */
static void load_argument(program *p, int i)
{
    load(p, offsetof(struct seccomp_data, args) + 8 * (size_t)i);
}

static void give(program *p, uint32_t answer)
{
    emit(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

static void refuse(program *p)
{
    give(p, SECCOMP_RET_ERRNO | EPERM);
}

/* Compare the accumulator with a value: if the comparison holds, give the answer. */
static void give_if(program *p, uint16_t comparison, uint32_t value, uint32_t answer)
{
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | comparison | BPF_K, value, 0, 1));
    give(p, answer);
}

/* Foreign conventions have other numbers for the calls: i386 on x86-64, and its x32. */
static void refuse_foreign(program *p)
{
    load(p, offsetof(struct seccomp_data, arch));
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0));
    refuse(p);
    load(p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    give_if(p, BPF_JGE, 0x40000000, SECCOMP_RET_ERRNO | EPERM);
#endif
}

/* Typing into the terminal's input: a shell would read that after this program. */
static void refuse_typing(program *p)
{
    load_argument(p, 1);
    give_if(p, BPF_JEQ, TIOCSTI, SECCOMP_RET_ERRNO | EPERM);
    give_if(p, BPF_JEQ, TIOCLINUX, SECCOMP_RET_ERRNO | EPERM);
    give(p, SECCOMP_RET_ALLOW);
}

/* Sockets of the Internet, and those by which the C library asks for names and addresses. */
static void allow_useful_sockets(program *p)
{
    static const int useful[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
    load_argument(p, 0);
    for (size_t i = 0; i < DP_COUNT(useful); i++)
        give_if(p, BPF_JEQ, (uint32_t)useful[i], SECCOMP_RET_ALLOW);
    refuse(p);
}

static void write_verdict(program *p, verdict v)
{
    switch (v) {
    case ALLOWED:
        give(p, SECCOMP_RET_ALLOW);
        break;
    case REFUSED:
        refuse(p);
        break;
    case ONLY_TO_SELF:
        load_argument(p, 0);
        give_if(p, BPF_JEQ, (uint32_t)getpid(), SECCOMP_RET_ALLOW);
        refuse(p);
        break;
    case ONLY_THREADS:
        load_argument(p, 0);
        give_if(p, BPF_JSET, CLONE_THREAD, SECCOMP_RET_ALLOW);
        refuse(p);
        break;
    case UNKNOWN:
        give(p, SECCOMP_RET_ERRNO | ENOSYS);
        break;
    case NO_TYPING:
        refuse_typing(p);
        break;
    case USEFUL_SOCKETS:
        allow_useful_sockets(p);
        break;
    }
}

/* Find the verdict on a call by halving. first: [n], where runs of calls with the same verdict begin. So
 * every way is short: the kernel goes through the filter for each call when it takes it. */
static void find_verdict(program *p, const uint8_t *of_call, const int *first, int n)
{
    if (n == 1) {
        write_verdict(p, (verdict)of_call[*first]);
        return;
    }
    const int half = n / 2;
    const unsigned short branch = p->n;
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)first[half],
                                         0, 0));
    find_verdict(p, of_call, first, half);
    p->code[branch].jt =
        (uint8_t)(p->n - branch - 1); /* a program of 512 has room for it */
    find_verdict(p, of_call, first + half, n - half);
}

bool dp_seccomp_supported(void)
{
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

bool dp_seccomp_enforce(bool connect, bool accept)
{
    uint8_t of_call[MAX_CALLS] = { 0 };
    int first[MAX_CALLS] = { 0 }, n = 1;
    program p = { .n = 0 };
    decide(of_call, connect, accept);
    for (int call = 1; call < MAX_CALLS; call++)
        if (of_call[call] != of_call[call - 1])
            first[n++] = call;
    refuse_foreign(&p);
    find_verdict(&p, of_call, first, n);
    const struct sock_fprog filter = { p.n, p.code };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

#else

bool dp_seccomp_supported(void)
{
    return false;
}

bool dp_seccomp_enforce(bool connect, bool accept)
{
    (void)connect, (void)accept;
    return false;
}

#endif
