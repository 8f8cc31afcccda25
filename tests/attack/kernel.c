/* SPDX-License-Identifier: Apache-2.0 */

/* At the kernel itself: calls, ABIs, socket families and settings that a guest has no business
 * with. */

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "attack.h"

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/*
 * Calls with arguments that no kernel accepts: the errors tell whether the
 * kernel looked at them (EFAULT, EINVAL, EBADF, ...) or a filter said no before.
 */
static const struct call {
	const char *name;
	long nr, args[5];
} calls[] = {
    {"acct", SYS_acct, {1}},
    {"add_key", SYS_add_key, {1, 1, 1, 1, 0}},
    {"adjtimex", SYS_adjtimex, {1}},
    {"bpf", SYS_bpf, {-1, 0, 0}},
    {"chroot", SYS_chroot, {1}},
    {"clock_adjtime", SYS_clock_adjtime, {0, 1}},
    {"clock_settime", SYS_clock_settime, {0, 1}},
    {"fanotify_init", SYS_fanotify_init, {-1, -1}},
    {"fsconfig", SYS_fsconfig, {-1, 999, 0, 0, 0}},
    {"fsmount", SYS_fsmount, {-1, 0, 0}},
    {"fsopen", SYS_fsopen, {1, 0}},
    {"io_setup", SYS_io_setup, {0, 1}},
    {"io_uring_setup", SYS_io_uring_setup, {0, 1}},
    {"kcmp", SYS_kcmp, {-1, -1, 0, 0, 0}},
    {"kexec_load", SYS_kexec_load, {0, 0, 0, -1}},
    {"keyctl", SYS_keyctl, {11, -1, 0, 0}},
    {"migrate_pages", SYS_migrate_pages, {-1, 8, 1, 1}},
    {"mount", SYS_mount, {1, 1, 1, 0, 0}},
    {"mount_setattr", SYS_mount_setattr, {-1, 1, 0, 0, 0}},
    {"move_mount", SYS_move_mount, {-1, 1, -1, 1, 0}},
    {"move_pages", SYS_move_pages, {-1, 1, 1, 1, 1}},
    {"name_to_handle_at", SYS_name_to_handle_at, {-1, 1, 1, 1, 0}},
    {"open_by_handle_at", SYS_open_by_handle_at, {-1, 1, 0}},
    {"open_tree", SYS_open_tree, {-1, 1, 0}},
    {"perf_event_open", SYS_perf_event_open, {1, 0, 0, -1, 0}},
    {"personality", SYS_personality, {0x0040000}},
    {"pidfd_getfd", SYS_pidfd_getfd, {-1, 0, 0}},
    {"pivot_root", SYS_pivot_root, {1, 1}},
    {"process_vm_readv", SYS_process_vm_readv, {-1, 0, 0, 0, 0}},
    {"process_vm_writev", SYS_process_vm_writev, {-1, 0, 0, 0, 0}},
    {"ptrace", SYS_ptrace, {0x4206, -1, 0, 0}},
    {"quotactl", SYS_quotactl, {-1, 1, 0, 0}},
    {"reboot", SYS_reboot, {0, 0, 0}},
    {"request_key", SYS_request_key, {1, 1, 0, 0}},
    {"setdomainname", SYS_setdomainname, {1, 1}},
    {"sethostname", SYS_sethostname, {1, 1}},
    {"setns", SYS_setns, {-1, 0}},
    {"settimeofday", SYS_settimeofday, {1, 0}},
    {"swapoff", SYS_swapoff, {1}},
    {"swapon", SYS_swapon, {1, 0}},
    {"syslog", SYS_syslog, {99, 0, 0}},
    {"umount2", SYS_umount2, {1, 0}},
    {"unshare", SYS_unshare, {0x1}},
    {"userfaultfd", SYS_userfaultfd, {-1}},
    {"vmsplice", SYS_vmsplice, {-1, 0, 0, 0}},
};

