/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Too many things: processes, threads, descriptors, what else a user is allowed a number of. Each
 * takes at most what it is told to, so that as a control it does no harm, and says "worked" when
 * it got all of that (took() in attack.h).
 */

#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

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

int main(int argc, char **argv)
{
	static const struct attack attacks[] = {
	    {"processes", processes}, {"zombies", zombies},     {"orphans", orphans},
	    {"threads", threads},     {"survive", survive},     {"sleep", sleep_on},
	    {"stop", stop},           {"signals", signals},     {"files", files},
	    {"inotifies", inotifies}, {"terminals", terminals}, {"objects", objects},
	    {"pending", pending},     {"queues", queues},       {NULL, NULL}};

	(void)argc;
	return attack_main(attacks, argv);
}
