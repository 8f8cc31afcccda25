/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Too many bytes: of memory, in the kernel's buffers, on disk, as output. Each takes at most what
 * it is told to, so that as a control it does no harm, and says "worked" when it got all of that
 * (took() in attack.h).
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attack.h"

/* --- memory ------------------------------------------------------------------ */

static void touch(char *p, long size)
{
	for (long i = 0; i < size; i += 4096)
		p[i] = 1;
}

/* args: BYTES */
static int memory(char **args)
{
	const long size = number(args[0]);
	char *p =
	    mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return refused("map memory");
	touch(p, size);
	return took("bytes", size, size, args[1]);
}

static int locked_memory(char **args)
{
	const long size = number(args[0]);
	char *p =
	    mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mlock(p, (size_t)size))
		return refused("lock memory");
	return took("bytes", size, size, args[1]);
}

static int shared_memory(char **args)
{
	const long size = number(args[0]);
	int id = shmget(IPC_PRIVATE, (size_t)size, IPC_CREAT | 0600);
	char *p = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

	if (p == (char *)-1)
		return refused("share memory");
	if (!args[1] || strcmp(args[1], "leave") != 0)
		shmctl(id, IPC_RMID, NULL);
	touch(p, size);
	return took("bytes", size, size, NULL);
}

/* A file in memory that has no name. */
static int memory_file(char **args)
{
	const long size = number(args[0]);
	int fd = memfd_create("flood", 0);

	if (fd < 0 || fallocate(fd, 0, 0, size))
		return refused("make a file in memory");
	return took("bytes", size, size, args[1]);
}

static long write_until_full(int fd)
{
	static const char block[65536];
	long total = 0;

	for (;;) {
		ssize_t n = write(fd, block, sizeof(block));

		if (n <= 0)
			return total;
		total += n;
	}
}

static int pipes(char **args)
{
	const long wanted = number(args[0]);
	long got = 0;

	while (got < wanted) {
		int ends[2];

		if (pipe2(ends, O_NONBLOCK))
			break;
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		got += write_until_full(ends[1]);
	}
	return took("bytes in pipes", got, wanted, args[1]);
}

static int local_sockets(char **args)
{
	const long wanted = number(args[0]);
	long got = 0;

	while (got < wanted) {
		int ends[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends))
			break;
		got += write_until_full(ends[0]) + write_until_full(ends[1]);
	}
	return took("bytes in local sockets", got, wanted, args[1]);
}

/* What the kernel really holds for a socket. */
static long held(int fd)
{
	unsigned info[SK_MEMINFO_VARS] = {0};
	socklen_t size = sizeof(info);

	getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size);
	return (long)info[SK_MEMINFO_RMEM_ALLOC] + (long)info[SK_MEMINFO_WMEM_QUEUED];
}

static int bound_socket(int type, struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0), most = 1 << 30;

	*address =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0 || bind(fd, (struct sockaddr *)address, size))
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &most, sizeof(most));
	getsockname(fd, (struct sockaddr *)address, &size);
	return fd;
}

static int datagrams(char **args)
{
	static const char block[60000];
	const long wanted = number(args[0]);
	struct sockaddr_in address;
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	long got = 0;

	while (got < wanted) {
		int fd = bound_socket(SOCK_DGRAM, &address);
		long before = -1, now = 0;

		if (fd < 0)
			break;
		while (now > before) {
			before = now;
			sendto(from, block, sizeof(block), 0, (struct sockaddr *)&address,
			       sizeof(address));
			now = held(fd);
		}
		got += now;
		if (!now)
			break;
	}
	return took("bytes in UDP sockets", got, wanted, args[1]);
}

static int streams(char **args)
{
	const long wanted = number(args[0]);
	struct sockaddr_in address;
	int listener = bound_socket(SOCK_STREAM, &address);
	long got = 0;

	if (listener < 0 || listen(listener, 64))
		return refused("listen");
	while (got < wanted) {
		int fd = socket(AF_INET, SOCK_STREAM, 0), most = 1 << 30;

		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof(most));
		if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
			break;
		int other = accept(listener, NULL, NULL);

		fcntl(fd, F_SETFL, O_NONBLOCK);
		write_until_full(fd);
		long now = held(fd) + held(other);

		got += now;
		if (!now)
			break;
	}
	return took("bytes in TCP sockets", got, wanted, args[1]);
}

/* --- files -------------------------------------------------------------------- */

/* args: DIR BYTES */
static int fill(char **args)
{
	static const char block[65536];
	const long wanted = number(args[1]);
	char path[4096];
	long got = 0;

	snprintf(path, sizeof(path), "%s/full", args[0]);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	while (got < wanted) {
		ssize_t n = write(fd, block, sizeof(block));

		if (n <= 0)
			break;
		got += n;
	}
	return took("bytes in a file", got, wanted, args[2]);
}

/* args: DIR BYTES; a file of a petabyte that holds nothing, and then what it promises */
static int sparse(char **args)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/sparse", args[0]);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	ftruncate(fd, 1L << 40);
	if (fallocate(fd, 0, 0, number(args[1])))
		return refused("fill a sparse file");
	return took("bytes of a sparse file", 1, 1, args[2]);
}

/* args: DIR N; files without content */
static int names(char **args)
{
	const long wanted = number(args[1]);
	char path[4096];
	long got = 0;

	for (; got < wanted; got++) {
		snprintf(path, sizeof(path), "%s/%ld", args[0], got);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd < 0)
			break;
		close(fd);
	}
	return took("empty files", got, wanted, args[2]);
}

/* args: BYTES to standard output */
static int output(char **args)
{
	static char block[65536];
	const long wanted = number(args[0]);

	memset(block, 'x', sizeof(block));
	for (long got = 0; got < wanted; got += (long)sizeof(block)) {
		if (write(1, block, sizeof(block)) <= 0)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct attack attacks[] = {{"memory", memory},
						{"locked-memory", locked_memory},
						{"shared-memory", shared_memory},
						{"memory-file", memory_file},
						{"pipes", pipes},
						{"local-sockets", local_sockets},
						{"datagrams", datagrams},
						{"streams", streams},
						{"fill", fill},
						{"sparse", sparse},
						{"names", names},
						{"output", output},
						{NULL, NULL}};

	(void)argc;
	return attack_main(attacks, argv);
}
