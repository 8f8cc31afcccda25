/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/hostcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "sandbox/cgroup_host.h"
#include "sandbox/cgroup_lib.h"
#include "sandbox/device.h"
#include "sandbox/disk.h"
#include "sandbox/ns.h"
#include "sandbox/slot.h"

/* --- before each command -------------------------------------------------- */

static int need_root(struct err *e)
{
	if (geteuid() == 0)
		return 0;
	fail(e, ERR_HOST, 0, "this needs root, and you are user %u", (unsigned)geteuid());
	return hint(e, "sudo labctl ...");
}

static int need_overlay(struct err *e)
{
	cleanup_fd int fd = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);

	if (fd >= 0)
		return 0;
	fail(e, ERR_HOST, errno, "the kernel offers no overlay file system");
	if (e->sys == EPERM)
		return hint(
		    e, "run labctl on the host, or in a container that may mount (privileged)");
	return hint(e, "modprobe overlay; or use a kernel built with CONFIG_OVERLAY_FS");
}

int hostcheck_need(unsigned needs, struct err *e)
{
	if ((needs & HOSTCHECK_ROOT) && need_root(e))
		return -1;
	if ((needs & HOSTCHECK_OVERLAY) && need_overlay(e))
		return -1;
	if ((needs & HOSTCHECK_CGROUP) && !cgroup_host_open(e))
		return -1;
	return 0;
}

/* --- the full table -------------------------------------------------------- */

struct table {
	struct hostcheck_row *rows;
	size_t count;
};

static struct hostcheck_row *add(struct table *t, const char *what)
{
	struct hostcheck_row *r = &t->rows[t->count++];

	memset(r, 0, sizeof(*r));
	r->what = what;
	return r;
}

__attribute__((format(printf, 2, 3))) static void found(struct hostcheck_row *r, const char *fmt,
							...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->found, sizeof(r->found), fmt, args);
	va_end(args);
}

__attribute__((format(printf, 3, 4))) static void cure(struct hostcheck_row *r,
						       enum hostcheck_verdict verdict,
						       const char *fmt, ...)
{
	va_list args;

	r->verdict = verdict;
	va_start(args, fmt);
	vsnprintf(r->cure, sizeof(r->cure), fmt, args);
	va_end(args);
}

static void check_root(struct table *t)
{
	struct hostcheck_row *r = add(t, "root");

	found(r, "user %u", (unsigned)geteuid());
	if (geteuid())
		cure(r, HOSTCHECK_LACKING, "sudo labctl doctor");
}

static void check_kernel(struct table *t)
{
	struct hostcheck_row *r = add(t, "kernel");
	struct utsname u;
	int major_number = 0, minor_number = 0;

	uname(&u);
	found(r, "Linux %s", u.release);
	sscanf(u.release, "%d.%d", &major_number, &minor_number);
	if (major_number < 6 || (major_number == 6 && minor_number < 1))
		cure(r, HOSTCHECK_LACKING, "Linux 6.1 (Debian 12) or newer");
}

static void check_namespaces(struct table *t)
{
	static const char *const names[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};
	struct hostcheck_row *r = add(t, "namespaces");
	cleanup(strv_done) struct strv missing = STRV_INIT;
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *path = xasprintf("/proc/self/ns/%s", names[i]);

		if (!path_exists(path))
			strv_add(&missing, names[i]);
	}
	cleanup_fd int fd = missing.len || geteuid() ? -1 : ns_new_users(0, 1, &e);

	if (missing.len) {
		cleanup_free char *list = strv_join(&missing, " ");

		found(r, "the kernel lacks %s", list);
		cure(r, HOSTCHECK_LACKING, "a kernel with all namespaces, as of any distribution");
	} else if (fd < 0 && !geteuid()) {
		found(r, "%.150s", e.msg);
		cure(r, HOSTCHECK_LACKING, "sysctl -w user.max_user_namespaces=10000");
	} else {
		found(r, "user mnt pid net ipc uts cgroup");
	}
}

