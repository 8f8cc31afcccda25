/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/oom.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

bool oom_parse(const char *line, struct oom_victim *out, uid_t *uid)
{
	const char *name = strstr(line, "ut of memory: Killed process ");
	const char *anon = strstr(line, "anon-rss:");
	const char *owner = strstr(line, "UID:");

	name = name ? strchr(name, '(') : NULL;
	/* a process may call itself ") anon-rss:1kB": take the last of each */
	for (const char *p = anon; p; p = strstr(p + 1, "anon-rss:"))
		anon = p;
	for (const char *p = owner; p; p = strstr(p + 1, "UID:"))
		owner = p;
	if (!name || !anon || !owner || anon < name)
		return false;
	const char *end = memrchr(name, ')', (size_t)(anon - name));

	if (!end)
		return false;
	snprintf(out->name, sizeof(out->name), "%.*s", (int)(end - name - 1), name + 1);
	out->anon_bytes = strtoll(anon + strlen("anon-rss:"), NULL, 10) * 1024;
	*uid = (uid_t)strtoul(owner + strlen("UID:"), NULL, 10);
	return true;
}

bool oom_find_victim(uid_t first_id, unsigned count, struct oom_victim *out)
{
	cleanup_fd int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct oom_victim v;
	bool found = false;
	char line[2048];
	uid_t uid;

	if (fd < 0)
		return false;
	for (;;) {
		ssize_t n = read(fd, line, sizeof(line) - 1);

		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue; /* overwritten while we read: the next one is there */
		if (n <= 0)
			return found;
		line[n] = '\0';
		if (!oom_parse(line, &v, &uid) || uid < first_id || uid - first_id >= count)
			continue;
		*out = v;
		found = true;
	}
}
