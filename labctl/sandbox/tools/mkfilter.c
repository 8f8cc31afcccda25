/* SPDX-License-Identifier: Apache-2.0 */

/*
 * mkfilter: runs at build time, and prints build/gen/seccomp-filters.h, the
 * system call filters of the sandbox as arrays of BPF instructions. So a
 * sandbox computes nothing and links no libseccomp (which turns names into
 * numbers here): one call installs the array that stands in the binary.
 *
 * All filters are allow lists. Of what no list names, the old calls get EPERM
 * (mount, ptrace, bpf, keyctl, perf_event_open, userfaultfd, unshare, ...) and
 * the new ones ENOSYS as from an older kernel, so that libraries take their
 * fallback (clone3, io_uring, the new mount calls, ...). Another ABI (i386,
 * x32) kills.
 *
 * The program is a binary search among ranges of numbers that share a fate.
 * When a filter is installed the kernel walks it once for each system call
 * there is, and compiles it, so depth and length are what a sandbox pays for:
 * 105 us for what libseccomp makes of the same rules, half of it for this. A
 * few calls are decided by an argument, by its low 32 bits, which is what the
 * kernel looks at (of a pointer, by all).
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
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>

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
	"brk", "munmap", "mremap", "mprotect", "madvise", "mincore", "msync", "mlock",
	"mlock2", "munlock", "mlockall", "munlockall", "membarrier", "mbind",
	"get_mempolicy", "set_mempolicy", "pkey_alloc", "pkey_free", "pkey_mprotect", "mseal",
	"map_shadow_stack",
	/* processes, threads, signals */
	"fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "kill",
	"tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
	"pidfd_send_signal", "getpid", "gettid", "getppid", "getpgid", "getpgrp", "getsid",
	"setpgid", "setsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
	"getgroups", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
	"setfsuid", "setfsgid", "setgroups", "capget", "capset", "arch_prctl",
	"set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex", "futex_waitv",
	"futex_wake", "futex_wait", "futex_requeue", "sched_yield", "sched_getaffinity",
	"sched_setaffinity", "sched_getattr", "sched_setattr", "sched_getparam", "sched_setparam",
	"sched_getscheduler", "sched_setscheduler", "sched_get_priority_max",
	"sched_get_priority_min", "sched_rr_get_interval", "getpriority", "setpriority",
	"ioprio_get", "ioprio_set", "getrlimit", "getrusage", "times",
	"rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn", "rt_sigsuspend",
	"rt_sigtimedwait", "sigaltstack", "restart_syscall", "pause", "getcpu", "seccomp",
	"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
	/* System V and POSIX IPC, in a namespace of its own */
	"shmat", "shmctl", "shmdt", "semget", "semop", "semtimedop", "semctl", "msgget",
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
/* Besides, in one where an instrument watches: its own processes, for it sees no others. */
static const char *const allowed_watch[] = {"ptrace", "process_vm_readv", "process_vm_writev"};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_HIGH(field)                                                                           \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE(sys) RETURN(SECCOMP_RET_ERRNO | (sys))
#define JUMP(how, value, yes, no) BPF_JUMP(BPF_JMP | (how) | BPF_K, value, yes, no)

enum fate {
	UNKNOWN,
	ALLOWED,
	REFUSED,
	KILLED,
	/* decided by an argument: one of `special` */
	IOCTL,
	SOCKET,
	SOCKETPAIR,
	CLONE,
	PERSONALITY,
	MMAP,
	MEMFD,
	SHMGET,
	PRCTL,
	SETRLIMIT,
	PRLIMIT,
	FATES,
};

enum { SPECIAL_MAX = 16, NUMBERS = 1024, PROGRAM_MAX = 2048, MARK = 0x10000 };

#ifndef PR_SCHED_CORE
#define PR_SCHED_CORE 62
#endif

/* From here on all architectures number system calls alike, by age; 424 is of 2019. */
enum { FIRST_NEW = 424 };

/* What each fate does, up to the last instruction that is not zero. Jumps count instructions to
 * skip. */
