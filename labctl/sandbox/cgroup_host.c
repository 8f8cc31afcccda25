/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Finding the controllers, and labctl's own directory in each.
 *
 * The hot path reads nothing: it opens /sys/fs/cgroup/<controller>/labctl, or
 * /sys/fs/cgroup/labctl, where nearly every host has them. Only when that
 * fails (the first time since boot, or an unusual host) are the mounts looked
 * up and the directories made.
 */

#include "sandbox/cgroup_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/slot.h"

const char *const cgroup_names[CGROUP_COUNT] = {
    [CGROUP_CPU] = "cpu",       [CGROUP_CPUACCT] = "cpuacct", [CGROUP_CPUSET] = "cpuset",
    [CGROUP_MEMORY] = "memory", [CGROUP_PIDS] = "pids",       [CGROUP_IO] = "blkio",
};

const char *const cgroup_v2_names[CGROUP_COUNT] = {
    [CGROUP_CPU] = "cpu",   [CGROUP_CPUSET] = "cpuset", [CGROUP_MEMORY] = "memory",
    [CGROUP_PIDS] = "pids", [CGROUP_IO] = "io",
};

static const char root[] = "/sys/fs/cgroup";

/* Is `word` one of the words of `list`, which are separated by any of `separators`? */
static bool has_word(const char *list, const char *word, const char *separators)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, separators);

		if (n == len && !memcmp(list, word, n))
			return true;
		list += n + (list[n] != '\0');
	}
	return false;
}

static void set_place(struct cgroup_place *p, int version, const char *mount)
{
	if (p->version)
		return;
	p->version = version;
	snprintf(p->mount, sizeof(p->mount), "%s", mount);
}

/* One line: "35 31 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory". */
static void parse_mount(const char *line, const char *unified_controllers,
			struct cgroup_place place[CGROUP_COUNT])
{
	char mount[128], type[32], options[256];
	const char *dash = strstr(line, " - ");

	if (!dash || sscanf(line, "%*s %*s %*s %*s %127s", mount) != 1 ||
	    sscanf(dash, " - %31s %*s %255s", type, options) != 2)
		return;
	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (str_eq(type, "cgroup") && has_word(options, cgroup_names[c], ","))
			set_place(&place[c], 1, mount);
		if (str_eq(type, "cgroup2") &&
		    (!cgroup_v2_names[c]
			 ? has_word(unified_controllers, "cpu", " \n")
			 : has_word(unified_controllers, cgroup_v2_names[c], " \n")))
			set_place(&place[c], 2, mount);
	}
}

void cgroup_host_parse(const char *mountinfo, const char *unified_controllers,
		       struct cgroup_place place[CGROUP_COUNT])
{
	cleanup_free char *text = xstrdup(mountinfo);
	char *rest = NULL;

	memset(place, 0, CGROUP_COUNT * sizeof(*place));
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		parse_mount(line, unified_controllers, place);
}

/* "labctl", or another name for another LABCTL_ROOT, so that gc of one leaves the other's alone. */
static const char *top_name(void)
{
	static char name[32];

	if (!slot_root())
		return "labctl";
	snprintf(name, sizeof(name), "labctl-%08x", slot_root());
	return name;
}

static int open_dir(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* Controllers that share a hierarchy share its directory: the same inode number says so. */
static void find_twins(struct cgroup_host *h)
{
	struct stat st[CGROUP_COUNT] = {0};

	for (int c = 0; c < CGROUP_COUNT; c++) {
		h->twin[c] = c;
		if (h->top_fd[c] < 0 || fstat(h->top_fd[c], &st[c]))
			continue;
		for (int d = 0; d < c; d++) {
			if (st[d].st_dev == st[c].st_dev && st[d].st_ino == st[c].st_ino) {
				h->twin[c] = d;
				break;
			}
		}
	}
}

static bool open_v1(struct cgroup_host *h)
{
	char path[128];

	for (int c = 0; c < CGROUP_COUNT; c++) {
		snprintf(path, sizeof(path), "%s/%s/%s", root, cgroup_names[c], top_name());
		h->top_fd[c] = open_dir(path);
		if (h->top_fd[c] < 0) {
			while (c--)
				fd_close(&h->top_fd[c]);
			return false;
		}
		h->place[c].version = 1;
		snprintf(h->place[c].mount, sizeof(h->place[c].mount), "%s/%s", root,
			 cgroup_names[c]);
	}
	return true;
}

static bool open_v2(struct cgroup_host *h)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, top_name());
	int fd = open_dir(path);

	if (fd < 0)
		return false;
	for (int c = 0; c < CGROUP_COUNT; c++) {
		h->top_fd[c] = fd;
		h->place[c].version = 2;
		snprintf(h->place[c].mount, sizeof(h->place[c].mount), "%s", root);
	}
	return true;
}

