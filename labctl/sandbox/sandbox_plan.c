/* SPDX-License-Identifier: Apache-2.0 */

/* What a specification comes to, before any process is there: see struct plan. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/fd.h"
#include "sandbox/sandbox_private.h"

void sandbox_undo_output(void *arg)
{
	output_close(arg);
}

/* init has room for so many, and cannot ask for more. */
int sandbox_check_counts(const struct sandbox_spec *spec, struct err *e)
{
	int layers = 0, binds = 0;

	while (spec->layers[layers])
		layers++;
	while (spec->binds && spec->binds[binds].host_path)
		binds++;
	if (layers < 1 || layers > MOUNT_LAYERS_MAX)
		return fail(e, ERR_SPEC, 0, "an image of %d layers: 1 to %d can be used", layers,
			    MOUNT_LAYERS_MAX);
	if (binds > MOUNT_BINDS_MAX)
		return fail(e, ERR_BUG, 0, "%d binds, and room for %d", binds, MOUNT_BINDS_MAX);
	return 0;
}

static int open_null(struct err *e)
{
	static int null_fd = -1;

	if (null_fd < 0)
		null_fd = fd_open_at(AT_FDCWD, "/dev/null", O_RDWR, 0, e);
	return null_fd;
}

/* A pipe in place of one of the guest's outputs, so that its bytes are counted. */
static int count_output(struct sandbox *s, struct output *o, int to_fd, int *guest_fd,
			struct err *e)
{
	int ends[2];

	if (fd_pipe(ends, e))
		return -1;
	o->from_fd = ends[0];
	o->to_fd = to_fd;
	undo_push(&s->undo, sandbox_undo_output, o);
	*guest_fd = ends[1];
	return fd_nonblock(ends[0], e);
}

/* A terminal's output passes through our hands anyway. */
static bool counts_outputs(const struct sandbox_spec *spec)
{
	return spec->limits.output_bytes && !spec->terminal;
}

static int plan_stdio(struct sandbox *s, const struct sandbox_spec *spec, struct plan *p,
		      struct err *e)
{
	const int wanted[3] = {spec->stdin_fd, spec->stdout_fd, spec->stderr_fd};

	for (int i = 0; i < 3; i++) {
		p->stdio_fd[i] = wanted[i];
		if (i > 0 && counts_outputs(spec)) {
			if (count_output(s, &s->outputs[i - 1], wanted[i], &p->stdio_fd[i], e))
				return -1;
		} else if (wanted[i] < 0) {
			p->stdio_fd[i] = open_null(e);
			if (p->stdio_fd[i] < 0)
				return -1;
		}
	}
	return 0;
}

/* The guest's ends of the pipes are the guest's: without them, no end of file. */
void sandbox_plan_done(const struct sandbox_spec *spec, struct plan *p)
{
	for (int i = 1; i < 3 && counts_outputs(spec); i++)
		fd_close(&p->stdio_fd[i]);
}

/* What the guest may write in memory; nothing said: what its memory limit lets it. An empty file
 * takes a kilobyte of the kernel's memory, and none of the file system's: it needs a limit too. */
static void plan_scratch(struct plan *p, const struct limits *l)
{
	const int64_t size = l->disk_bytes ? l->disk_bytes : l->memory_bytes;

	if (!size)
		return;
	snprintf(p->tmpfs_size, sizeof(p->tmpfs_size), "%lld", (long long)size);
	snprintf(p->tmpfs_inodes, sizeof(p->tmpfs_inodes), "%lld",
		 (long long)(size > 4 << 20 ? size / 1024 : 4096));
}

int sandbox_plan(struct sandbox *s, const struct sandbox_spec *spec, struct plan *p, struct err *e)
{
	*p = (struct plan){.spec = spec,
			   .first_id = slot_first_id(&s->slot),
			   .report_fd = -1,
			   .supervisor_fd = -1};
	plan_scratch(p, &spec->limits);
	return plan_stdio(s, spec, p, e);
}
