/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One service's life. Its root is an overlay: the image below, its initial
 * state on top of that, and a directory on disk for what it writes, so that
 * its syncs are real. The directory run/ beside it is bound at /run/labctl:
 * there the service puts its socket, and there it finds the socket at which it
 * says that it is ready (service_await.c).
 */
#include "lab/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/receive.h"
#include "lab/builder.h"

enum { PASSWD_MAX_BYTES = 1 << 20, LAST_WORDS_BYTES = 2000, LAST_WORDS_LINES = 6 };

static const char GUEST_RUN_DIR[] = "/run/labctl";

/* ---- kinds ---- */

#define SERVICE(name) extern const struct service_type service_##name;
#include "lab/services.def"
#undef SERVICE

#define SERVICE(name) &service_##name,
const struct service_type *const service_types[] = {
#include "lab/services.def"
    NULL};
#undef SERVICE

const struct service_type *service_find(const char *name, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	const char *near;

	for (size_t i = 0; service_types[i]; i++) {
		if (str_eq(service_types[i]->name, name))
			return service_types[i];
		strv_add(&names, service_types[i]->name);
	}
	near = str_nearest(name, (const char *const *)strv_argv(&names));
	cleanup_free char *all = strv_join(&names, ", ");

	fail(e, ERR_USAGE, 0, "there is no service '%s'", name);
	if (near)
		hint(e, "did you mean '%s'? The services are: %s", near, all);
	else
		hint(e, "the services are: %s", all);
	return NULL;
}

json_t *service_describe(const struct service_address *at)
{
	return json_pack("{s:s,s:i}", "host", "127.0.0.1", "port", at->port);
}

int64_t service_cache_bytes(const struct limits *lab)
{
	const int64_t most = 64 << 20;
	int64_t quarter = lab->memory_bytes / 4;

	return lab->memory_bytes && quarter < most ? quarter : most;
}

/* ---- making ---- */

/* uid and gid of a user of the image: "name:x:uid:gid:..." in the topmost /etc/passwd. */
static bool parse_user(char *text, const char *user, uid_t *uid, gid_t *gid)
{
	cleanup(strv_done) struct strv lines = STRV_INIT;
	size_t len = strlen(user);
	struct err ignored;
	int64_t ids[2];

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		cleanup(strv_done) struct strv parts = STRV_INIT;

		if (strncmp(lines.items[i], user, len) != 0 || lines.items[i][len] != ':')
			continue;
		strv_split(&parts, lines.items[i], ':');
		if (parts.len < 4 || str_to_int64(parts.items[2], 0, 65534, &ids[0], &ignored) ||
		    str_to_int64(parts.items[3], 0, 65534, &ids[1], &ignored))
			return false;
		*uid = (uid_t)ids[0];
		*gid = (gid_t)ids[1];
		return true;
	}
	return false;
}

static int find_user(struct service *s, struct err *e)
{
	for (size_t i = 0; i < s->layers.len; i++) {
		cleanup(str_done) struct str text = STR_INIT;
		cleanup_free char *path = path_join(s->layers.items[i], "etc/passwd");

		if (!path_exists(path))
			continue;
		if (fd_read_file_at(AT_FDCWD, path, &text, PASSWD_MAX_BYTES, e))
			return -1;
		if (parse_user(text.data, s->type->user, &s->uid, &s->gid))
			return 0;
		break;
	}
	return fail(e, ERR_SPEC, 0, "the image '%s' has no user '%s', who runs the service",
		    s->image.name, s->type->user);
}

int service_init(struct service *s, const struct service_type *type, const char *dir,
		 const char *log_path, struct err *e)
{
	memset(s, 0, sizeof(*s));
	s->type = type;
	s->notify_fd = s->log.from_fd = s->initial_fds[0] = s->initial_fds[1] = -1;
	/* Whether the image is the newest is for `image build` to ask: it costs a tenth of a start.
	 */
	if (image_open(type->name, &s->image, e) &&
	    image_ensure(type->name, &builder_runner, &s->image, e))
		return wrap(e, "service '%s'", type->name);
	s->dir = xstrdup(dir);
	s->log_path = xstrdup(log_path);
	strv_add_all(&s->layers, (const char *const *)strv_argv(&s->image.layers));
	return find_user(s, e);
}

