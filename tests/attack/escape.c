/* SPDX-License-Identifier: Apache-2.0 */

/* Out of the sandbox's tree: files, mounts, namespaces and devices of the host. */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

enum { UP_MAX = 24 };

/* Looks for `file` (a path without its first slash) at dir_fd and at all that is above it. */
static int open_above(int dir_fd, const char *file, int *up)
{
	char path[4096];
	size_t len = 0;

	for (*up = 0; *up < UP_MAX; (*up)++) {
		snprintf(path + len, sizeof(path) - len, "%s", file);
		int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			return fd;
		memcpy(path + len, "../", 3);
		len += 3;
	}
	return -1;
}

/* From the current directory, and from each directory that was left open, upwards. */
static int leaked(char **args)
{
	int up;

	if (open_above(AT_FDCWD, args[0], &up) >= 0)
		return worked("/%s, %d above the current directory", args[0], up);
	for (int fd = 0; fd < 1024; fd++) {
		if (open_above(fd, args[0], &up) >= 0)
			return worked("/%s, %d above descriptor %d", args[0], up, fd);
	}
	return refused("open /%s by way of what was left open", args[0]);
}

/* Any descriptor but the three. */
static int descriptors(char **args)
{
	char path[64], target[256];

	(void)args;
	for (int fd = 3; fd < 20000; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, target, sizeof(target));

		return worked("descriptor %d is open: %.*s", fd, n > 0 ? (int)n : 0, target);
	}
	return refused("find a descriptor beyond the first three");
}

/* CVE-2019-5736: get hold of the program that runs as PID, let it end, write to it. */
static int overwrite_exe(char **args)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/exe", args[0]);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return refused("open %s", path);
	if (args[1] && kill((pid_t)number(args[1]), SIGKILL))
		return refused("end process %s", args[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int i = 0; i < 10000; i++) {
		int again = open(path, O_WRONLY | O_CLOEXEC);

		if (again >= 0)
			return worked("%s can be written", path);
		if (errno != ETXTBSY)
			break;
		usleep(1000); /* bounded: ETXTBSY has no event to wait for */
	}
	return refused("open %s for writing", path);
}

/* Opened and closed again, nothing written. */
static int open_write(char **args)
{
	int opened = -1;

	for (; *args; args++) {
		opened = open(*args, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (opened >= 0)
			return worked("%s can be written", *args);
		if (!args[1])
			return refused("open %s for writing", *args);
	}
	return 2;
}

static int open_read(char **args)
{
	char text[8192]; /* the kernel's log gives whole records only */

	for (; *args; args++) {
		int fd = open(*args, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

		if (n > 0)
			return worked("%s can be read", *args);
		if (!n)
			errno = ENODATA;
		if (!args[1])
			return refused("read %s", *args);
	}
	return 2;
}

/* Links that lead through other processes: /proc/1/root and its kin. */
static int links(char **args)
{
	static const char *const names[] = {"root", "cwd", "exe", "ns/mnt", "ns/net", "ns/user"};
	char path[128], target[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%s/%s", args[0], names[i]);
		ssize_t n = readlink(path, target, sizeof(target));

		if (n >= 0)
			return worked("%s -> %.*s", path, (int)n, target);
	}
	return refused("read the links of process %s", args[0]);
}

/* The old way out of a chroot: a second one leaves the current directory outside. */
static int out_of_chroot(char **args)
{
	int up;

	mkdir("/tmp/jail", 0700);
	if (chroot("/tmp/jail"))
		return refused("chroot");
	if (open_above(AT_FDCWD, args[0], &up) >= 0)
		return worked("/%s is %d above", args[0], up);
	return refused("find /%s", args[0]);
}

static int sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, 0);
}

static int sys_open_tree(const char *path)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE);
}

/* Each way to change what is mounted, on an own directory. */
static int mounts(char **args)
{
	const char *at = args[0] ? args[0] : "/tmp/mnt";

	mkdir(at, 0700);
	if (!mount("none", at, "tmpfs", 0, NULL))
		return worked("a tmpfs was mounted");
	if (!mount("none", at, "proc", 0, NULL))
		return worked("a procfs was mounted");
	if (!mount("none", at, "cgroup", 0, "memory"))
		return worked("a cgroupfs was mounted");
	if (!mount("/tmp", at, NULL, MS_BIND, NULL))
		return worked("/tmp was bound");
	if (!mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL))
		return worked("/proc was made writable");
	if (!umount2("/proc", MNT_DETACH))
		return worked("/proc was unmounted");
	if (!syscall(SYS_pivot_root, at, at))
		return worked("the root was changed");
	if (sys_fsopen("tmpfs") >= 0)
		return worked("a file system was opened");
	if (sys_open_tree("/tmp") >= 0)
		return worked("a tree was cloned");
	return refused("mount anything");
}

