/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/mem.h"

/* /sys/dev/block/8:1 is the partition's directory inside its disk's. */
static int find_disk(unsigned *major_number, unsigned *minor_number, struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	char path[96];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", *major_number,
		 *minor_number);
	if (stat(path, &st))
		return 0; /* a whole disk */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", *major_number, *minor_number);
	if (fd_read_file_at(AT_FDCWD, path, &text, 64, e))
		return -1;
	if (sscanf(text.data, "%u:%u", major_number, minor_number) != 2)
		return fail(e, ERR_HOST, 0, "'%s' holds no device number", path);
	return 0;
}

int device_find(const char *path, unsigned *major_number, unsigned *minor_number, struct err *e)
{
	struct stat st;

	if (stat(path, &st))
		return fail(e, ERR_HOST, errno, "look at '%s'", path);
	*major_number = major(st.st_dev);
	*minor_number = minor(st.st_dev);
	if (*major_number)
		return find_disk(major_number, minor_number, e);
	fail(e, ERR_HOST, 0, "cannot limit block I/O: '%s' is on no single disk", path);
	return hint(
	    e, "keep labctl's files (LABCTL_ROOT) on ext4 or xfs, or ask without an I/O limit");
}