static const struct sock_filter special[FATES][SPECIAL_MAX] = {
    [UNKNOWN] = {REFUSE(ENOSYS)},
    [ALLOWED] = {RETURN(SECCOMP_RET_ALLOW)},
    [REFUSED] = {REFUSE(EPERM)},
    [KILLED] = {RETURN(SECCOMP_RET_KILL_PROCESS)},

    /* Everything but typing into a terminal (CVE-2017-5226), pasting into a console, and line
     * disciplines: modules of the kernel that a guest could have loaded. */
    [IOCTL] = {LOAD(args[1]), JUMP(BPF_JEQ, TIOCSTI, 3, 0), JUMP(BPF_JEQ, TIOCLINUX, 2, 0),
	       JUMP(BPF_JEQ, TIOCSETD, 1, 0), RETURN(SECCOMP_RET_ALLOW), REFUSE(EPERM)},

    /*
     * Local sockets; the Internet's with their three ordinary protocols (0, TCP, UDP); and the part
     * of netlink that getaddrinfo and getifaddrs use, NETLINK_ROUTE. No family else: each is a
     * module of the kernel that a guest could have loaded. The errors are those of a kernel without
     * them.
     */
    [SOCKET] = {[0] = LOAD(args[0]),
		[1] = JUMP(BPF_JEQ, AF_UNIX, 9, 0),    /* 11 */
		[2] = JUMP(BPF_JEQ, AF_NETLINK, 6, 0), /* 9 */
		[3] = JUMP(BPF_JEQ, AF_INET, 1, 0),    /* 5 */
		[4] = JUMP(BPF_JEQ, AF_INET6, 0, 7),   /* 5, 12 */
		[5] = LOAD(args[2]),
		[6] = JUMP(BPF_JEQ, 0, 4, 0),  /* 11 */
		[7] = JUMP(BPF_JEQ, 6, 3, 0),  /* 11 */
		[8] = JUMP(BPF_JEQ, 17, 2, 4), /* 11, 13 */
		[9] = LOAD(args[2]),
		[10] = JUMP(BPF_JEQ, 0, 0, 2), /* 11, 13 */
		[11] = RETURN(SECCOMP_RET_ALLOW),
		[12] = REFUSE(EAFNOSUPPORT),
		[13] = REFUSE(EPROTONOSUPPORT)},

    [SOCKETPAIR] = {LOAD(args[0]), JUMP(BPF_JEQ, AF_UNIX, 0, 1), RETURN(SECCOMP_RET_ALLOW),
		    REFUSE(EAFNOSUPPORT)},

    /* Threads and processes, yes; namespaces, no. (clone3 passes its flags in memory, where no
     * filter sees them: it is UNKNOWN, and libraries call clone.) */
    [CLONE] = {LOAD(args[0]),
	       JUMP(BPF_JSET,
		    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
			CLONE_NEWPID | CLONE_NEWNET,
		    1, 0),
	       RETURN(SECCOMP_RET_ALLOW), REFUSE(EPERM)},

    /* Asking for it is harmless; setting it would switch address randomisation off. */
    [PERSONALITY] = {LOAD(args[0]), JUMP(BPF_JEQ, 0xffffffff, 0, 1), RETURN(SECCOMP_RET_ALLOW),
		     REFUSE(EPERM)},

    /* A group of one's own on the threads of a core leaves its others idle: CPUs that no limit
     * counts, taken from everybody else. */
    [PRCTL] = {LOAD(args[0]), JUMP(BPF_JEQ, PR_SCHED_CORE, 1, 0), RETURN(SECCOMP_RET_ALLOW),
	       REFUSE(EPERM)},

    /* A core of at most 1 byte is what keeps the host's core handler from being run (guest.c), and
     * at 0 it would run: so to lower that one does nothing, and says that it did. */
    [SETRLIMIT] = {LOAD(args[0]), JUMP(BPF_JEQ, RLIMIT_CORE, 1, 0), RETURN(SECCOMP_RET_ALLOW),
		   REFUSE(0)},
    [PRLIMIT] = {[0] = LOAD(args[1]),
		 [1] = JUMP(BPF_JEQ, RLIMIT_CORE, 0, 4), /* 2, 6 */
		 [2] = LOAD(args[2]),                    /* the new limit; NULL: it only asks */
		 [3] = JUMP(BPF_JEQ, 0, 0, 3),           /* 4, 7 */
		 [4] = LOAD_HIGH(args[2]),
		 [5] = JUMP(BPF_JEQ, 0, 0, 1), /* 6, 7 */
		 [6] = RETURN(SECCOMP_RET_ALLOW),
		 [7] = REFUSE(0)},

    /* Huge pages that the host has set aside count for no memory limit: there are none, and
     * programs take ordinary ones. */
    [MMAP] = {LOAD(args[3]), JUMP(BPF_JSET, MAP_HUGETLB, 1, 0), RETURN(SECCOMP_RET_ALLOW),
	      REFUSE(ENOMEM)},
    [MEMFD] = {LOAD(args[1]), JUMP(BPF_JSET, MFD_HUGETLB, 1, 0), RETURN(SECCOMP_RET_ALLOW),
	       REFUSE(ENOMEM)},
    [SHMGET] = {LOAD(args[2]), JUMP(BPF_JSET, SHM_HUGETLB, 1, 0), RETURN(SECCOMP_RET_ALLOW),
		REFUSE(ENOMEM)},
};

struct range {
	uint32_t first;
	enum fate fate;
};

struct program {
	struct sock_filter code[PROGRAM_MAX];
	size_t len;
};

static void die(const char *what)
{
	fprintf(stderr, "mkfilter: %s\n", what);
	exit(1);
}

