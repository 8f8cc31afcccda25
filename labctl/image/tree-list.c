/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/strv.h"
#include "image/tree.h"
#include "image/view.h"

const char tree_header[] = "labctl-layer 1\n";

enum { READ_SIZE = 256 << 10 };

/* ---- writing ---- */

struct lister {
	struct str *out;
	char *buffer;
	struct {
		ino_t inode;
		char *path;
	} * linked; /* files with several names, met so far */
	size_t linked_count, linked_cap;
};

static void add_escaped(struct str *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c == '\\' || c >= 0x7f)
			str_addf(out, "\\%03o", c);
		else
			str_addc(out, (char)c);
	}
}

static int hash_content(struct lister *l, int fd, struct err *e)
{
	struct hash h;
	char hex[HASH_HEX_SIZE];
	ssize_t n;

	hash_init(&h);
	while ((n = fd_read_full(fd, l->buffer, READ_SIZE, e)) > 0)
		hash_update(&h, l->buffer, (size_t)n);
	if (n < 0)
		return -1;
	hash_final_hex(&h, hex);
	str_add(l->out, hex);
	return 0;
}

/* Those that belong to the layer; the others are the host's (SELinux) or overlayfs's own. */
static bool is_listed_xattr(const char *name)
{
	return str_eq(name, "security.capability") || str_eq(name, "trusted.overlay.opaque") ||
	       str_starts(name, "user.") || str_starts(name, "system.posix_acl_");
}

static int add_xattr(struct str *out, int fd, const char *name, struct err *e)
{
	char value[4096];
	ssize_t n = fgetxattr(fd, name, value, sizeof(value));

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read the attribute %s", name);
	str_addc(out, ' ');
	add_escaped(out, name);
	str_addc(out, '=');
	for (ssize_t i = 0; i < n; i++)
		str_addf(out, "%02x", (unsigned char)value[i]);
	return 0;
}

static int add_xattrs(struct str *out, int fd, struct err *e)
{
	cleanup(strv_done) struct strv names = STRV_INIT;
	char list[4096];
	ssize_t n = flistxattr(fd, list, sizeof(list));

	if (n < 0 && errno == ENOTSUP)
		return 0;
	if (n < 0)
		return fail(e, ERR_HOST, errno, "list its attributes");
	for (const char *name = list; name < list + n; name += strlen(name) + 1)
		if (is_listed_xattr(name))
			strv_add(&names, name);
	strv_sort(&names);
	for (size_t i = 0; i < names.len; i++)
		if (add_xattr(out, fd, names.items[i], e))
			return -1;
	return 0;
}

/* A file's other name, if this inode was met before under another. */
static const char *first_name(struct lister *l, const struct tree_entry *entry)
{
	if (entry->st.st_nlink == 1)
		return NULL;
	for (size_t i = 0; i < l->linked_count; i++)
		if (l->linked[i].inode == entry->st.st_ino)
			return l->linked[i].path;
	mem_grow(&l->linked, &l->linked_cap, l->linked_count + 1, sizeof(*l->linked));
	l->linked[l->linked_count].inode = entry->st.st_ino;
	l->linked[l->linked_count++].path = xstrdup(entry->path);
	return NULL;
}

static void add_start(struct str *out, char type, const struct stat *st)
{
	str_addf(out, "%c %o %u %u %lld ", type, (unsigned)st->st_mode & 07777,
		 (unsigned)st->st_uid, (unsigned)st->st_gid, (long long)st->st_mtime);
}

static int list_file(struct lister *l, const struct tree_entry *entry, struct err *e)
{
	const char *other = first_name(l, entry);

	if (other) {
		str_add(l->out, "h - - - - - ");
		add_escaped(l->out, other);
		str_addc(l->out, ' ');
		add_escaped(l->out, entry->path);
		return 0;
	}
	cleanup_fd int fd = fd_open_at(entry->parent_fd, entry->name, O_RDONLY | O_NOFOLLOW, 0, e);

	if (fd < 0)
		return -1;
	add_start(l->out, 'f', &entry->st);
	str_addf(l->out, "%lld ", (long long)entry->st.st_size);
	if (hash_content(l, fd, e))
		return -1;
	str_addc(l->out, ' ');
	add_escaped(l->out, entry->path);
	return add_xattrs(l->out, fd, e);
}

static int list_dir(struct lister *l, const struct tree_entry *entry, struct err *e)
{
	cleanup_fd int fd =
	    fd_open_at(entry->parent_fd, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, e);

	if (fd < 0)
		return -1;
	add_start(l->out, 'd', &entry->st);
	str_add(l->out, "- - ");
	add_escaped(l->out, entry->path);
	return add_xattrs(l->out, fd, e);
}

