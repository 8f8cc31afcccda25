/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/mem.h"
#include "sandbox/cgroup_host.h"

/* /proc/self/mountinfo of Debian 13, Ubuntu 24.04 and Fedora alike */
static const char unified[] =
    "25 30 0:23 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw\n"
    "30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
    "34 26 0:28 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 "
    "rw,nsdelegate,memory_recursiveprot\n";

/* systemd's legacy hierarchy (Debian 10): some controllers share one, with links beside it */
static const char legacy[] =
    "31 23 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755\n"
    "32 31 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    "33 31 0:28 / /sys/fs/cgroup/systemd rw,nosuid - cgroup cgroup rw,xattr,name=systemd\n"
    "36 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct\n"
    "37 31 0:32 / /sys/fs/cgroup/cpuset rw,nosuid - cgroup cgroup rw,cpuset\n"
    "38 31 0:33 / /sys/fs/cgroup/net_cls,net_prio rw,nosuid - cgroup cgroup rw,net_cls,net_prio\n"
    "39 31 0:34 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n"
    "40 31 0:35 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids\n"
    "41 31 0:36 / /sys/fs/cgroup/blkio rw,nosuid - cgroup cgroup rw,blkio\n";

/* some controllers on version 1, the rest handed to version 2 */
static const char mixed[] = "31 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
			    "39 31 0:34 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
			    "32 31 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

static void finds_version_2(void **state)
{
	struct cgroup_place p[CGROUP_COUNT];

	(void)state;
	cgroup_host_parse(unified, "cpuset cpu io memory hugetlb pids rdma misc\n", p);
	for (int c = 0; c < CGROUP_COUNT; c++) {
		assert_int_equal(p[c].version, 2);
		assert_string_equal(p[c].mount, "/sys/fs/cgroup");
	}
}

static void finds_version_1_with_shared_hierarchies(void **state)
{
	struct cgroup_place p[CGROUP_COUNT];

	(void)state;
	cgroup_host_parse(legacy, "", p);
	for (int c = 0; c < CGROUP_COUNT; c++)
		assert_int_equal(p[c].version, 1);
	assert_string_equal(p[CGROUP_CPU].mount, "/sys/fs/cgroup/cpu,cpuacct");
	assert_string_equal(p[CGROUP_CPUACCT].mount, "/sys/fs/cgroup/cpu,cpuacct");
	assert_string_equal(p[CGROUP_CPUSET].mount, "/sys/fs/cgroup/cpuset");
	assert_string_equal(p[CGROUP_IO].mount, "/sys/fs/cgroup/blkio");
}

static void finds_a_mixture(void **state)
{
	struct cgroup_place p[CGROUP_COUNT];

	(void)state;
	cgroup_host_parse(mixed, "cpu pids\n", p);
	assert_int_equal(p[CGROUP_MEMORY].version, 1);
	assert_int_equal(p[CGROUP_PIDS].version, 2);
	assert_int_equal(p[CGROUP_CPUACCT].version, 2);
	assert_string_equal(p[CGROUP_PIDS].mount, "/sys/fs/cgroup/unified");
	assert_int_equal(p[CGROUP_CPUSET].version, 0);
	assert_int_equal(p[CGROUP_IO].version, 0);
}

static void finds_nothing_in_garbage(void **state)
{
	static const char *const texts[] = {"", "\n\n", "cgroup", " - cgroup2 ",
					    "1 2 3 4 5 6 - cgroup"};
	struct cgroup_place p[CGROUP_COUNT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cgroup_host_parse(texts[i], "memory", p);
		for (int c = 0; c < CGROUP_COUNT; c++)
			assert_int_equal(p[c].version, 0);
	}
}

/* "memory" must not be found in "name=memory_guard" or "mymemory" */
static void compares_whole_words(void **state)
{
	struct cgroup_place p[CGROUP_COUNT];

	(void)state;
	cgroup_host_parse("33 31 0:28 / /x rw - cgroup cgroup rw,name=memory,mymemory,cpusets\n",
			  "", p);
	assert_int_equal(p[CGROUP_MEMORY].version, 0);
	assert_int_equal(p[CGROUP_CPUSET].version, 0);
	assert_int_equal(p[CGROUP_CPU].version, 0);
}

UNIT_TESTS(unit(finds_version_2), unit(finds_version_1_with_shared_hierarchies),
	   unit(finds_a_mixture), unit(finds_nothing_in_garbage), unit(compares_whole_words))
