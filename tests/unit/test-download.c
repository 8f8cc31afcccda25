/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "image/download.h"

/* A mirror that takes a connection and says nothing: the kernel does that for a backlog. */
static char *silent_mirror(int *fd)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(*fd, 8), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&at, &len), 0);
	return xasprintf("http://127.0.0.1:%d", ntohs(at.sin_port));
}

static void stop(int signal)
{
	(void)signal;
	download_stop();
}

static int forget(void *arg, const struct download_item *item, const char *path, struct err *e)
{
	(void)arg;
	(void)item;
	(void)path;
	(void)e;
	return 0;
}

static void ctrl_c_ends_what_a_silent_mirror_would_not(void **state)
{
	char root[] = "/tmp/labctl-unit.XXXXXX";
	const struct download_item item = {
	    .path = "x",
	    .sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    .size = 10};
	struct download_server server = {.proxy = (char *)""};
	const struct download_request r = {
	    .server = &server, .items = &item, .count = 1, .what = "x", .on_done = forget};
	cleanup(str_done) struct str text = STR_INIT;
	struct err e = {0};
	bool missing;
	int fd;

	(void)state;
	setenv("LABCTL_ROOT", mkdtemp(root), 1);
	cleanup_free char *uri = silent_mirror(&fd);
	const int64_t begun = clock_now_ns();

	server.uri = uri;
	signal(SIGALRM, stop);
	alarm(1);
	assert_int_equal(download_items(&r, NULL, &e), -1);
	assert_int_equal(e.sys, EINTR);
	assert_int_equal(download_text(&server, "y", 100, &text, &missing, &e), -1);
	assert_true(clock_now_ns() - begun < 15 * NS_PER_S);
	close(fd);
	path_remove_tree_at(AT_FDCWD, root, &e);
}

UNIT_TESTS(unit(ctrl_c_ends_what_a_silent_mirror_would_not))