static void check_seccomp(struct table *t)
{
	struct hostcheck_row *r = add(t, "system call filter");

	if (prctl(PR_GET_SECCOMP) >= 0) {
		found(r, "seccomp");
		return;
	}
	found(r, "%s", strerror(errno));
	cure(r, HOSTCHECK_LACKING, "a kernel with CONFIG_SECCOMP_FILTER");
}

static void check_overlay(struct table *t)
{
	struct hostcheck_row *r = add(t, "overlay file system");
	struct err e = {.kind = ERR_NONE};

	if (!need_overlay(&e)) {
		found(r, "there");
		return;
	}
	found(r, "%.150s", e.msg);
	cure(r, HOSTCHECK_LACKING, "%.200s", e.hint);
}

/* Asks the file system itself, with a mapping that is thrown away. */
static void check_id_mapping(struct table *t)
{
	struct hostcheck_row *r = add(t, "id-mapped layers");

	if (geteuid()) {
		found(r, "only root can try");
		cure(r, HOSTCHECK_PARTLY, "sudo labctl doctor");
		return;
	}
	const char *dir = path_state_dir();
	struct err e;
	cleanup_fd int users = ns_new_users(SLOT_IDS, 1, &e);
	cleanup_fd int tree = (int)syscall(SYS_open_tree, AT_FDCWD, path_exists(dir) ? dir : "/",
					   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)users};

	if (users >= 0 && tree >= 0 &&
	    !syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr))) {
		found(r, "%s can map ids", dir);
		return;
	}
	found(r, "%s: %s", dir, strerror(errno));
	cure(r, HOSTCHECK_LACKING, "keep labctl's files (LABCTL_ROOT) on ext4, xfs or btrfs");
}

static void check_space(struct table *t)
{
	struct hostcheck_row *r = add(t, "disk space");
	struct statfs st;
	char bytes[32];

	if (statfs(path_exists(path_state_dir()) ? path_state_dir() : "/", &st)) {
		found(r, "%s: %s", path_state_dir(), strerror(errno));
		return;
	}
	str_human_bytes((int64_t)st.f_bavail * st.f_bsize, bytes, sizeof(bytes));
	found(r, "%s free for %s", bytes, path_state_dir());
	if ((int64_t)st.f_bavail * st.f_bsize < 2LL << 30)
		cure(r, HOSTCHECK_PARTLY,
		     "images and labs want some 2 GiB: make room, or move "
		     "LABCTL_ROOT");
}

const char *hostcheck_lab_disk(void)
{
	static char text[240];
	const char *why;

	if (disk_is_offered(&why))
		return NULL;
	snprintf(text, sizeof(text),
		 "the disk limit does not hold for what a lab's services and home keep on disk: "
		 "this host has %s",
		 why);
	return text;
}

static void check_disk_limit(struct table *t)
{
	struct hostcheck_row *r = add(t, "limit: disk");
	const char *lacking = hostcheck_lab_disk();

	if (lacking) {
		found(r, "a file system in memory of that size");
		cure(r, HOSTCHECK_PARTLY, "%s", lacking);
		return;
	}
	found(r, "a file system of that size: in memory, of a lab in a file (loop device)");
}

static void check_kernel_log(struct table *t)
{
	struct hostcheck_row *r = add(t, "who held the memory");
	cleanup_fd int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0) {
		found(r, "told by the kernel's log");
		return;
	}
	found(r, "/dev/kmsg: %s", strerror(errno));
	cure(r, HOSTCHECK_PARTLY, "out of memory is still seen, but not which program held it");
}

static const char *const limit_names[CGROUP_COUNT] = {
    [CGROUP_CPU] = "limit: fractions of a CPU", [CGROUP_CPUACCT] = "CPU time used",
    [CGROUP_CPUSET] = "limit: whole CPUs",      [CGROUP_MEMORY] = "limit: memory",
    [CGROUP_PIDS] = "limit: processes",         [CGROUP_IO] = "limit: block I/O"};

