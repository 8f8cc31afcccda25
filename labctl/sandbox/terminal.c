/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fd.h"

int terminal_make(uid_t uid, int *master_fd, int *slave_fd, struct err *e)
{
	const int no = 0;

	*slave_fd = -1;
	*master_fd = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
	if (*master_fd >= 0 && !ioctl(*master_fd, TIOCSPTLCK, &no))
		*slave_fd = ioctl(*master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave_fd < 0 || fchown(*slave_fd, uid, (gid_t)-1))
		return fail(e, ERR_HOST, errno, "make a terminal in the sandbox");
	return 0;
}

static void copy_size(const struct terminal *t)
{
	struct winsize size;

	if (!ioctl(t->own_fd, TIOCGWINSZ, &size))
		ioctl(t->master_fd, TIOCSWINSZ, &size);
}

static int follow_size(struct terminal *t, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return fail(e, ERR_HOST, errno, "follow the size of the terminal");
	t->resize_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (t->resize_fd < 0)
		return fail(e, ERR_HOST, errno, "follow the size of the terminal");
	copy_size(t);
	return 0;
}

int terminal_attach(struct terminal *t, int master_fd, int own_fd, struct err *e)
{
	struct termios raw;

	t->master_fd = master_fd;
	if (fd_nonblock(master_fd, e))
		return -1;
	if (own_fd < 0 || tcgetattr(own_fd, &t->saved))
		return 0;
	raw = t->saved;
	cfmakeraw(&raw);
	if (tcsetattr(own_fd, TCSADRAIN, &raw))
		return fail(e, ERR_HOST, errno, "make the terminal raw");
	t->own_fd = own_fd;
	return follow_size(t, e);
}

void terminal_resized(struct terminal *t)
{
	struct signalfd_siginfo info;

	while (read(t->resize_fd, &info, sizeof(info)) == sizeof(info))
		;
	copy_size(t);
}

void terminal_detach(struct terminal *t)
{
	if (t->own_fd >= 0)
		tcsetattr(t->own_fd, TCSADRAIN, &t->saved);
	t->own_fd = -1;
	fd_close(&t->resize_fd);
	fd_close(&t->master_fd);
}
