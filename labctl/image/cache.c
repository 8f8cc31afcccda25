/* SPDX-License-Identifier: Apache-2.0 */
#include "image/cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

static char *shelf_path(const char *sha256)
{
	return xasprintf("%s/cache/sha256/%.2s", path_state_dir(), sha256);
}

char *cache_path(const char *sha256)
{
	cleanup_free char *shelf = shelf_path(sha256);

	return path_join(shelf, sha256);
}

bool cache_has(const char *sha256)
{
	cleanup_free char *path = cache_path(sha256);

	return path_exists(path);
}

int cache_prepare(const char *sha256, struct err *e)
{
	cleanup_free char *shelf = shelf_path(sha256);

	if (path_mkdirs(shelf, 0755, e))
		return wrap(e, "make the package cache");
	return 0;
}

int cache_put(const void *data, size_t size, char sha256[HASH_HEX_SIZE], struct err *e)
{
	cleanup_free char *path = NULL;

	hash_hex(data, size, sha256);
	path = cache_path(sha256);
	if (path_exists(path))
		return 0;
	if (cache_prepare(sha256, e))
		return -1;
	return fd_replace_file_at(AT_FDCWD, path, data, size, 0644, e);
}
