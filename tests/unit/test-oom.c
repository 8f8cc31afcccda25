/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "sandbox/oom.h"

static const char line[] =
    "3,1523,3795731687,-;Memory cgroup out of memory: Killed process 7960 (python3) "
    "total-vm:116880kB, anon-rss:30336kB, file-rss:2484kB, shmem-rss:0kB, UID:1879113728 "
    "pgtables:116kB oom_score_adj:0\n";

static void reads_the_kernels_words(void **state)
{
	struct oom_victim v;
	uid_t uid;

	(void)state;
	assert_true(oom_parse(line, &v, &uid));
	assert_string_equal(v.name, "python3");
	assert_int_equal(v.anon_bytes, 30336 * 1024);
	assert_int_equal(uid, 1879113728);
}

static void is_not_fooled_by_a_process_name(void **state)
{
	struct oom_victim v;
	uid_t uid;

	(void)state;
	assert_true(oom_parse("Memory cgroup out of memory: Killed process 7 (x) anon-rss:1) "
			      "total-vm:9kB, anon-rss:42kB, file-rss:0kB, UID:5 pgtables:1kB\n",
			      &v, &uid));
	assert_int_equal(v.anon_bytes, 42 * 1024);
	assert_string_equal(v.name, "x) anon-rss:1");
}

static void passes_over_other_lines(void **state)
{
	struct oom_victim v;
	uid_t uid;

	(void)state;
	assert_false(oom_parse("", &v, &uid));
	assert_false(oom_parse("Memory cgroup out of memory: Killed process 7", &v, &uid));
	assert_false(oom_parse("usb 1-1: new device (python3) anon-rss:1kB UID:0", &v, &uid));
}

UNIT_TESTS(unit(reads_the_kernels_words), unit(is_not_fooled_by_a_process_name),
	   unit(passes_over_other_lines))
