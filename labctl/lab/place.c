/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/dir.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/proc.h"
#include "sandbox/cgroup.h"
#include "sandbox/disk.h"
#include "spec/json.h"

enum { RECORD_MAX_BYTES = 1 << 20 };

static const int64_t DYING_NS = 2 * NS_PER_S;

/* ---- the record ---- */

#define AT(member) offsetof(struct lab_service, member)
static const struct field service_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name), .required = true},
    {.key = "image_digest", .type = FIELD_DIGEST, .offset = AT(image_digest)},
    {.key = "initial_digest", .type = FIELD_DIGEST, .offset = AT(initial_digest)},
    {.key = "cgroup", .type = FIELD_STRING, .offset = AT(cgroup)},
    {.key = "pid", .type = FIELD_INT, .offset = AT(pid)},
    {.key = "started_ns", .type = FIELD_INT, .offset = AT(started_ns)},
    {.key = "ready_ns", .type = FIELD_INT, .offset = AT(ready_ns)},
    {.key = "ended", .type = FIELD_STRING, .offset = AT(ended)},
    {.type = FIELD_END},
};
static const struct schema service_schema = {
    .title = "a service", .size = sizeof(struct lab_service), .fields = service_fields};

/* Unlike limits_schema this takes 0 for what is not limited. */
#undef AT
#define AT(member) offsetof(struct limits, member)
static const struct field limits_fields[] = {
    {.key = "cpu", .type = FIELD_DOUBLE, .offset = AT(cpu)},
    {.key = "cpuset", .type = FIELD_STRING, .offset = AT(cpuset)},
    {.key = "cpu_period_ns", .type = FIELD_INT, .offset = AT(cpu_period_ns)},
    {.key = "memory_bytes", .type = FIELD_INT, .offset = AT(memory_bytes)},
    {.key = "pids", .type = FIELD_INT, .offset = AT(pids)},
    {.key = "io_read_bps", .type = FIELD_INT, .offset = AT(io_read_bps)},
    {.key = "io_write_bps", .type = FIELD_INT, .offset = AT(io_write_bps)},
    {.key = "disk_bytes", .type = FIELD_INT, .offset = AT(disk_bytes)},
    {.key = "nofile", .type = FIELD_INT, .offset = AT(nofile)},
    {.key = "output_bytes", .type = FIELD_INT, .offset = AT(output_bytes)},
    {.key = "time_ns", .type = FIELD_INT, .offset = AT(time_ns)},
    {.type = FIELD_END},
};
static const struct schema limits_record = {
    .title = "limits", .size = sizeof(struct limits), .fields = limits_fields};

#undef AT
#define AT(member) offsetof(struct lab_record, member)
static const struct field record_fields[] = {
    {.key = "name", .type = FIELD_NAME, .offset = AT(name), .required = true},
    {.key = "image", .type = FIELD_NAME, .offset = AT(image)},
    {.key = "dataset", .type = FIELD_NAME, .offset = AT(dataset)},
    {.key = "created", .type = FIELD_STRING, .offset = AT(created)},
    {.key = "supervisor", .type = FIELD_INT, .offset = AT(supervisor), .required = true},
    {.key = "supervisor_start", .type = FIELD_INT, .offset = AT(supervisor_start)},
    {.key = "netns_fd", .type = FIELD_INT, .offset = AT(netns_fd)},
    {.key = "cgroup", .type = FIELD_STRING, .offset = AT(cgroup)},
    {.key = "resets", .type = FIELD_INT, .offset = AT(resets)},
    {.key = "attached", .type = FIELD_BOOL, .offset = AT(attached)},
    {.key = "limits", .type = FIELD_OBJECT, .offset = AT(limits), .sub = &limits_record},
    {.key = "services",
     .type = FIELD_LIST,
     .offset = AT(services),
     .count_offset = AT(service_count),
     .sub = &service_schema},
    {.type = FIELD_END},
};
static const struct schema record_schema = {
    .title = "lab.json", .size = sizeof(struct lab_record), .fields = record_fields};

static int fail_no_lab(const struct place *p, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	struct err ignored;
	const char *near;

	fail(e, ERR_USAGE, 0, "there is no lab '%s'", p->name);
	if (place_list(&names, &ignored) || names.len == 0)
		return hint(e, "no lab is up: labctl up %s", p->name);
	near = str_nearest(p->name, (const char *const *)strv_argv(&names));
	cleanup_free char *all = strv_join(&names, ", ");

	if (near)
		return hint(e, "did you mean '%s'? The labs are: %s", near, all);
	return hint(e, "the labs are: %s", all);
}

int place_read(const struct place *p, struct lab_record *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!path_exists(p->record))
		return fail_no_lab(p, e);
	cleanup(json_free) json_t *j = json_read_file(p->record, RECORD_MAX_BYTES, e);

	return j ? json_decode(&record_schema, j, p->record, out, e) : -1;
}

/* Without fsync: it is gone with a reboot anyway, and so is the lab. */
int place_write(const struct place *p, const struct lab_record *r, struct err *e)
{
	cleanup(json_free) json_t *j = json_encode(&record_schema, r);
	cleanup_free char *text = json_text(j, true);
	cleanup_free char *temporary = xasprintf("%s.new", p->record);
	cleanup_fd int fd = fd_open_at(AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644, e);

	if (fd < 0 || fd_write_all(fd, text, strlen(text), e))
		return wrap(e, "write the record of lab '%s'", p->name);
	if (rename(temporary, p->record))
		return fail(e, ERR_HOST, errno, "write '%s'", p->record);
	return 0;
}