static int surface(char **args)
{
	size_t reached = 0, count = 0;

	(void)args;
	for (const struct call *c = calls; c < calls + sizeof(calls) / sizeof(calls[0]); c++) {
		const long *a = c->args;

		count++;
		errno = 0;
		long result = syscall(c->nr, a[0], a[1], a[2], a[3], a[4]);

		if (result >= 0 || (errno != EPERM && errno != ENOSYS)) {
			printf("%s reaches the kernel\n", c->name);
			reached++;
		}
	}
	errno = EPERM;
	if (reached)
		return worked("%zu of %zu calls reach the kernel", reached, count);
	return refused("%zu calls", count);
}

/* getpid by the 32-bit door: a filter by numbers of 64-bit calls would take it for another. */
static int abi32(char **args)
{
	(void)args;
#ifdef __x86_64__
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
	if (result == (long)getpid())
		return worked("the 32-bit getpid says %ld", result);
	errno = result < 0 ? (int)-result : EINVAL;
#else
	errno = ENOSYS;
#endif
	return refused("call by the 32-bit ABI");
}

static int x32(char **args)
{
	long result = syscall(0x40000000 + SYS_getpid);

	(void)args;
	if (result == (long)getpid())
		return worked("the x32 getpid says %ld", result);
	return refused("call by the x32 ABI");
}

static int io_uring(char **args)
{
	struct io_uring_params params = {0};

	(void)args;
	if (syscall(SYS_io_uring_setup, 8, &params) >= 0)
		return worked("there is a ring");
	return refused("make a ring");
}

/* args: family type protocol */
static int open_socket(char **args)
{
	int fd = socket((int)number(args[0]), (int)number(args[1]), (int)number(args[2]));

	if (fd >= 0)
		return worked("there is a socket of family %s", args[0]);
	return refused("make a socket of family %s", args[0]);
}

/* A terminal of our own, and a byte typed into it. The second time the command has bits that the
 * kernel ignores and a filter may not (CVE-2019-10063). */
static int type_ahead(char **args)
{
	const unsigned long command = args[0] ? TIOCSTI | 1UL << 32 : TIOCSTI;
	int master = posix_openpt(O_RDWR | O_NOCTTY), unlock = 0;

	setsid();
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock))
		broken("make a terminal");
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR);

	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
		broken("have a terminal");
	if (!syscall(SYS_ioctl, slave, command, "x"))
		return worked("a key was pressed");
	return refused("press a key");
}

/* The terminal that we were started at: is it another /dev/pts's, and so somebody else's too? */
static int foreign_terminal(char **args)
{
	char name[256];

	(void)args;
	if (!isatty(0))
		broken("find a terminal");
	errno = ttyname_r(0, name, sizeof(name));
	if (errno)
		return worked("this terminal is from outside");
	errno = ENOTTY;
	return refused("find somebody else's terminal here, only %s", name);
}

/* A key typed there. */
static int type_here(char **args)
{
	(void)args;
	if (!ioctl(0, TIOCSTI, "x"))
		return worked("a key was pressed");
	return refused("press a key");
}

/* A line discipline is a module of the kernel, loaded for who asks: N_GSM0710 had its holes. */
static int line_discipline(char **args)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), tty_ldisc = 0;

	(void)args;
	if (master < 0)
		broken("make a terminal");
	if (!ioctl(master, TIOCSETD, &tty_ldisc))
		return worked("the line discipline can be set");
	return refused("set the line discipline");
}

/* A key left in the keyring of the session by who started us, and keys at all. */
static int find_key(char **args)
{
	char text[64] = "";
	long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", args[0], 0);

	if (key < 0)
		return refused("find the key");
	syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text) - 1, 0);
	return worked("the key says %s", text);
}

/* ARGS: what is to run with a key in its session. Outside only. */
static int with_key(char **args)
{
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	if (syscall(SYS_add_key, "user", args[0], "secret", 6, KEY_SPEC_SESSION_KEYRING) < 0)
		broken("add a key");
	execvp(args[1], args + 1);
	broken(args[1]);
}

