/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/network.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "base/fd.h"

int network_enter(int netns_fd, struct err *e)
{
	cleanup_fd int home = fd_open_at(AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY, 0, e);

	if (home < 0)
		return -1;
	if (setns(netns_fd, CLONE_NEWNET))
		return fail(e, ERR_HOST, errno, "enter the lab's network");
	return fd_take(&home);
}

int network_leave(int *home_fd, struct err *e)
{
	int result = setns(*home_fd, CLONE_NEWNET);

	fd_close(home_fd);
	return result ? fail(e, ERR_HOST, errno, "leave the lab's network") : 0;
}