/* What lies under a mount on `args[0]`, by way of umount or a bind of what is beneath it. */
static int replace(char **args)
{
	const char *file = args[0], *other = args[1];

	if (!unlink(file) || !rename(file, "/tmp/away") || !rename(other, file) ||
	    !link(other, file) || !chmod(file, 0777) || !chown(file, 0, 0) ||
	    !mount(other, file, NULL, MS_BIND, NULL) || !umount2(file, MNT_DETACH))
		return worked("%s was replaced", file);
	return refused("replace %s", file);
}

static int child_sleeps(void *arg)
{
	(void)arg;
	return 0;
}

/* New namespaces, the ground for most holes of kernels in recent years. */
static int namespaces(char **args)
{
	static char stack[65536] __attribute__((aligned(16)));
	static const int kinds[] = {CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWNS,
				    CLONE_NEWNET,  CLONE_NEWPID,
				    CLONE_NEWNS,   CLONE_NEWCGROUP};

	(void)args;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		pid_t pid = clone(child_sleeps, stack + sizeof(stack), kinds[i] | SIGCHLD, NULL);

		if (pid > 0)
			waitpid(pid, NULL, 0);
		if (pid > 0 || !unshare(kinds[i]))
			return worked("a namespace of kind %#x was made", kinds[i]);
	}
	struct {
		unsigned long flags, rest[10];
	} clone3 = {.flags = CLONE_NEWUSER};
	long pid = syscall(SYS_clone3, &clone3, sizeof(clone3));

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		return worked("clone3 made a user namespace");
	return refused("make a namespace");
}

/* Join the namespaces of another process. */
static int join(char **args)
{
	static const char *const kinds[] = {"user", "mnt", "net", "pid", "ipc", "uts", "cgroup"};
	char path[64];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", args[0], kinds[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0 && !setns(fd, 0))
			return worked("joined %s", path);
	}
	int fd = (int)syscall(SYS_pidfd_open, number(args[0]), 0);

	if (fd >= 0 && !setns(fd, CLONE_NEWUTS))
		return worked("joined the names of %s", args[0]);
	return refused("join a namespace of process %s", args[0]);
}

/* A device node of one's own, in DIR: the disk, or the machine's memory. Only opened. */
static int device(char **args)
{
	static const struct {
		mode_t type;
		unsigned major, minor;
	} nodes[] = {{S_IFBLK, 254, 0}, {S_IFBLK, 8, 0},  {S_IFBLK, 259, 0}, {S_IFBLK, 7, 0},
		     {S_IFCHR, 1, 1},   {S_IFCHR, 1, 11}, {S_IFCHR, 5, 1}};
	char path[4096];

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		snprintf(path, sizeof(path), "%s/node-%zu", args[0], i);
		if (mknod(path, nodes[i].type | 0600, makedev(nodes[i].major, nodes[i].minor)))
			return refused("make a device node");
		int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0)
			return worked("device %u:%u was opened", nodes[i].major, nodes[i].minor);
	}
	return refused("open a device");
}

/* Is there such a file? The errors of one that is and one that is not must be the same. */
static int oracle(char **args)
{
	struct stat st;

	errno = 0;
	stat(args[0], &st);
	const int of_one = errno;

	errno = 0;
	stat(args[1], &st);
	if (errno != of_one)
		return worked("%s: %d, %s: %d", args[0], of_one, args[1], errno);
	return refused("tell one from the other");
}

int main(int argc, char **argv)
{
	static const struct attack attacks[] = {{"leaked", leaked},
						{"descriptors", descriptors},
						{"overwrite-exe", overwrite_exe},
						{"open-write", open_write},
						{"open-read", open_read},
						{"links", links},
						{"chroot", out_of_chroot},
						{"mounts", mounts},
						{"replace", replace},
						{"namespaces", namespaces},
						{"join", join},
						{"device", device},
						{"oracle", oracle},
						{NULL, NULL}};

	(void)argc;
	return attack_main(attacks, argv);
}
