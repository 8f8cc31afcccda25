/* SPDX-License-Identifier: Apache-2.0 */

/* At others: processes, sockets, queues, locks and shared memory that are not the sandbox's own. */

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

/* --- sockets -------------------------------------------------------------- */

/* Says that it is there, and stays until its standard input ends. */
static void stay(void)
{
	char byte;

	printf("ready\n");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
}

static socklen_t abstract(struct sockaddr_un *a, const char *name)
{
	a->sun_family = AF_UNIX;
	a->sun_path[0] = '\0';
	strcpy(a->sun_path + 1, name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static socklen_t internet(struct sockaddr_storage *s, const char *address, const char *port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)s;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)s;

	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		s->ss_family = AF_INET;
		v4->sin_port = htons((uint16_t)number(port));
		return sizeof(*v4);
	}
	s->ss_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)number(port));
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		broken(address);
	return sizeof(*v6);
}

/* args: NAME of an abstract socket */
static int listen_abstract(char **args)
{
	struct sockaddr_un a = {0};
	socklen_t size = abstract(&a, args[0]);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, size) || listen(fd, 1))
		broken("listen");
	stay();
	return 0;
}

static int connect_abstract(char **args)
{
	struct sockaddr_un a = {0};
	socklen_t size = abstract(&a, args[0]);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (!connect(fd, (struct sockaddr *)&a, size))
		return worked("connected to @%s", args[0]);
	return refused("connect to @%s", args[0]);
}

/* args: ADDRESS; prints the port */
static int listen_at(char **args)
{
	struct sockaddr_storage s = {0};
	socklen_t size = internet(&s, args[0], args[1] ? args[1] : "0");
	int fd = socket(s.ss_family, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&s, size) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&s, &size))
		broken("listen");
	printf("%d ", ntohs(((struct sockaddr_in *)&s)->sin_port));
	stay();
	return 0;
}

/* args: PORT ADDRESS...: any of them will do. */
static int connect_to(char **args)
{
	for (char **address = args + 1; *address; address++) {
		struct sockaddr_storage s = {0};
		socklen_t size = internet(&s, *address, args[0]);
		int fd = socket(s.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		socklen_t length = sizeof(error);

		if (connect(fd, (struct sockaddr *)&s, size) && errno != EINPROGRESS)
			continue;
		if (poll(&p, 1, 1000) == 1 &&
		    !getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) && !error)
			return worked("connected to %s port %s", *address, args[0]);
		errno = error ? error : ETIMEDOUT;
	}
	return refused("connect");
}

/* Writes to whoever listens for datagrams at the path of a socket of the host. */
static int connect_path(char **args)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(a.sun_path, args[0], sizeof(a.sun_path) - 1);
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return worked("connected to %s", args[0]);
	return refused("connect to %s", args[0]);
}

/* --- processes ------------------------------------------------------------ */

static const char secret[] = "the victim's secret";

/* A process to be attacked: prints its pid and the address of its secret. */
static int be_victim(char **args)
{
	(void)args;
	printf("%d %#lx ", (int)getpid(), (unsigned long)secret);
	stay();
	return 0;
}

static int trace(char **args)
{
	const pid_t pid = (pid_t)number(args[0]);

	if (!ptrace(PTRACE_ATTACH, pid, NULL, NULL)) {
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		return worked("process %d is traced", (int)pid);
	}
	const int of_attach = errno;

	if (!ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return worked("process %d is seized", (int)pid);
	errno = of_attach;
	return refused("trace process %d", (int)pid);
}

/* args: PID ADDRESS */
static int read_memory(char **args)
{
	char text[sizeof(secret)] = "", path[64];
	struct iovec here = {text, sizeof(text)};
	struct iovec there = {(void *)number(args[1]), sizeof(text)};

	if (process_vm_readv((pid_t)number(args[0]), &here, 1, &there, 1, 0) > 0)
		return worked("its memory says %s", text);
	snprintf(path, sizeof(path), "/proc/%s/mem", args[0]);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && pread(fd, text, sizeof(text), (off_t)number(args[1])) > 0)
		return worked("/proc/%s/mem says %s", args[0], text);
	return refused("read the memory of process %s", args[0]);
}

/* args: PID FD */
static int take_descriptor(char **args)
{
	int fd = (int)syscall(SYS_pidfd_open, number(args[0]), 0);

	if (fd >= 0)
		fd = (int)syscall(SYS_pidfd_getfd, fd, number(args[1]), 0);
	if (fd >= 0)
		return worked("descriptor %s of process %s is ours", args[1], args[0]);
	return refused("take a descriptor of process %s", args[0]);
}

