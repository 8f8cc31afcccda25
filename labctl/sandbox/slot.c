/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/slot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"

static const char slot_file[] = "/run/labctl-slots";

enum {
	FIRST_ID = 0x70000000,
	CPU_LOCKS = SLOT_MAX, /* one byte per CPU from here on */
	ENTRIES = 65536,      /* offset of the table */
};

struct entry {
	uint64_t generation;
	uint32_t root;  /* of who has it, or had it last */
	uint32_t owner; /* the process that took it; 0: it was given back */
};

uint32_t slot_root(void)
{
	const char *moved = getenv("LABCTL_ROOT");
	uint32_t h = 2166136261u; /* FNV-1a */

	if (!moved || !*moved)
		return 0;
	for (; *moved; moved++)
		h = (h ^ (uint8_t)*moved) * 16777619u;
	return h;
}

/* Open file description locks: they belong to this open(2), so two sandboxes of one process
 * exclude each other too, and no unrelated close(2) drops them. */
static bool lock_byte(int fd, off_t byte)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static void unlock_byte(int fd, off_t byte)
{
	struct flock l = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	fcntl(fd, F_OFD_SETLK, &l);
}

static int open_slots(struct err *e)
{
	int fd = open(slot_file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		return fd;
	fail(e, ERR_HOST, errno, "reserve user ids in '%s'", slot_file);
	return hint(e, "run labctl as root, on a machine whose /run can be written");
}

static bool is_locked(int fd, off_t byte)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	return fcntl(fd, F_OFD_GETLK, &l) || l.l_type != F_UNLCK;
}

static off_t entry_offset(int number)
{
	return ENTRIES + number * (off_t)sizeof(struct entry);
}

static int read_entry(int fd, int number, struct entry *entry, struct err *e)
{
	ssize_t n = pread(fd, entry, sizeof(*entry), entry_offset(number));

	if (n < 0)
		return fail(e, ERR_HOST, errno, "read '%s'", slot_file);
	if (n != sizeof(*entry))
		*entry = (struct entry){0}; /* never taken since boot */
	return 0;
}

static int write_entry(int fd, int number, const struct entry *entry, struct err *e)
{
	if (pwrite(fd, entry, sizeof(*entry), entry_offset(number)) != sizeof(*entry))
		return fail(e, ERR_HOST, errno, "write '%s'", slot_file);
	return 0;
}

/* Calls fn for each slot in use of this root whose owner is dead, until it returns false. The table
 * is as long as the most sandboxes there ever were at once. */
static void for_each_dead(int fd, bool (*fn)(int fd, int number, void *arg), void *arg)
{
	const uint32_t root = slot_root();
	struct entry entries[64];

	for (int first = 0; first < SLOT_MAX;) {
		ssize_t n = pread(fd, entries, sizeof(entries), entry_offset(first));
		int count = n > 0 ? (int)((size_t)n / sizeof(entries[0])) : 0;

		for (int i = 0; i < count; i++) {
			if (entries[i].owner && entries[i].root == root &&
			    !is_locked(fd, first + i) && !fn(fd, first + i, arg))
				return;
		}
		if (count < (int)ARRAY_SIZE(entries))
			return;
		first += count;
	}
}

static bool note(int fd, int number, void *arg)
{
	(void)fd;
	(void)number;
	*(bool *)arg = true;
	return false;
}

static bool forget(int fd, int number, void *arg)
{
	struct entry entry;
	struct err ignored;

	(void)arg;
	if (lock_byte(fd, number) && !read_entry(fd, number, &entry, &ignored)) {
		entry.owner = 0;
		write_entry(fd, number, &entry, &ignored);
	}
	return true;
}

/* An owner that was killed in the middle of setting up, and whose lock its init still has. A number
 * that another process got meanwhile looks alive: then nobody waits, and the next command finds it.
 */
static bool is_dying(int fd, int number)
{
	struct entry entry;
	struct err ignored;

	if (read_entry(fd, number, &entry, &ignored) || !entry.owner || entry.root != slot_root())
		return false;
	return is_locked(fd, number) && proc_is_doomed((pid_t)entry.owner);
}

void slot_await_dying(int64_t deadline_ns)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	struct err ignored;
	struct stat st;
	cleanup_fd int fd = open_slots(&ignored);

	if (fd < 0 || fstat(fd, &st))
		return;
	for (int i = 0; i < SLOT_MAX && entry_offset(i) < st.st_size; i++) {
		while (is_dying(fd, i) && clock_now_ns() < deadline_ns)
			ppoll(NULL, 0, &pause, NULL);
	}
}

void slot_forget_dead(void)
{
	struct err ignored;
	cleanup_fd int fd = open_slots(&ignored);

	if (fd >= 0)
		for_each_dead(fd, forget, NULL);
}

/* The lowest slot that is free. One whose dead owner was of another root is that root's to clear
 * away, unless there is no other. */
static bool take_lowest(struct slot *s, bool any, struct err *e)
{
	const uint32_t root = slot_root();
	struct entry entry;

	for (s->number = 0; s->number < SLOT_MAX; s->number++) {
		if (!lock_byte(s->fd, s->number) || read_entry(s->fd, s->number, &entry, e))
			continue;
		if (entry.owner && entry.root != root && !any) {
			unlock_byte(s->fd, s->number);
			continue;
		}
		entry = (struct entry){entry.generation + 1, root, (uint32_t)getpid()};
		s->generation = entry.generation;
		return !write_entry(s->fd, s->number, &entry, e);
	}
	return false;
}

int slot_take(struct slot *s, bool *remains, struct err *e)
{
	*remains = false;
	s->fd = open_slots(e);
	if (s->fd < 0)
		return -1;
	for_each_dead(s->fd, note, remains);
	if (take_lowest(s, false, e) || take_lowest(s, true, e))
		return 0;
	fd_close(&s->fd);
	if (e->kind == ERR_NONE)
		fail(e, ERR_HOST, 0, "all %d ranges of user ids for sandboxes are in use",
		     SLOT_MAX);
	return hint(e, "take labs down that are no longer needed ('labctl ps', 'labctl down')");
}

void slot_release(struct slot *s)
{
	const struct entry entry = {s->generation, slot_root(), 0};
	struct err ignored;

	if (s->fd >= 0 && s->generation)
		write_entry(s->fd, s->number, &entry, &ignored);
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
	struct entry entry;

	if (guard->fd < 0)
		guard->fd = open_slots(&ignored);
	if (guard->fd < 0 || read_entry(guard->fd, number, &entry, &ignored))
		return true; /* unknown: leave what it made alone */
	/* Another generation in the slot, or a lock that can be had: the owner is dead. */
	return entry.generation == generation && !lock_byte(guard->fd, number);
}

bool slot_parse(const char *name, int *number, uint64_t *generation)
{
	const char *dot = strrchr(name, '.'), *dash = dot ? strchr(dot, '-') : NULL;
	char *end;

	if (!dash || !isdigit((unsigned char)dot[1]) || !isdigit((unsigned char)dash[1]))
		return false;
	errno = 0;
	const long n = strtol(dot + 1, &end, 10);

	if (end != dash || n >= SLOT_MAX)
		return false;
	*number = (int)n;
	*generation = strtoull(dash + 1, &end, 10);
	return !*end && !errno;
}
