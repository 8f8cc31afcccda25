/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

static const char slot_file[] = "/run/labctl-slots";

enum {
	FIRST_ID = 0x70000000,
	CPU_LOCKS = SLOT_MAX, /* one byte per CPU from here on */
	GENERATIONS = 8192,   /* offset of the table of generations */
};

/* Open file description locks: they belong to this open(2), so two sandboxes of one process
 * exclude each other too, and no unrelated close(2) drops them. */
static bool lock_byte(int fd, off_t byte)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static int open_slots(struct err *e)
{
	int fd = open(slot_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		return fd;
	fail(e, ERR_HOST, errno, "reserve user ids in '%s'", slot_file);
	return hint(e, "run labctl as root, on a machine whose /run can be written");
}

static int read_generation(int fd, int number, uint64_t *generation, struct err *e)
{
	ssize_t n = pread(fd, generation, sizeof(*generation), GENERATIONS + number * 8L);

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read '%s'", slot_file);
	if (n != sizeof(*generation))
		*generation = 0; /* never taken since boot */
	return 0;
}

static int next_generation(struct slot *s, struct err *e)
{
	if (read_generation(s->fd, s->number, &s->generation, e))
		return -1;
	s->generation++;
	if (pwrite(s->fd, &s->generation, 8, GENERATIONS + s->number * 8L) != 8)
		return fail(e, ERR_HOST, errno, "write '%s'", slot_file);
	return 0;
}

int slot_take(struct slot *s, struct err *e)
{
	s->fd = open_slots(e);
	if (s->fd < 0)
		return -1;
	for (s->number = 0; s->number < SLOT_MAX; s->number++) {
		if (lock_byte(s->fd, s->number))
			return next_generation(s, e);
	}
	slot_release(s);
	fail(e, ERR_HOST, 0, "all %d ranges of user ids for sandboxes are in use", SLOT_MAX);
	return hint(e, "take labs down that are no longer needed ('labctl ps', 'labctl down')");
}

void slot_release(struct slot *s)
{
	fd_close(&s->fd);
}

uid_t slot_first_id(const struct slot *s)
{
	return (uid_t)FIRST_ID + (uid_t)s->number * SLOT_IDS;
}

bool slot_reserve_cpus(struct slot *s, const cpu_set_t *allowed, int count, cpu_set_t *chosen)
{
	CPU_ZERO(chosen);
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && count; cpu--) {
		if (CPU_ISSET(cpu, allowed) && lock_byte(s->fd, CPU_LOCKS + cpu)) {
			CPU_SET(cpu, chosen);
			count--;
		}
	}
	if (!count)
		return true;
	/* Others have the rest: spread the newcomers by their slot number. */
	int skip = s->number % CPU_COUNT(allowed);

	for (int i = 0; i < 2 * CPU_SETSIZE && count; i++) {
		int cpu = i % CPU_SETSIZE;

		if (!CPU_ISSET(cpu, allowed) || CPU_ISSET(cpu, chosen) || skip-- > 0)
			continue;
		CPU_SET(cpu, chosen);
		count--;
	}
	return false;
}

void slot_claim_cpus(struct slot *s, const cpu_set_t *chosen)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, chosen))
			lock_byte(s->fd, CPU_LOCKS + cpu);
	}
}

bool slot_is_alive(int number, uint64_t generation, struct slot *guard)
{
	struct err ignored;
	uint64_t current;

	if (guard->fd < 0)
		guard->fd = open_slots(&ignored);
	if (guard->fd < 0 || read_generation(guard->fd, number, &current, &ignored))
		return true; /* unknown: leave what it made alone */
	/* Another generation in the slot, or a lock that can be had: the owner is dead. */
	return current == generation && !lock_byte(guard->fd, number);
}

bool slot_parse(const char *name, int *number, uint64_t *generation)
{
	const char *last = strrchr(name, '.');
	const char *middle = last ? memrchr(name, '.', (size_t)(last - name)) : NULL;
	char *end;

	if (!middle)
		return false;
	errno = 0;
	long n = strtol(middle + 1, &end, 10);

	if (end != last || end == middle + 1 || n < 0 || n >= SLOT_MAX)
		return false;
	*number = (int)n;
	*generation = strtoull(last + 1, &end, 10);
	return !*end && end != last + 1 && !errno;
}