/* args: PID */
static int signal_one(char **args)
{
	if (!kill((pid_t)number(args[0]), SIGKILL))
		return worked("process %s was sent a signal", args[0]);
	return refused("send a signal to process %s", args[0]);
}

/* All that may be reached. Outside, only in a pid namespace of its own. */
static int signal_all(char **args)
{
	(void)args;
	setsid();
	if (!kill(-1, SIGKILL))
		return worked("a signal was sent to all");
	return refused("send a signal to all");
}

/* Every process that shows: does one of them mention args[0] in its command or environment? */
static int search_proc(char **args)
{
	static const char *const files[] = {"cmdline", "environ", "comm", "maps", "cgroup"};
	static char text[1 << 16];
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		char path[300];

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
		    (pid_t)number(entry->d_name) == getpid())
			continue;
		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			snprintf(path, sizeof(path), "/proc/%s/%s", entry->d_name, files[i]);
			int fd = open(path, O_RDONLY | O_CLOEXEC);
			ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

			close(fd);
			if (n > 0 && memmem(text, (size_t)n, args[0], strlen(args[0])))
				return worked("%s tells it", path);
		}
	}
	errno = ENOENT;
	return refused("find '%s' in /proc", args[0]);
}

/* --- shared things ---------------------------------------------------------- */

/* args: FILE; holds a lock on it */
static int hold_lock(char **args)
{
	int fd = open(args[0], O_RDONLY);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		broken("lock");
	stay();
	return 0;
}

static int meet_lock(char **args)
{
	int fd = open(args[0], O_RDONLY);

	if (fd < 0)
		broken("open");
	if (flock(fd, LOCK_EX | LOCK_NB))
		return worked("somebody else's lock on %s is met", args[0]);
	errno = ENOLCK;
	return refused("meet a lock on %s", args[0]);
}

enum { SHM_KEY = 0x1abc71 };

/* In each kind of memory and queue that outlives a process; args: NAME */
static int leave_marks(char **args)
{
	char path[128];

	snprintf(path, sizeof(path), "/dev/shm/%s", args[0]);
	close(open(path, O_RDWR | O_CREAT, 0666));
	snprintf(path, sizeof(path), "/tmp/%s", args[0]);
	close(open(path, O_RDWR | O_CREAT, 0666));
	shmget(SHM_KEY, 4096, IPC_CREAT | 0666);
	snprintf(path, sizeof(path), "/%s", args[0]);
	mq_open(path, O_RDWR | O_CREAT, 0666, NULL);
	stay();
	return 0;
}

static int remove_marks(char **args)
{
	char path[128];

	snprintf(path, sizeof(path), "/dev/shm/%s", args[0]);
	unlink(path);
	snprintf(path, sizeof(path), "/tmp/%s", args[0]);
	unlink(path);
	shmctl(shmget(SHM_KEY, 0, 0), IPC_RMID, NULL);
	snprintf(path, sizeof(path), "/%s", args[0]);
	mq_unlink(path);
	return 0;
}

static int find_marks(char **args)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "/dev/shm/%s", args[0]);
	if (!stat(path, &st))
		return worked("%s is there", path);
	snprintf(path, sizeof(path), "/tmp/%s", args[0]);
	if (!stat(path, &st))
		return worked("%s is there", path);
	if (shmget(SHM_KEY, 0, 0) >= 0)
		return worked("the shared memory is there");
	snprintf(path, sizeof(path), "/%s", args[0]);
	if (mq_open(path, O_RDONLY) >= 0)
		return worked("the queue is there");
	return refused("find what another left");
}

int main(int argc, char **argv)
{
	static const struct attack attacks[] = {{"listen", listen_at},
						{"connect", connect_to},
						{"listen-abstract", listen_abstract},
						{"connect-abstract", connect_abstract},
						{"connect-path", connect_path},
						{"victim", be_victim},
						{"trace", trace},
						{"read-memory", read_memory},
						{"take-descriptor", take_descriptor},
						{"signal", signal_one},
						{"signal-all", signal_all},
						{"search-proc", search_proc},
						{"hold-lock", hold_lock},
						{"meet-lock", meet_lock},
						{"leave-marks", leave_marks},
						{"remove-marks", remove_marks},
						{"find-marks", find_marks},
						{NULL, NULL}};

	(void)argc;
	return attack_main(attacks, argv);
}
