/* SPDX-License-Identifier: Apache-2.0 */
#include "image/deb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/str.h"

/* One member's header in an ar archive (deb(5)): text fields, filled up with blanks. */
struct ar_header {
	char name[16];
	char mtime[12];
	char uid[6];
	char gid[6];
	char mode[8];
	char size[10];
	char end[2];
};

_Static_assert(sizeof(struct ar_header) == 60, "the header as it lies in the file");

static const char ar_magic[8] = {'!', '<', 'a', 'r', 'c', 'h', '>', '\n'};

/* Decimal digits, then blanks, to the end of the field. */
static bool read_size(const char *field, size_t width, size_t *out)
{
	size_t value = 0;
	size_t i = 0;

	for (; i < width && field[i] >= '0' && field[i] <= '9'; i++)
		value = value * 10 + (size_t)(field[i] - '0');
	if (i == 0)
		return false;
	for (; i < width; i++)
		if (field[i] != ' ')
			return false;
	*out = value;
	return true;
}

struct ar {
	const uint8_t *at;
	const uint8_t *end;
};

/* The next member: 1, or 0 at the end. Bodies begin at even offsets. */
static int next_member(struct ar *ar, char name[17], struct deb_part *body, struct err *e)
{
	struct ar_header h;
	size_t left = (size_t)(ar->end - ar->at);
	size_t size;

	if (left == 0)
		return 0;
	if (left < sizeof(h))
		return fail(e, ERR_SPEC, 0, "the archive ends in the middle of a member's header");
	memcpy(&h, ar->at, sizeof(h));
	if (h.end[0] != '`' || h.end[1] != '\n' || !read_size(h.size, sizeof(h.size), &size))
		return fail(e, ERR_SPEC, 0, "a member's header is damaged");
	left -= sizeof(h);
	if (size > left)
		return fail(e, ERR_SPEC, 0, "the archive ends in the middle of a member");
	memcpy(name, h.name, sizeof(h.name));
	name[16] = '\0';
	name[strcspn(name, " /")] = '\0'; /* GNU ar ends names with a slash */
	body->data = ar->at + sizeof(h);
	body->size = size;
	ar->at = body->data + size;
	if (size % 2 && ar->at < ar->end)
		ar->at++;
	return 1;
}

/* Each tar must be there once. Members whose names begin with "_" are for others (deb(5)). */
static int take_part(struct deb_part *slot, const struct deb_part *body, const char *name,
		     struct err *e)
{
	if (slot->data)
		return fail(e, ERR_SPEC, 0, "it holds %s twice", name);
	*slot = *body;
	return 0;
}

int deb_parse(const void *bytes, size_t size, struct deb *out, struct err *e)
{
	struct ar ar = {.at = bytes, .end = (const uint8_t *)bytes + size};
	struct deb_part body;
	char name[17];
	int more;

	*out = (struct deb){.map = NULL};
	if (size < sizeof(ar_magic) || memcmp(bytes, ar_magic, sizeof(ar_magic)) != 0)
		return fail(e, ERR_SPEC, 0, "it is not a Debian package (no ar archive)");
	ar.at += sizeof(ar_magic);
	while ((more = next_member(&ar, name, &body, e)) == 1) {
		if (str_starts(name, "control.tar") && take_part(&out->control, &body, name, e))
			return -1;
		if (str_starts(name, "data.tar") && take_part(&out->data, &body, name, e))
			return -1;
	}
	if (more < 0)
		return -1;
	if (!out->control.data || !out->data.data)
		return fail(e, ERR_SPEC, 0, "it is not a Debian package (no %s in it)",
			    out->control.data ? "data.tar" : "control.tar");
	return 0;
}

int deb_open(const char *path, struct deb *out, struct err *e)
{
	cleanup_fd int fd = fd_open_at(AT_FDCWD, path, O_RDONLY, 0, e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		return fail(e, ERR_HOST, errno, "stat '%s'", path);
	if (st.st_size == 0)
		return fail(e, ERR_SPEC, 0, "'%s' is empty", path);
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);

	if (map == MAP_FAILED)
		return fail(e, ERR_HOST, errno, "map '%s'", path);
	*out = (struct deb){.map = map, .map_size = (size_t)st.st_size};
	return 0;
}

int deb_find_parts(struct deb *d, struct err *e)
{
	struct deb parts;

	if (deb_parse(d->map, d->map_size, &parts, e))
		return -1;
	d->control = parts.control;
	d->data = parts.data;
	return 0;
}

void deb_close(struct deb *d)
{
	if (d->map)
		munmap(d->map, d->map_size);
	*d = (struct deb){.map = NULL};
}