static int real_time(char **args)
{
	const struct sched_param p = {.sched_priority = 1};

	(void)args;
	if (!sched_setscheduler(0, SCHED_FIFO, &p) || !sched_setscheduler(0, SCHED_RR, &p))
		return worked("it runs before all others");
	return refused("take real-time priority");
}

static int nicer(char **args)
{
	(void)args;
	if (!setpriority(PRIO_PROCESS, 0, -20))
		return worked("it has more weight than others");
	return refused("raise the priority");
}

/* Nobody else on the other threads of its core. */
static int whole_core(char **args)
{
	enum { SCHED_CORE = 62, CREATE = 1, OF_PROCESS = 1 };

	(void)args;
	if (!prctl(SCHED_CORE, CREATE, 0, OF_PROCESS, 0))
		return worked("it has a core for itself");
	return refused("have a core for itself");
}

/* On as many CPUs as there are. */
static int affinity(char **args)
{
	cpu_set_t set;
	int count = 0;

	(void)args;
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		count += !sched_setaffinity(0, sizeof(set), &set);
	}
	if (count > 1)
		return worked("it can run on %d CPUs", count);
	return refused("run on more than %d CPU", count);
}

/* What a crash leaves behind: with a limit of 0 the kernel still hands the dump to a program that
 * /proc/sys/kernel/core_pattern names; only 1 means none at all. */
static int core(char **args)
{
	const struct rlimit none = {0, 0};
	struct rlimit limit;

	(void)args;
	setrlimit(RLIMIT_CORE, &none);
	syscall(SYS_setrlimit, RLIMIT_CORE, &none);
	getrlimit(RLIMIT_CORE, &limit);
	if (limit.rlim_cur != 1 || limit.rlim_max != 1)
		return worked("the limit is %ld", (long)limit.rlim_cur);
	errno = EPERM;
	return refused("dump core");
}

/* Resource limits cannot be raised. */
static int raise_limits(char **args)
{
	static const int kinds[] = {RLIMIT_NOFILE, RLIMIT_CORE,       RLIMIT_MEMLOCK, RLIMIT_RTPRIO,
				    RLIMIT_NICE,   RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE};

	(void)args;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const __rlimit_resource_t kind = (__rlimit_resource_t)kinds[i];
		struct rlimit limit, now;

		getrlimit(kind, &limit);
		limit.rlim_max = limit.rlim_cur = limit.rlim_max + 1;
		if (!setrlimit(kind, &limit) && !getrlimit(kind, &now) &&
		    now.rlim_max == limit.rlim_max)
			return worked("limit %d is now %ld", kinds[i], (long)limit.rlim_max);
	}
	return refused("raise a limit");
}

/* Huge pages are no one's memory to a memory limit; args: in which way */
static int huge_pages(char **args)
{
	const size_t size = 2 << 20;

	if (!strcmp(args[0], "map") &&
	    mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) !=
		MAP_FAILED)
		return worked("a huge page was mapped");
	if (!strcmp(args[0], "file") && memfd_create("huge", MFD_HUGETLB) >= 0)
		return worked("a file of huge pages was made");
	if (!strcmp(args[0], "segment") && shmget(IPC_PRIVATE, size, SHM_HUGETLB | 0600) >= 0)
		return worked("a segment of huge pages was made");
	return refused("have huge pages by a %s", args[0]);
}

int main(int argc, char **argv)
{
	static const struct attack attacks[] = {{"surface", surface},
						{"abi32", abi32},
						{"x32", x32},
						{"io-uring", io_uring},
						{"socket", open_socket},
						{"type-ahead", type_ahead},
						{"foreign-terminal", foreign_terminal},
						{"type-here", type_here},
						{"line-discipline", line_discipline},
						{"find-key", find_key},
						{"with-key", with_key},
						{"real-time", real_time},
						{"nicer", nicer},
						{"whole-core", whole_core},
						{"affinity", affinity},
						{"core", core},
						{"raise-limits", raise_limits},
						{"huge-pages", huge_pages},
						{NULL, NULL}};

	(void)argc;
	return attack_main(attacks, argv);
}
