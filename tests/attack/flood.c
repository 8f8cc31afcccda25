/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Too much of everything. Each takes at most what it is told to, so that as a control
 * it does no harm, and says "worked" when it got all of that. With HOLD as the last argument it
 * then says "ready" and keeps what it has until its standard input ends.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

/* The end of every attack here. */
static int took(const char *what, long got, long wanted, char *hold)
{
	const int status = got >= wanted ? worked("%ld %s", got, what)
					 : refused("%s: %ld of %ld", what, got, wanted);
	char byte;

	if (hold) {
		printf("ready\n");
		fflush(stdout);
		while (read(0, &byte, 1) > 0)
			;
	}
	return status;
}

/* --- processes ------------------------------------------------------------ */

/* args: N [KEEP]; children that live until we end, or dead ones that nobody waits for */
static long fork_many(long wanted, bool dead)
{
	const pid_t parent = getpid();
	long got = 0;

	for (; got < wanted; got++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (!dead && getppid() == parent) /* else it died before */
				pause();
			_exit(0);
		}
	}
	return got;
}

static int processes(char **args)
{
	return took("processes", fork_many(number(args[0]), false), number(args[0]), args[1]);
}

static int zombies(char **args)
{
	return took("dead processes", fork_many(number(args[0]), true), number(args[0]), args[1]);
}

/* Dead processes of parents that are dead too: somebody must wait for them, or they stay. */
static int orphans(char **args)
{
	long got = 0;

	for (; got < number(args[0]); got++) {
		pid_t pid = fork();

		if (pid < 0 && errno == EAGAIN && sched_yield() == 0 && got > 0) {
			const struct timespec pause = {.tv_nsec = 1000000};

			nanosleep(&pause, NULL); /* the reaper may need a moment */
			pid = fork();
		}
		if (pid < 0)
			break;
		if (pid == 0)
			_exit(fork() < 0);
		waitpid(pid, NULL, 0);
	}
	return took("orphans", got, number(args[0]), args[1]);
}

static void *wait_for_end(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static int threads(char **args)
{
	pthread_attr_t attributes;
	pthread_t thread;
	long got = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	while (got < number(args[0])) {
		errno = pthread_create(&thread, &attributes, wait_for_end, NULL);
		if (errno)
			break;
		got++;
	}
	return took("threads", got, number(args[0]), args[1]);
}

/* A process that nothing ties to us; args: a word by which it is found. */
static int survive(char **args)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			for (int fd = 0; fd < 64; fd++)
				close(fd);
			signal(SIGHUP, SIG_IGN);
			signal(SIGTERM, SIG_IGN);
			for (int i = 0; i < 60; i++)
				sleep(1); /* bounded: the survivor to be killed */
		}
		_exit(0);
	}
	wait(NULL);
	return worked("%s is on its own", args[0]);
}

static int sleep_on(char **args)
{
	sigset_t all;

	(void)args;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (int i = 0; i < 60; i++)
		sleep(1); /* bounded: the sleeper to be killed */
	return worked("nobody woke it");
}

static int stop(char **args)
{
	(void)args;
	raise(SIGSTOP);
	return worked("it was stopped and went on");
}

/* At ourselves and at all others, pid 1 among them, until we are ended. */
static int signals(char **args)
{
	const time_t end = time(NULL) + number(args[0]);

	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_IGN);
	fork_many(4, false);
	while (time(NULL) < end) {
		for (int i = 0; i < 1000; i++) {
			kill(1, SIGCHLD);
			kill(1, SIGTERM);
			kill(-1, SIGUSR1);
		}
	}
	return worked("nobody ended it");
}

/* --- descriptors ----------------------------------------------------------- */

enum kind { FILES, INOTIFIES, TERMINALS, TIMERFDS, EVENTFDS, EPOLLS };

static int open_one(enum kind kind)
{
	switch (kind) {
	case FILES:
		return open("/dev/null", O_RDONLY);
	case INOTIFIES:
		return inotify_init1(0);
	case TERMINALS:
		return posix_openpt(O_RDWR | O_NOCTTY);
	case TIMERFDS:
		return timerfd_create(CLOCK_MONOTONIC, 0);
	case EVENTFDS:
		return eventfd(0, 0);
	case EPOLLS:
		return epoll_create1(0);
	}
	return -1;
}

static int open_many(char **args, enum kind kind, const char *what)
{
	long got = 0;

	while (got < number(args[0]) && open_one(kind) >= 0)
		got++;
	return took(what, got, number(args[0]), args[1]);
}

static int files(char **args)
{
	return open_many(args, FILES, "open files");
}

static int inotifies(char **args)
{
	return open_many(args, INOTIFIES, "inotify instances");
}

static int terminals(char **args)
{
	return open_many(args, TERMINALS, "terminals");
}

/* Many processes' worth of small things in the kernel; args: N */
static int objects(char **args)
{
	static const enum kind kinds[] = {TIMERFDS, EVENTFDS, EPOLLS};
	const long wanted = number(args[0]);
	long got = 0;

	while (got < wanted) {
		pid_t pid = fork();
		long here = 0;

		if (pid < 0)
			break;
		if (pid > 0) {
			int status;

			/* stopped: it has its share, and the rest is the next one's */
			if (waitpid(pid, &status, WUNTRACED) < 0 || !WIFSTOPPED(status))
				break;
			got += 900;
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (here < 900 && open_one(kinds[here % 3]) >= 0)
			here++;
		if (here == 900)
			raise(SIGSTOP);
		_exit(1);
	}
	return took("timers, events and polls", got, wanted, args[1]);
}

/* --- what a user may have ---------------------------------------------------- */

/* Signals waiting for a process that blocks them. */
static int pending(char **args)
{
	const union sigval value = {0};
	sigset_t set;
	long got = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (got < number(args[0]) && !sigqueue(getpid(), SIGRTMIN, value))
		got++;
	return took("waiting signals", got, number(args[0]), args[1]);
}

/* Message queues; each takes some 65 KB of what a user may have. */
static int queues(char **args)
{
	struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	char name[64];
	long got = 0;

	for (; got < number(args[0]); got++) {
		snprintf(name, sizeof(name), "/flood-%d-%ld", (int)getpid(), got);
		if (mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes) < 0)
			break;
		mq_unlink(name);
	}
	return took("message queues", got, number(args[0]), args[1]);
}

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
	static const struct attack attacks[] = {{"processes", processes},
						{"zombies", zombies},
						{"orphans", orphans},
						{"threads", threads},
						{"survive", survive},
						{"sleep", sleep_on},
						{"stop", stop},
						{"signals", signals},
						{"files", files},
						{"inotifies", inotifies},
						{"terminals", terminals},
						{"objects", objects},
						{"pending", pending},
						{"queues", queues},
						{"memory", memory},
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
