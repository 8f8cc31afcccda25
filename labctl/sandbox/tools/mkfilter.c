/* SPDX-License-Identifier: Apache-2.0 */

/*
 * mkfilter: runs at build time, and prints build/gen/seccomp-filters.h, the
 * system call filters of the sandbox as arrays of BPF instructions. So a
 * sandbox computes nothing and links no libseccomp: one prctl installs the
 * array that stands in the binary.
 *
 * Both filters are allow lists. What no list names gets ENOSYS, as from an
 * older kernel, so that libraries take their fallback; what is dangerous and well
 * known gets EPERM, so that its user reads a true message. Another ABI (i386,
 * x32) kills.
 *
 * libseccomp compares arguments in full 64 bits, while the kernel looks at 32
 * of some: harmless where a match allows, a hole where it denies
 * (CVE-2019-10063). So ioctl and socket, which need denials, are decided by a
 * few instructions of our own in front.
 */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "mkfilter does not know this machine's architecture"
#endif

/* clang-format off */
static const char *const allowed[] = {
	/* files and descriptors */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2",
	"pwritev2", "open", "openat", "openat2", "creat", "close", "close_range", "dup", "dup2",
	"dup3", "lseek", "fcntl", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs",
	"fstatfs", "access", "faccessat", "faccessat2", "poll", "ppoll", "select", "pselect6",
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
	"eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime",
	"timerfd_gettime", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
	"pipe", "pipe2", "splice", "tee", "sendfile", "copy_file_range", "sync", "fsync",
	"fdatasync", "syncfs", "sync_file_range", "fallocate", "truncate", "ftruncate", "fadvise64",
	"readahead", "flock", "getdents", "getdents64", "getcwd", "chdir", "fchdir", "rename",
	"renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat", "unlink",
	"unlinkat", "symlink", "symlinkat", "readlink", "readlinkat", "chmod", "fchmod",
	"fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "utime", "utimes",
	"futimesat", "utimensat", "umask", "mknod", "mknodat", "setxattr", "lsetxattr",
	"fsetxattr", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr",
	"flistxattr", "removexattr", "lremovexattr", "fremovexattr", "cachestat",
	/* memory */
	"brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "mincore", "msync", "mlock",
	"mlock2", "munlock", "mlockall", "munlockall", "membarrier", "memfd_create", "mbind",
	"get_mempolicy", "set_mempolicy", "pkey_alloc", "pkey_free", "pkey_mprotect", "mseal",
	"map_shadow_stack",
	/* processes, threads, signals */
	"fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "kill",
	"tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
	"pidfd_send_signal", "getpid", "gettid", "getppid", "getpgid", "getpgrp", "getsid",
	"setpgid", "setsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
	"getgroups", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
	"setfsuid", "setfsgid", "setgroups", "capget", "capset", "prctl", "arch_prctl",
	"set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex", "futex_waitv",
	"futex_wake", "futex_wait", "futex_requeue", "sched_yield", "sched_getaffinity",
	"sched_setaffinity", "sched_getattr", "sched_setattr", "sched_getparam", "sched_setparam",
	"sched_getscheduler", "sched_setscheduler", "sched_get_priority_max",
	"sched_get_priority_min", "sched_rr_get_interval", "getpriority", "setpriority",
	"ioprio_get", "ioprio_set", "getrlimit", "setrlimit", "prlimit64", "getrusage", "times",
	"rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn", "rt_sigsuspend",
	"rt_sigtimedwait", "sigaltstack", "restart_syscall", "pause", "getcpu", "seccomp",
	"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
	/* System V and POSIX IPC, in a namespace of its own */
	"shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semtimedop", "semctl", "msgget",
	"msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive",
	"mq_notify", "mq_getsetattr",
	/* sockets (which families: see allow_sockets) */
	"bind", "listen", "accept", "accept4", "connect", "getsockname", "getpeername", "sendto",
	"recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "setsockopt", "getsockopt",
	"shutdown",
	/* time and the machine */
	"time", "gettimeofday", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
	"alarm", "getitimer", "setitimer", "timer_create", "timer_settime", "timer_gettime",
	"timer_getoverrun", "timer_delete", "getrandom", "uname", "sysinfo",
};

/* Besides, in a sandbox that builds an image. */
static const char *const allowed_build[] = {"chroot", "personality"};

/* Known and refused, with EPERM. */
static const char *const refused[] = {
	"mount", "umount2", "pivot_root", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
	"open_tree", "mount_setattr", "setns", "unshare", "ptrace", "process_vm_readv",
	"process_vm_writev", "pidfd_getfd", "kcmp", "bpf", "perf_event_open", "userfaultfd",
	"keyctl", "add_key", "request_key", "open_by_handle_at", "init_module", "finit_module",
	"delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct",
	"quotactl", "syslog", "sethostname", "setdomainname", "settimeofday", "clock_settime",
	"adjtimex", "clock_adjtime", "iopl", "ioperm", "modify_ldt", "vhangup", "fanotify_init",
	"io_uring_setup", "io_uring_enter", "io_uring_register",
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void must(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "mkfilter: %s: %s\n", what, strerror(-result));
		exit(1);
	}
}