static int list_link(struct lister *l, const struct tree_entry *entry, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(entry->parent_fd, entry->name, target, sizeof(target) - 1);

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read the link");
	target[n] = '\0';
	add_start(l->out, 'l', &entry->st);
	str_add(l->out, "- ");
	add_escaped(l->out, target);
	str_addc(l->out, ' ');
	add_escaped(l->out, entry->path);
	return 0;
}

static int list_entry(struct lister *l, const struct tree_entry *entry, struct err *e)
{
	mode_t mode = entry->st.st_mode;

	if (S_ISREG(mode))
		return list_file(l, entry, e);
	if (S_ISDIR(mode))
		return list_dir(l, entry, e);
	if (S_ISLNK(mode))
		return list_link(l, entry, e);
	if (!view_is_whiteout(&entry->st))
		return fail(e, ERR_SPEC, 0, "a layer may not hold a %s",
			    S_ISFIFO(mode)   ? "fifo"
			    : S_ISSOCK(mode) ? "socket"
					     : "device");
	str_add(l->out, "w - - - - - - ");
	add_escaped(l->out, entry->path);
	return 0;
}

static int visit(void *arg, const struct tree_entry *entry, struct err *e)
{
	struct lister *l = arg;

	if (list_entry(l, entry, e))
		return wrap(e, "list '/%s'", entry->path);
	str_addc(l->out, '\n');
	return 0;
}

int tree_list(int dir_fd, struct str *out, struct err *e)
{
	struct lister l = {.out = out, .buffer = xmalloc(READ_SIZE)};

	str_add(out, tree_header);
	int result = tree_walk(dir_fd, visit, NULL, &l, e);

	for (size_t i = 0; i < l.linked_count; i++)
		free(l.linked[i].path);
	free(l.linked);
	free(l.buffer);
	return result;
}

/* ---- reading ---- */

/* A field up to the next blank or the line's end; an empty one is an error. */
static bool next_field(const char **at, const char *end, const char **field, size_t *len)
{
	const char *begin = *at;
	const char *p = begin;

	while (p < end && *p != ' ')
		p++;
	*field = begin;
	*len = (size_t)(p - begin);
	*at = p < end ? p + 1 : end;
	return *len > 0;
}

static bool to_number(const char *text, size_t len, int base, int64_t *out)
{
	char copy[24];
	char *end;

	*out = -1;
	if (len == 1 && *text == '-')
		return true;
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*out = strtoll(copy, &end, base);
	return *end == '\0';
}

static bool parse_line(const char *at, const char *end, struct tree_line *out)
{
	const char *field[8];
	size_t len[8];
	int64_t mode, uid, gid;

	for (int i = 0; i < 8; i++)
		if (!next_field(&at, end, &field[i], &len[i]))
			return false;
	if (len[0] != 1 || !strchr("fdlhw", *field[0]) || !to_number(field[1], len[1], 8, &mode) ||
	    !to_number(field[2], len[2], 10, &uid) || !to_number(field[3], len[3], 10, &gid) ||
	    !to_number(field[4], len[4], 10, &out->mtime) ||
	    !to_number(field[5], len[5], 10, &out->size))
		return false;
	out->type = *field[0];
	out->mode = (unsigned)mode;
	out->uid = (unsigned)uid;
	out->gid = (unsigned)gid;
	out->value = field[6];
	out->value_len = len[6];
	out->path = field[7];
	out->path_len = len[7];
	out->xattrs = at;
	out->xattrs_len = (size_t)(end - at);
	return true;
}

int tree_next_line(const char **at, const char *end, struct tree_line *out, struct err *e)
{
	if (*at == end)
		return 0;
	const char *newline = memchr(*at, '\n', (size_t)(end - *at));

	if (!newline || !parse_line(*at, newline, out))
		return fail(e, ERR_SPEC, 0, "a layer's listing is damaged");
	*at = newline + 1;
	return 1;
}

/* The next byte of an escaped path; a slash ends a name, so it comes before all that go on. */
static int path_byte(const char **at)
{
	const char *p = *at;

	if (!*p)
		return 0;
	if (p[0] == '\\' && p[1] && p[2] && p[3]) {
		*at += 4;
		return 2 + ((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
	}
	*at += 1;
	return *p == '/' ? 1 : 2 + (unsigned char)*p;
}

int tree_compare_paths(const char *a, const char *b)
{
	for (;;) {
		int x = path_byte(&a);
		int y = path_byte(&b);

		if (x != y || x == 0)
			return x - y;
	}
}
