/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>

#include "base/fd.h"
#include "sandbox/output.h"

struct pipes {
	int guest[2], ours[2];
	struct output o;
};

static void make_pipes(struct pipes *p)
{
	assert_int_equal(pipe2(p->guest, O_NONBLOCK), 0);
	assert_int_equal(pipe(p->ours), 0);
	p->o = (struct output){.from_fd = p->guest[0], .to_fd = p->ours[1]};
}

static void drop_pipes(struct pipes *p)
{
	fd_close(&p->guest[1]);
	fd_close(&p->ours[0]);
	fd_close(&p->ours[1]);
	output_close(&p->o);
}

static void copies_and_counts(void **state)
{
	struct pipes p;
	char back[16];

	(void)state;
	make_pipes(&p);
	assert_int_equal(write(p.guest[1], "hello", 5), 5);
	assert_int_equal(output_move(&p.o, POLLIN, 100), 5);
	assert_int_equal(output_move(&p.o, POLLOUT, 100), 0);
	assert_int_equal(read(p.ours[0], back, sizeof(back)), 5);
	assert_memory_equal(back, "hello", 5);
	fd_close(&p.guest[1]);
	assert_int_equal(output_move(&p.o, POLLHUP, 100), 0);
	assert_true(output_is_done(&p.o));
	drop_pipes(&p);
}

static void stops_at_the_allowance(void **state)
{
	struct pipes p;
	char back[16];

	(void)state;
	make_pipes(&p);
	assert_int_equal(write(p.guest[1], "hello", 5), 5);
	assert_int_equal(output_move(&p.o, POLLIN, 3), 4);
	assert_int_equal(output_move(&p.o, POLLOUT, 0), 0);
	assert_int_equal(read(p.ours[0], back, sizeof(back)), 3);
	drop_pipes(&p);
}

/* A reader that stalls must not make us wait: nothing is written before poll allows it. */
static void does_not_wait_for_a_reader(void **state)
{
	struct pipes p;
	char junk[65536] = {0};

	(void)state;
	make_pipes(&p);
	assert_int_equal(write(p.ours[1], junk, sizeof(junk)), sizeof(junk));
	assert_int_equal(write(p.guest[1], "hello", 5), 5);
	assert_int_equal(output_move(&p.o, POLLIN, 100), 5);
	assert_false(output_is_done(&p.o));
	assert_int_equal(output_poll(&p.o).events, POLLOUT);
	assert_int_equal(read(p.ours[0], junk, sizeof(junk)), sizeof(junk));
	assert_int_equal(output_move(&p.o, POLLOUT, 100), 0);
	assert_int_equal(read(p.ours[0], junk, sizeof(junk)), 5);
	drop_pipes(&p);
}

UNIT_TESTS(unit(copies_and_counts), unit(stops_at_the_allowance), unit(does_not_wait_for_a_reader))