static struct scmp_arg_cmp equal(scmp_datum_t mask, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){0, SCMP_CMP_MASKED_EQ, mask, value};
}

static void add_all(scmp_filter_ctx ctx, uint32_t action, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);

		if (nr >= 0) /* else another architecture's, or newer than this libseccomp */
			must(seccomp_rule_add(ctx, action, nr, 0), names[i]);
	}
}

/* Threads and processes, yes; namespaces, no. clone3 passes its flags in memory, where no filter
 * sees them: "not in this kernel", and libraries call clone. */
static void allow_clone(scmp_filter_ctx ctx)
{
	const scmp_datum_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
					CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

	must(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, equal(namespaces, 0)),
	     "clone");
}

/* Asking for the personality is harmless; setting it switches address randomisation off. */
static void allow_personality_query(scmp_filter_ctx ctx)
{
	must(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1,
			      equal(~0ULL, 0xffffffff)),
	     "personality");
}

static scmp_filter_ctx make_filter(int build)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

	if (!ctx)
		exit(1);
	must(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "arch");
	/* A binary tree: the kernel walks the program once for each system call number when it
	 * is installed, and a list of 300 comparisons would take it 0.1 ms. */
	must(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
	add_all(ctx, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
	add_all(ctx, SCMP_ACT_ERRNO(EPERM), refused, COUNT(refused));
	if (build)
		add_all(ctx, SCMP_ACT_ALLOW, allowed_build, COUNT(allowed_build));
	else
		allow_personality_query(ctx);
	allow_clone(ctx);
	must(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1, equal(~0ULL, AF_UNIX)),
	     "socketpair");
	return ctx;
}

static void print_instruction(struct sock_filter f)
{
	printf("\t{0x%04x, %u, %u, 0x%08x},\n", f.code, f.jt, f.jf, f.k);
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE(sys) RETURN(SECCOMP_RET_ERRNO | (sys))
/* At instruction `here`: if equal go to `yes`, else to `no`. */
#define IF(here, value, yes, no)                                                                   \
	[here] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, (yes) - (here)-1, (no) - (here)-1)

/*
 * ioctl: everything but typing into a terminal (CVE-2017-5226) and pasting
 * into a console.
 *
 * socket: local ones, the Internet's with their three ordinary protocols, and
 * the part of netlink that getaddrinfo and getifaddrs use. No family else: each
 * is a module of the kernel that a guest could have loaded. The errors are what
 * programs expect of a kernel built without them.
 */
static void print_prologue(void)
{
	enum {
		IOCTL = 5,
		SOCKET = 8,
		INTERNET = 13,
		NETLINK = 17,
		ALLOW = 19,
		EPERM_ = 20,
		NO_FAMILY = 21,
		NO_PROTOCOL = 22,
		LISTS = 23
	};
	const struct sock_filter code[] = {
	    [0] = LOAD(arch),
	    IF(1, NATIVE_ARCH, 2, LISTS),
	    [2] = LOAD(nr),
	    IF(3, __NR_ioctl, IOCTL, 4),
	    IF(4, __NR_socket, SOCKET, LISTS),

	    [IOCTL] = LOAD(args[1]), /* its low half */
	    IF(6, TIOCSTI, EPERM_, 7),
	    IF(7, TIOCLINUX, EPERM_, ALLOW),

	    [SOCKET] = LOAD(args[0]),
	    IF(9, AF_UNIX, ALLOW, 10),
	    IF(10, AF_INET, INTERNET, 11),
	    IF(11, AF_INET6, INTERNET, 12),
	    IF(12, AF_NETLINK, NETLINK, NO_FAMILY),

	    [INTERNET] = LOAD(args[2]),
	    IF(14, 0, ALLOW, 15),
	    IF(15, 6 /* TCP */, ALLOW, 16),
	    IF(16, 17 /* UDP */, ALLOW, NO_PROTOCOL),

	    [NETLINK] = LOAD(args[2]),
	    IF(18, 0 /* NETLINK_ROUTE */, ALLOW, NO_PROTOCOL),

	    [ALLOW] = RETURN(SECCOMP_RET_ALLOW),
	    [EPERM_] = REFUSE(EPERM),
	    [NO_FAMILY] = REFUSE(EAFNOSUPPORT),
	    [NO_PROTOCOL] = REFUSE(EPROTONOSUPPORT),
	};

	for (size_t i = 0; i < COUNT(code); i++)
		print_instruction(code[i]);
}

static void print_filter(const char *name, int build)
{
	scmp_filter_ctx ctx = make_filter(build);
	int fd = memfd_create(name, 0);
	struct sock_filter f;

	if (fd < 0)
		exit(1);
	must(seccomp_export_bpf(ctx, fd), "export");
	printf("static const struct sock_filter %s[] = {\n", name);
	print_prologue();
	lseek(fd, 0, SEEK_SET);
	while (read(fd, &f, sizeof(f)) == sizeof(f))
		print_instruction(f);
	printf("};\n");
	close(fd);
	seccomp_release(ctx);
}

int main(void)
{
	printf("/* Made by labctl/sandbox/tools/mkfilter.c. */\n");
	print_filter("seccomp_guest", 0);
	print_filter("seccomp_build", 1);
	return 0;
}