void service_done(struct service *s)
{
	if (!s->type)
		return;
	service_kill(s);
	receive_close(&s->notify_fd);
	fd_close(&s->initial_fds[0]);
	fd_close(&s->initial_fds[1]);
	image_done(&s->image);
	strv_done(&s->layers);
	precopy_done(&s->hot);
	free(s->initial_digest);
	free(s->dir);
	free(s->log_path);
	memset(s, 0, sizeof(*s));
}

/* ---- its directories ---- */

static int make_dir(const char *parent, const char *name, mode_t mode, uid_t uid, gid_t gid,
		    struct err *e)
{
	cleanup_free char *path = path_join(parent, name);

	if (mkdir(path, mode) || chown(path, uid, gid) || chmod(path, mode))
		return fail(e, ERR_HOST, errno, "make '%s'", path);
	return 0;
}

int service_empty_trash(struct service *s, struct err *e)
{
	cleanup_free char *trash = xasprintf("%s.trash", s->dir);

	return path_remove_tree_at(AT_FDCWD, trash, e);
}

static int make_dirs(const struct service *s, struct err *e)
{
	return path_mkdirs(s->dir, 0700, e) || make_dir(s->dir, "upper", 0755, 0, 0, e) ||
		       make_dir(s->dir, "work", 0700, 0, 0, e) ||
		       make_dir(s->dir, "run", 0755, s->uid, s->gid, e)
		   ? -1
		   : 0;
}

/* Sockets of the last time: who binds one anew finds its name taken. */
static int renew_run_dir(const struct service *s, const char *trash, struct err *e)
{
	cleanup_free char *run = path_join(s->dir, "run");
	cleanup_free char *old = path_join(trash, "run");

	if (path_mkdirs(trash, 0700, e))
		return -1;
	if (rename(run, old) && errno != ENOENT)
		return fail(e, ERR_HOST, errno, "put '%s' away", run);
	return make_dir(s->dir, "run", 0755, s->uid, s->gid, e);
}

int service_renew(struct service *s, struct err *e)
{
	cleanup_free char *trash = xasprintf("%s.trash", s->dir);
	cleanup_free char *upper = path_join(s->dir, "upper");

	if (service_empty_trash(s, e))
		return -1;
	if (path_exists(s->dir) ? renew_run_dir(s, trash, e) : make_dirs(s, e))
		return -1;
	int result = precopy_restore(&s->hot, &s->layers, upper, trash, e);

	/* A disk may be full of what lies in the trash now. */
	if (result && e->sys == ENOSPC && !service_empty_trash(s, e))
		result = precopy_restore(&s->hot, &s->layers, upper, trash, e);
	return result ? wrap(e, "the root of service '%s'", s->type->name) : 0;
}

/* ---- starting ---- */

static int listen_for_ready(struct service *s, struct err *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup_free char *run = path_join(s->dir, "run");
	cleanup_fd int dir_fd = fd_open_at(AT_FDCWD, run, O_PATH | O_DIRECTORY, 0, e);

	receive_close(&s->notify_fd);
	if (dir_fd < 0)
		return -1;
	s->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/notify", dir_fd);
	if (s->notify_fd < 0 ||
	    bind(s->notify_fd, (const struct sockaddr *)&address, sizeof(address)) ||
	    fchmodat(dir_fd, "notify", 0666, 0))
		return fail(e, ERR_HOST, errno, "make the socket '%s/notify'", run);
	return 0;
}

static int open_log(const struct service *s, struct err *e)
{
	return fd_open_at(AT_FDCWD, s->log_path, O_WRONLY | O_CREAT | O_APPEND, 0644, e);
}

static void base_environment(struct strv *env)
{
	strv_add(env, "PATH=/usr/local/bin:/usr/bin:/bin");
	strv_add(env, "LANG=C.UTF-8");
	strv_add(env, "HOME=/tmp");
}