/* How a host gets a controller that it lacks. */
static void cure_controller(struct hostcheck_row *r, const struct cgroup_host *h, int c)
{
	const bool v2 = h->place[CGROUP_MEMORY].version == 2;

	if (v2)
		cure(r, HOSTCHECK_LACKING, "echo +%s >/sys/fs/cgroup/cgroup.subtree_control",
		     cgroup_v2_names[c] ? cgroup_v2_names[c] : "cpu");
	else if (c == CGROUP_MEMORY)
		cure(r, HOSTCHECK_LACKING, "add cgroup_enable=memory to the kernel's command line");
	else
		cure(r, HOSTCHECK_LACKING,
		     "mkdir -p /sys/fs/cgroup/%s && mount -t cgroup -o %s cgroup /sys/fs/cgroup/%s",
		     cgroup_names[c], cgroup_names[c], cgroup_names[c]);
}

static void check_io(struct hostcheck_row *r, const struct cgroup_host *h)
{
	unsigned major_number, minor_number;
	struct err e;

	if (device_find(path_exists(path_state_dir()) ? path_state_dir() : "/", &major_number,
			&minor_number, &e))
		cure(r, HOSTCHECK_LACKING, "%.230s", e.msg);
	else if (h->place[CGROUP_IO].version == 1)
		cure(
		    r, HOSTCHECK_PARTLY,
		    "cgroup v1 slows reads and direct writes, not buffered writes; v2 does: boot with "
		    "systemd.unified_cgroup_hierarchy=1");
}

static bool same_directory(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void check_controller(struct table *t, const struct cgroup_host *h, int c)
{
	struct hostcheck_row *r = add(t, limit_names[c]);
	const struct cgroup_place *p = &h->place[c];
	char lib_mount[128] = "";
	struct err e;

	if (h->top_fd[c] < 0 || !p->version) {
		found(r, "no controller '%s'", cgroup_names[c]);
		cure_controller(r, h, c);
		return;
	}
	found(r, "cgroup v%d at %s", p->version, p->mount);
	if (c == CGROUP_IO)
		check_io(r, h);
	/* libcgroup reads the same mounts by itself: if it disagrees, one of us is wrong. */
	const char *name = p->version == 2 ? cgroup_v2_names[c] : cgroup_names[c];

	if (!name || cgroup_lib_mount(name, lib_mount, sizeof(lib_mount), &e))
		return;
	if (!same_directory(lib_mount, p->mount))
		cure(r, HOSTCHECK_PARTLY, "libcgroup finds it at %s: is it mounted twice?",
		     lib_mount);
}

static void check_controllers(struct table *t)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);

	if (!h) {
		struct hostcheck_row *r = add(t, "cgroups");

		found(r, "%.150s", e.msg);
		cure(r, HOSTCHECK_LACKING, "%.230s", e.hint);
		return;
	}
	for (int c = 0; c < CGROUP_COUNT; c++)
		check_controller(t, h, c);
}

size_t hostcheck_all(struct hostcheck_row rows[HOSTCHECK_ROWS_MAX])
{
	struct table t = {.rows = rows};

	check_root(&t);
	check_kernel(&t);
	check_namespaces(&t);
	check_seccomp(&t);
	check_overlay(&t);
	check_id_mapping(&t);
	check_space(&t);
	check_controllers(&t);
	check_disk_limit(&t);
	check_kernel_log(&t);
	return t.count;
}

void hostcheck_limits(const struct limits *l, struct strv *notes)
{
	struct err e;
	const struct cgroup_host *h = cgroup_host_open(&e);

	if (h && l->io_write_bps && h->place[CGROUP_IO].version == 1)
		strv_add(notes, "cgroup v1 limits reads and direct writes to the disk; buffered "
				"writes are not slowed");
}