static void add_all(enum fate fates[NUMBERS], enum fate fate, const char *const *names,
		    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);

		if (nr >= NUMBERS)
			die(names[i]);
		if (nr >= 0) /* else another architecture's, or newer than this libseccomp */
			fates[nr] = fate;
	}
}

struct filter {
	const char *name;
	const char *const *besides; /* allowed besides what every sandbox may call */
	size_t count;
};

static void decide(enum fate fates[NUMBERS], const struct filter *f)
{
	for (size_t i = 0; i < NUMBERS; i++)
		fates[i] = i < FIRST_NEW ? REFUSED : UNKNOWN;
	add_all(fates, ALLOWED, allowed, COUNT(allowed));
	fates[SYS_ioctl] = IOCTL;
	fates[SYS_socket] = SOCKET;
	fates[SYS_socketpair] = SOCKETPAIR;
	fates[SYS_clone] = CLONE;
	fates[SYS_personality] = PERSONALITY;
	fates[SYS_mmap] = MMAP;
	fates[SYS_memfd_create] = MEMFD;
	fates[SYS_shmget] = SHMGET;
	fates[SYS_prctl] = PRCTL;
#ifdef SYS_setrlimit
	fates[SYS_setrlimit] = SETRLIMIT;
#endif
	fates[SYS_prlimit64] = PRLIMIT;
	add_all(fates, ALLOWED, f->besides, f->count);
}

static size_t find_ranges(const enum fate fates[NUMBERS], struct range ranges[NUMBERS + 2])
{
	size_t count = 0;

	for (uint32_t nr = 0; nr < NUMBERS; nr++) {
		if (!count || ranges[count - 1].fate != fates[nr])
			ranges[count++] = (struct range){nr, fates[nr]};
	}
	if (fates[NUMBERS - 1] != UNKNOWN)
		die("more system calls than numbers");
	ranges[count++] = (struct range){0x40000000, KILLED}; /* x32's */
	return count;
}

static void emit(struct program *p, struct sock_filter f)
{
	if (p->len == PROGRAM_MAX)
		die("the program is too long");
	p->code[p->len++] = f;
}

/* The search among ranges [low, high]. A fate that takes more than one instruction is a jump whose
 * target is filled in by link_special. */
static void emit_search(struct program *p, const struct range *ranges, size_t low, size_t high)
{
	if (low == high) {
		enum fate fate = ranges[low].fate;

		emit(p, fate <= KILLED
			    ? special[fate][0]
			    : (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, MARK + fate));
		return;
	}
	const size_t middle = (low + high + 1) / 2, here = p->len;

	emit(p, (struct sock_filter)JUMP(BPF_JGE, ranges[middle].first, 0, 0));
	emit_search(p, ranges, low, middle - 1);
	if (p->len - here - 1 > 255)
		die("a jump is too long");
	p->code[here].jt = (uint8_t)(p->len - here - 1);
	emit_search(p, ranges, middle, high);
}

static void link_special(struct program *p, enum fate fate, size_t from, size_t to)
{
	size_t count = SPECIAL_MAX;

	for (size_t i = from; i < to; i++) {
		if (p->code[i].code == (BPF_JMP | BPF_JA) && p->code[i].k == MARK + (uint32_t)fate)
			p->code[i].k = (uint32_t)(p->len - i - 1);
	}
	while (count && !special[fate][count - 1].code && !special[fate][count - 1].k)
		count--;
	for (size_t i = 0; i < count; i++)
		emit(p, special[fate][i]);
}

static void make_filter(struct program *p, const struct filter *f)
{
	static struct range ranges[NUMBERS + 2];
	enum fate fates[NUMBERS];

	decide(fates, f);
	p->len = 0;
	emit(p, (struct sock_filter)LOAD(arch));
	emit(p, (struct sock_filter)JUMP(BPF_JEQ, NATIVE_ARCH, 1, 0));
	emit(p, special[KILLED][0]);
	emit(p, (struct sock_filter)LOAD(nr));
	const size_t from = p->len;

	emit_search(p, ranges, 0, find_ranges(fates, ranges) - 1);
	const size_t to = p->len;

	for (enum fate fate = KILLED + 1; fate < FATES; fate++)
		link_special(p, fate, from, to);
}

static void print_filter(const struct filter *f)
{
	static struct program p;

	make_filter(&p, f);
	printf("static const struct sock_filter %s[] = {\n", f->name);
	for (size_t i = 0; i < p.len; i++)
		printf("\t{0x%04x, %u, %u, 0x%08x},\n", p.code[i].code, p.code[i].jt, p.code[i].jf,
		       p.code[i].k);
	printf("};\n");
}

int main(void)
{
	printf("/* Made by labctl/sandbox/tools/mkfilter.c. */\n");
	print_filter(&(struct filter){"seccomp_guest", NULL, 0});
	print_filter(&(struct filter){"seccomp_build", allowed_build, COUNT(allowed_build)});
	print_filter(&(struct filter){"seccomp_watch", allowed_watch, COUNT(allowed_watch)});
	return 0;
}
