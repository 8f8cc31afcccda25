/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dir.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

int dir_list(const char *dir, const char *ending, struct strv *names, struct err *e)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	if (!d && errno == ENOENT)
		return 0;
	if (!d)
		return fail(e, ERR_HOST, errno, "open the directory '%s'", dir);
	while ((entry = readdir(d))) {
		const char *name = entry->d_name;

		if (name[0] != '.' && str_ends(name, ending))
			strv_take(names, xstrndup(name, strlen(name) - strlen(ending)));
	}
	closedir(d);
	strv_sort(names);
	return 0;
}
