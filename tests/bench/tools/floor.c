/* SPDX-License-Identifier: Apache-2.0 */

/*
 * floor ROOT COMMAND...
 *
 * The least that a sandbox can cost on this machine: clone3 into namespaces,
 * the same control groups as labctl's on version 1 (or one on version 2), an
 * overlay on ROOT with proc and a tmpfs, pivot_root, exec; wait, remove the
 * groups. No user namespace, no checks, no messages, nothing that makes it
 * safe. labctl is measured as a multiple of this.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *group, *file, *value;
} v1[] = {
    {"/sys/fs/cgroup/cpuacct/labctl-floor", NULL, NULL},
    {"/sys/fs/cgroup/memory/labctl-floor", "memory.limit_in_bytes", "268435456"},
    {"/sys/fs/cgroup/pids/labctl-floor", "pids.max", "64"},
};
static const char v2[] = "/sys/fs/cgroup/labctl-floor";

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void put(const char *group, const char *file, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", group, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die(path);
	close(fd);
}

static int is_v1(void)
{
	return access("/sys/fs/cgroup/memory/tasks", F_OK) == 0;
}

static void make_groups(void)
{
	for (size_t i = 0; is_v1() && i < sizeof(v1) / sizeof(v1[0]); i++) {
		if (mkdir(v1[i].group, 0755) && errno != EEXIST)
			die(v1[i].group);
		if (v1[i].file)
			put(v1[i].group, v1[i].file, v1[i].value);
	}
	if (!is_v1() && mkdir(v2, 0755) && errno != EEXIST)
		die(v2);
}

static void enter_groups(void)
{
	for (size_t i = 0; is_v1() && i < sizeof(v1) / sizeof(v1[0]); i++)
		put(v1[i].group, "tasks", "0");
	if (!is_v1())
		put(v2, "cgroup.procs", "0");
}

static void remove_groups(void)
{
	for (size_t i = 0; is_v1() && i < sizeof(v1) / sizeof(v1[0]); i++)
		rmdir(v1[i].group);
	rmdir(v2);
}

static void build_root(const char *root)
{
	char options[512];

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/proc", "tmpfs", MS_NOSUID, NULL) || chdir("/proc") ||
	    mkdir("upper", 0755) || mkdir("work", 0755) || mkdir("root", 0755))
		die("scratch");
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=upper,workdir=work", root);
	if (mount("overlay", "root", "overlay", MS_NODEV | MS_NOSUID, options) || chdir("root"))
		die("overlay");
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ||
	    mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, NULL))
		die("proc and dev");
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		die("pivot_root");
}

int main(int argc, char **argv)
{
	struct clone_args args = {.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
					   CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP,
				  .exit_signal = SIGCHLD};
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: floor ROOT COMMAND...\n");
		return 2;
	}
	make_groups();
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		die("clone3");
	if (pid == 0) {
		enter_groups();
		build_root(argv[1]);
		execv(argv[2], argv + 2);
		die(argv[2]);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("wait");
	remove_groups();
	return WEXITSTATUS(status);
}