void lab_record_done(struct lab_record *r)
{
	schema_done(&record_schema, r);
}

bool place_is_alive(const struct lab_record *r)
{
	return r->supervisor > 0 && r->supervisor_start > 0 &&
	       proc_is_alive((pid_t)r->supervisor, (uint64_t)r->supervisor_start);
}

/* ---- the files ---- */

int place_init(struct place *p, const char *name, struct err *e)
{
	memset(p, 0, sizeof(*p));
	if (!path_is_plain_name(name)) {
		fail(e, ERR_USAGE, 0, "'%s' is no name for a lab", name);
		return hint(e, "use at most 64 letters, digits, '.', '_' and '-', beginning with "
			       "a letter or digit");
	}
	p->name = xstrdup(name);
	p->run_dir = xasprintf("%s/labs/%s", path_run_dir(), name);
	p->data_dir = xasprintf("%s/labs/%s", path_state_dir(), name);
	p->disk = path_join(p->data_dir, "disk");
	p->disk_image = path_join(p->data_dir, "disk.ext4");
	p->log_dir = path_join(p->data_dir, "log");
	p->home = path_join(p->disk, "home");
	p->record = xasprintf("%s/lab.json", p->run_dir);
	p->lock = xasprintf("%s/labs/.%s.lock", path_run_dir(), name);
	return 0;
}

void place_done(struct place *p)
{
	free(p->name);
	free(p->run_dir);
	free(p->data_dir);
	free(p->disk);
	free(p->disk_image);
	free(p->log_dir);
	free(p->home);
	free(p->record);
	free(p->lock);
	memset(p, 0, sizeof(*p));
}

static void say_waiting(void *arg)
{
	log_info("another labctl is busy with lab '%s': waiting for it", (const char *)arg);
}

int place_lock(const struct place *p, struct err *e)
{
	cleanup_free char *dir = path_dir(p->lock);

	if (path_mkdirs(dir, 0755, e))
		return -1;
	return fd_lock_at(AT_FDCWD, p->lock, LOCK_EX, say_waiting, p->name, e);
}

/* The home is the guest's, who is root there: on disk its files are the host's root's, set-uid bits
 * and all, and nobody else may come near them. What is above the home is not the guest's to open.
 */
int place_make(const struct place *p, struct err *e)
{
	if (path_mkdirs(p->run_dir, 0700, e) || path_mkdirs(p->data_dir, 0700, e) ||
	    path_mkdirs(p->log_dir, 0700, e))
		return wrap(e, "make the directories of lab '%s'", p->name);
	return 0;
}

int place_hold(const struct place *p, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, p->data_dir, O_RDONLY | O_DIRECTORY, 0, e);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB))
		return fail(e, ERR_HOST, errno, "lock '%s'", p->data_dir);
	return fd_take(&fd);
}

/* A supervisor that was killed while a service was being set up leaves the lock to that one's init
 * for a moment. */
static bool is_held(const struct place *p)
{
	const int64_t give_up = clock_now_ns() + DYING_NS;
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	cleanup_fd int fd = open(p->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		if (clock_now_ns() > give_up)
			return true;
		ppoll(NULL, 0, &pause, NULL);
	}
	return false;
}

int place_remove(const struct place *p, struct err *e)
{
	/* The record goes last: until then the files are known to be a lab's. */
	if (disk_detach(p->disk, e) || path_remove_tree_at(AT_FDCWD, p->data_dir, e) ||
	    path_remove_tree_at(AT_FDCWD, p->run_dir, e))
		return wrap(e, "remove the files of lab '%s'", p->name);
	return 0;
}

static void add_names(const char *parent, struct strv *names)
{
	cleanup_free char *dir = path_join(parent, "labs");
	cleanup(strv_done) struct strv all = STRV_INIT;
	struct err ignored; /* what cannot be read is somebody else's */

	if (dir_list(dir, "", &all, &ignored))
		return;
	for (size_t i = 0; i < all.len; i++)
		if (path_is_plain_name(all.items[i]) && !strv_has(names, all.items[i]))
			strv_add(names, all.items[i]);
}

int place_list(struct strv *names, struct err *e)
{
	(void)e;
	add_names(path_run_dir(), names);
	add_names(path_state_dir(), names);
	strv_sort(names);
	return 0;
}

int place_collect(const struct place *p, struct err *e)
{
	struct lab_record r;
	struct err unreadable;
	bool dead = true;

	if (!path_exists(p->run_dir) && !path_exists(p->data_dir))
		return 0;
	if (!place_read(p, &r, &unreadable)) {
		dead = !place_is_alive(&r);
		lab_record_done(&r);
	}
	if (!dead || is_held(p))
		return 0;
	/* Its processes died with it; what is left are empty groups and files. */
	if (cgroup_collect(NULL, e) < 0 || place_remove(p, e))
		return wrap(e, "clear away what is left of lab '%s'", p->name);
	return 1;
}
