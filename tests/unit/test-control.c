/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "lab/control.h"
#include "spec/json.h"

static int pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int receive(int fd, struct err *e)
{
	cleanup(json_free) json_t *answer = control_receive(fd, clock_now_ns() + NS_PER_S, e);

	return answer ? control_check(answer, e) : -1;
}

static void an_error_arrives_as_it_was(void **state)
{
	struct err sent = {0}, e = {0};
	int ends[2];

	(void)state;
	assert_int_equal(pair(ends), 0);
	fail(&sent, ERR_GUEST, 0, "the service said \"%s\"", "no");
	hint(&sent, "ask again");
	assert_int_equal(control_send_error(ends[0], &sent), 0);
	assert_int_equal(receive(ends[1], &e), -1);
	assert_int_equal(e.kind, ERR_GUEST);
	assert_string_equal(e.msg, sent.msg);
	assert_string_equal(e.hint, sent.hint);
	close(ends[0]);
	close(ends[1]);
}

static void what_is_no_text_is_still_an_error(void **state)
{
	struct err sent = {0}, e = {0};
	int ends[2];

	(void)state;
	assert_int_equal(pair(ends), 0);
	fail(&sent, ERR_GUEST, 0, "last words: \xff\xfe");
	assert_int_equal(control_send_error(ends[0], &sent), 0);
	assert_int_equal(receive(ends[1], &e), -1);
	assert_int_equal(e.kind, ERR_GUEST);
	close(ends[0]);
	close(ends[1]);
}

static void only_ok_is_ok(void **state)
{
	static const char *const not_ok[] = {
	    "{}", "null", "[]", "{\"ok\": 1}", "{\"ok\": false}", "{\"error\": 3}"};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(not_ok); i++) {
		cleanup(json_free) json_t *j =
		    json_read_text("test", not_ok[i], strlen(not_ok[i]), &e);
		assert_int_equal(control_check(j, &e), -1);
	}
	cleanup(json_free) json_t *j = json_read_text("test", "{\"ok\": true}", 12, &e);
	assert_int_equal(control_check(j, &e), 0);
}

static void a_closed_end_is_an_error(void **state)
{
	struct err e = {0};
	int ends[2];

	(void)state;
	assert_int_equal(pair(ends), 0);
	close(ends[0]);
	assert_int_equal(receive(ends[1], &e), -1);
	assert_int_equal(e.kind, ERR_HOST);
	close(ends[1]);
}

static void silence_ends_at_the_deadline(void **state)
{
	struct err e = {0};
	int ends[2];

	(void)state;
	assert_int_equal(pair(ends), 0);
	assert_null(control_receive(ends[1], clock_now_ns() + 20 * NS_PER_MS, &e));
	assert_non_null(strstr(e.msg, "did not answer in time"));
	close(ends[0]);
	close(ends[1]);
}

static void long_directories_can_be_reached(void **state)
{
	char top[] = "/tmp/labctl-test-XXXXXX";
	struct err e = {0};

	(void)state;
	assert_non_null(mkdtemp(top));
	cleanup_free char *dir = xasprintf("%s/%0120d", top, 7);
	assert_int_equal(path_mkdirs(dir, 0700, &e), 0);
	int listening = control_listen(dir, &e);
	assert_true(listening >= 0);
	int fd = control_connect(dir, &e);
	assert_true(fd >= 0);
	close(fd);
	close(listening);
	assert_int_equal(path_remove_tree_at(AT_FDCWD, top, &e), 0);
}

UNIT_TESTS(unit(an_error_arrives_as_it_was), unit(what_is_no_text_is_still_an_error),
	   unit(only_ok_is_ok), unit(a_closed_end_is_an_error), unit(silence_ends_at_the_deadline),
	   unit(long_directories_can_be_reached))