static int read_controllers(const char *mountinfo, struct str *out, struct err *e)
{
	const char *line = strstr(mountinfo, " - cgroup2 ");
	char mount[128], path[160];

	if (!line)
		return 0;
	while (line > mountinfo && line[-1] != '\n')
		line--;
	if (sscanf(line, "%*s %*s %*s %*s %127s", mount) != 1)
		return 0;
	snprintf(path, sizeof(path), "%s/cgroup.controllers", mount);
	return fd_read_file_at(AT_FDCWD, path, out, 4096, e);
}

/* What a new directory of version 1's cpuset lacks is its memory nodes and CPUs: it takes its
 * parent's, and so shall all below it. */
static int fill_cpuset(int fd, const char *mount, struct err *e)
{
	static const char *const files[] = {"cpuset.mems", "cpuset.cpus"};
	cleanup_fd int parent = fd_open_at(AT_FDCWD, mount, O_PATH | O_DIRECTORY, 0, e);

	if (parent < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup(str_done) struct str value = STR_INIT;

		if (fd_read_file_at(parent, files[i], &value, 4096, e) ||
		    fd_write_knob_at(fd, files[i], value.data, e))
			return -1;
	}
	return fd_write_knob_at(fd, "cgroup.clone_children", "1", e);
}

void cgroup_host_hand_down(int dir_fd)
{
	struct err ignored;
	char word[32];

	for (int c = 0; c < CGROUP_COUNT; c++) {
		if (!cgroup_v2_names[c])
			continue;
		snprintf(word, sizeof(word), "+%s", cgroup_v2_names[c]);
		fd_write_knob_at(dir_fd, "cgroup.subtree_control", word, &ignored);
	}
}

static int fail_top(const struct cgroup_place *p, const char *path, struct err *e)
{
	fail(e, ERR_HOST, errno, "make the control group '%s'", path);
	if (e->sys == EROFS)
		return hint(
		    e,
		    "'%s' is read-only, as in a container: run labctl on the host, or start the "
		    "container privileged",
		    p->mount);
	return hint(e, "labctl must be root and '%s' writable; 'labctl doctor' tells more",
		    p->mount);
}

static int make_top(struct cgroup_host *h, int c, struct err *e)
{
	struct cgroup_place *p = &h->place[c];
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", p->mount, top_name());
	if (mkdir(path, 0755) && errno != EEXIST)
		return fail_top(p, path, e);
	h->top_fd[c] = fd_open_at(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, e);
	if (h->top_fd[c] < 0)
		return -1;
	if (p->version == 1 && c == CGROUP_CPUSET)
		return fill_cpuset(h->top_fd[c], p->mount, e);
	if (p->version == 2) {
		cleanup_fd int parent = open_dir(p->mount);

		cgroup_host_hand_down(parent);
		cgroup_host_hand_down(h->top_fd[c]);
	}
	return 0;
}

static int set_up(struct cgroup_host *h, struct err *e)
{
	cleanup(str_done) struct str mounts = STR_INIT;
	cleanup(str_done) struct str unified = STR_INIT;

	if (fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", &mounts, 1 << 20, e) ||
	    read_controllers(mounts.data, &unified, e))
		return -1;
	cgroup_host_parse(mounts.data, unified.data, h->place);
	if (!h->place[CGROUP_MEMORY].version) {
		fail(e, ERR_HOST, 0, "no cgroup controllers are mounted on this host");
		return hint(
		    e, "mount -t cgroup2 none /sys/fs/cgroup; in a container, ask for its host's");
	}
	for (int c = 0; c < CGROUP_COUNT; c++) {
		h->top_fd[c] = -1;
		if (h->place[c].version && make_top(h, c, e))
			return -1;
	}
	return 0;
}

const struct cgroup_host *cgroup_host_open(struct err *e)
{
	static struct cgroup_host host;
	static bool ready;

	if (ready)
		return &host;
	if (!open_v1(&host) && !open_v2(&host) && set_up(&host, e))
		return NULL;
	find_twins(&host);
	ready = true;
	return &host;
}