static int start_sandbox(struct service *s, struct sandbox_spec *spec, const struct limits *lab,
			 bool bound_log, struct err *e)
{
	cleanup_free char *run = path_join(s->dir, "run");
	const struct sandbox_bind binds[] = {
	    {.host_path = run, .guest_path = GUEST_RUN_DIR, .writable = true, .idmapped = true},
	    {0}};
	cleanup_fd int log_fd = bound_log ? logbook_open(&s->log, s->log_path, e) : open_log(s, e);

	if (log_fd < 0)
		return -1;
	spec->name = s->type->name;
	spec->layers = (const char *const *)strv_argv(&s->layers);
	spec->upper_dir = s->dir;
	spec->binds = binds;
	spec->uid = s->uid;
	spec->gid = s->gid;
	spec->stdout_fd = spec->stderr_fd = log_fd;
	spec->limits.disk_bytes = lab->disk_bytes; /* of /tmp and /dev/shm; the rest: storage.h */
	spec->limits.nofile = lab->nofile;
	spec->limits.memory_bytes = 0; /* the lab's budget bounds all of them together */
	s->ended = false;
	s->started_ns = clock_now_ns();
	return sandbox_start(spec, &s->sandbox, e);
}

int service_start(struct service *s, const char *cgroup, int netns_fd, const struct limits *lab,
		  bool bound_log, struct err *e)
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	cleanup(strv_done) struct strv argv = STRV_INIT;
	cleanup(strv_done) struct strv env = STRV_INIT;

	base_environment(&env);
	if (s->type->tells)
		strv_addf(&env, "NOTIFY_SOCKET=%s/notify", GUEST_RUN_DIR);
	s->type->command(lab, &argv, &env);
	spec.argv = strv_argv(&argv);
	spec.envp = strv_argv(&env);
	spec.cgroup_parent = cgroup;
	spec.netns_fd = netns_fd;
	s->ready = !s->type->tells;
	s->ready_ns = -1;
	if ((s->type->tells && listen_for_ready(s, e)) ||
	    start_sandbox(s, &spec, lab, bound_log, e))
		return wrap(e, "start the service '%s'", s->type->name);
	return 0;
}

int service_run(struct service *s, char *const *argv, struct err *e)
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	const struct limits none = LIMITS_NONE;
	cleanup(strv_done) struct strv env = STRV_INIT;

	base_environment(&env);
	spec.argv = argv;
	spec.envp = strv_argv(&env);
	if (start_sandbox(s, &spec, &none, false, e))
		return -1;
	int waited = sandbox_wait(s->sandbox, INT64_MAX, &s->outcome, e);

	sandbox_destroy(take_ptr(s->sandbox));
	if (waited < 0)
		return -1;
	if (s->outcome.ending == SANDBOX_EXITED && s->outcome.status == 0)
		return 0;
	cleanup_free char *words = service_last_words(s->log_path);
	return fail(e, ERR_GUEST, 0, "%s of '%s': %s%s%s", argv[0], s->type->name, s->outcome.words,
		    *words ? "; it said: " : "", words);
}

/* ---- ending ---- */

int service_stop(struct service *s, int signal, int64_t deadline_ns, struct err *e)
{
	if (!s->sandbox)
		return 0;
	if (sandbox_kill(s->sandbox, signal, e))
		return -1;
	int waited = sandbox_wait(s->sandbox, deadline_ns, &s->outcome, e);

	if (waited < 0)
		return -1;
	s->ended = true;
	service_kill(s);
	if (!waited)
		return fail(e, ERR_GUEST, 0, "the service '%s' did not end when asked to",
			    s->type->name);
	return 0;
}

void service_kill(struct service *s)
{
	sandbox_destroy(take_ptr(s->sandbox));
	logbook_close(&s->log);
	receive_close(
	    &s->notify_fd); /* its name is in run/: it would keep the lab's disk mounted */
}

/* The last lines, joined by " | ". */
char *service_last_words(const char *log_path)
{
	char tail[LAST_WORDS_BYTES + 1];
	cleanup(strv_done) struct strv lines = STRV_INIT;
	cleanup_fd int fd = open(log_path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	off_t from = size > LAST_WORDS_BYTES ? size - LAST_WORDS_BYTES : 0;
	ssize_t n = fd < 0 ? 0 : pread(fd, tail, LAST_WORDS_BYTES, from);

	tail[n > 0 ? n : 0] = '\0';
	strv_split(&lines, tail, '\n');
	while (lines.len > LAST_WORDS_LINES)
		strv_remove(&lines, 0);
	return strv_join(&lines, " | ");
}
