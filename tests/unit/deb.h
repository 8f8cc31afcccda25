/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_TESTS_DEB_H
#define LABCTL_TESTS_DEB_H

/* Tars and packages in memory, well-formed or hostile, and a directory to unpack them into. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

/* One member; type as in ustar: '0' file, '1' hard link, '2' link, '3' device, '5' directory, '6'
 * fifo. */
static inline void tar_add(struct str *tar, char type, const char *name, const char *link,
			   unsigned mode, const char *content)
{
	char header[512] = {0};
	size_t size = type == '0' && content ? strlen(content) : 0;
	unsigned sum = 0;

	snprintf(header, 100, "%s", name);
	snprintf(header + 100, 8, "%07o", mode);
	snprintf(header + 108, 8, "%07o", 0);
	snprintf(header + 116, 8, "%07o", 0);
	snprintf(header + 124, 12, "%011o", (unsigned)size);
	snprintf(header + 136, 12, "%011o", 1000000000);
	memset(header + 148, ' ', 8);
	header[156] = type;
	snprintf(header + 157, 100, "%s", link ? link : "");
	memcpy(header + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(header); i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	str_addn(tar, header, sizeof(header));
	if (size)
		str_addn(tar, content, size);
	while (tar->len % 512)
		str_addc(tar, '\0');
}

static inline void tar_end(struct str *tar)
{
	static const char zeros[1024];

	str_addn(tar, zeros, sizeof(zeros));
}

static inline void ar_add(struct str *ar, const char *name, const void *data, size_t size)
{
	if (!ar->len)
		str_add(ar, "!<arch>\n");
	str_addf(ar, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "100644", size);
	str_addn(ar, data, size);
	if (size % 2)
		str_addc(ar, '\n');
}

/* control: the tar's members are the caller's; both tars must have their ends. */
static inline void deb_make(struct str *deb, const struct str *control, const struct str *data)
{
	ar_add(deb, "debian-binary", "2.0\n", 4);
	ar_add(deb, "control.tar", control->data, control->len);
	ar_add(deb, "data.tar", data->data, data->len);
}

/* A new directory; scratch_remove takes it away. */
static inline char *scratch_make(void)
{
	char *path = xstrdup("/tmp/labctl-unit.XXXXXX");

	if (!mkdtemp(path))
		abort();
	return path;
}

static inline void scratch_remove(char *path)
{
	struct err e;

	path_remove_tree_at(AT_FDCWD, path, &e);
	free(path);
}

static inline char *scratch_dir(const char *scratch, const char *name)
{
	char *path = path_join(scratch, name);
	struct err e;

	if (path_mkdirs(path, 0755, &e))
		abort();
	return path;
}

static inline void scratch_file(const char *scratch, const char *name, const char *text)
{
	cleanup_free char *path = path_join(scratch, name);
	cleanup_free char *dir = path_dir(path);
	struct err e;

	if (path_mkdirs(dir, 0755, &e))
		abort();
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || fd_write_all(fd, text, strlen(text), &e))
		abort();
}

/* The file's text, or "(none)"; the caller frees. */
static inline char *scratch_text(const char *scratch, const char *name)
{
	cleanup_free char *path = path_join(scratch, name);
	cleanup(str_done) struct str text = STR_INIT;
	struct err e;

	if (fd_read_file_at(AT_FDCWD, path, &text, 1 << 20, &e))
		return xstrdup("(none)");
	return str_take(&text);
}

#endif
