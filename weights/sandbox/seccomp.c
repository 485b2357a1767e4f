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

/* A program under construction. A jump goes over a number of instructions, so that rules stand
 * alone and can be written one after another. */
typedef struct program {
    struct sock_filter code[256];
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

static void give(program *p, uint32_t answer)
{
    emit(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

static void refuse(program *p)
{
    give(p, SECCOMP_RET_ERRNO | EPERM);
}

/* If the accumulator equals the value, do the next instruction, else skip it. */
static void if_equal(program *p, uint32_t value)
{
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
}

static void refuse_calls(program *p, const int *call, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if_equal(p, (uint32_t)call[i]);
        refuse(p);
    }
}

/* The low half of an argument. Both architectures are little-endian. */
static size_t argument(int i)
{
    return offsetof(struct seccomp_data, args) + 8 * (size_t)i;
}

/* If the call is this one, load an argument; else skip the next `rule` instructions, which must end
 * in a decision. */
static void of_call(program *p, int call, int i, int rule)
{
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0,
                                         (uint8_t)(rule + 1)));
    load(p, argument(i));
}

/* Foreign conventions have other numbers for the calls: i386 on x86-64, and its x32. */
static void refuse_foreign(program *p)
{
    load(p, offsetof(struct seccomp_data, arch));
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0));
    refuse(p);
    load(p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    refuse(p);
#endif
}

/* Signals only to this process: abort and raise need that. */
static void refuse_signals(program *p)
{
    static const int calls[] = { SYS_kill, SYS_tgkill };
    for (size_t i = 0; i < DP_COUNT(calls); i++) {
        of_call(p, calls[i], 0, 3);
        emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                             (uint32_t)getpid(), 1, 0));
        refuse(p);
        give(p, SECCOMP_RET_ALLOW);
    }
}

/* Threads, but no processes. The flags of clone3 lie in memory, where a filter cannot look; after ENOSYS
 * the C library uses clone. */
static void refuse_processes(program *p)
{
    if_equal(p, SYS_clone3);
    give(p, SECCOMP_RET_ERRNO | ENOSYS);
    of_call(p, SYS_clone, 0, 3);
    emit(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
    refuse(p);
    give(p, SECCOMP_RET_ALLOW);
}

/* Typing into the terminal's input: a shell would read that after this program. */
static void refuse_typing(program *p)
{
    of_call(p, SYS_ioctl, 1, 5);
    if_equal(p, TIOCSTI);
    refuse(p);
    if_equal(p, TIOCLINUX);
    refuse(p);
    give(p, SECCOMP_RET_ALLOW);
}

/* Sockets of the Internet, and those by which the C library asks for names and addresses. */
static void refuse_sockets(program *p, bool connect)
{
    static const int useful[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
    const int n = connect ? DP_COUNT(useful) : 0;
    of_call(p, SYS_socket, 0, 2 * n + 1);
    for (int i = 0; i < n; i++) {
        if_equal(p, (uint32_t)useful[i]);
        give(p, SECCOMP_RET_ALLOW);
    }
    refuse(p);
}

bool dp_seccomp_supported(void)
{
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

bool dp_seccomp_enforce(bool connect, bool accept)
{
    program p = { .n = 0 };
    refuse_foreign(&p);
    refuse_calls(&p, processes, DP_COUNT(processes));
    refuse_calls(&p, files, DP_COUNT(files));
    refuse_calls(&p, kernel, DP_COUNT(kernel));
    refuse_calls(&p, old, DP_COUNT(old));
    refuse_calls(&p, listening, DP_COUNT(listening));
    if (!accept)
        refuse_calls(&p, accepting, DP_COUNT(accepting));
    if (!connect)
        refuse_calls(&p, connecting, DP_COUNT(connecting));
    refuse_signals(&p);
    refuse_processes(&p);
    refuse_typing(&p);
    refuse_sockets(&p, connect);
    give(&p, SECCOMP_RET_ALLOW);
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
