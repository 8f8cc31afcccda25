/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "bench/hostinfo.h"

/* A made-up host below a temporary directory. */
struct host {
	char root[64];
	struct result_host facts;
};

static void put(const struct host *h, const char *path, const char *text)
{
	cleanup_free char *file = xasprintf("%s%s", h->root, path);
	cleanup_free char *dir = path_dir(file);
	struct err e = {0};

	assert_int_equal(path_mkdirs(dir, 0755, &e), 0);
	assert_int_equal(fd_replace_file_at(AT_FDCWD, file, text, strlen(text), 0644, &e), 0);
}

static void begin(struct host *h)
{
	*h = (struct host){.root = "/tmp/labctl-hostinfo.XXXXXX"};
	assert_non_null(mkdtemp(h->root));
}

static void end(struct host *h)
{
	struct err e = {0};

	path_remove_tree_at(AT_FDCWD, h->root, &e);
	free(h->facts.cpu_model);
	free(h->facts.architecture);
	free(h->facts.kernel);
	free(h->facts.distribution);
	free(h->facts.governor);
	free(h->facts.turbo);
	free(h->facts.smt);
	free(h->facts.cgroup_mode);
	free(h->facts.hypervisor);
	free(h->facts.clocksource);
	strv_done(&h->facts.notes);
}

static void facts_are_read(void **state)
{
	(void)state;
	struct host h;

	begin(&h);
	put(&h, "/proc/cpuinfo",
	    "processor\t: 0\nmodel name\t: Fast CPU 3000\nflags\t\t: fpu sse\n");
	put(&h, "/sys/devices/system/cpu/smt/active", "0\n");
	put(&h, "/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
	put(&h, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
	put(&h, "/proc/meminfo", "MemTotal:        2048 kB\n");
	put(&h, "/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 13\"\n");
	put(&h, "/proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
	hostinfo_collect(h.root, &h.facts);
	assert_string_equal(h.facts.cpu_model, "Fast CPU 3000");
	assert_string_equal(h.facts.smt, "off");
	assert_string_equal(h.facts.turbo, "off");
	assert_string_equal(h.facts.governor, "performance");
	assert_string_equal(h.facts.distribution, "Debian 13");
	assert_string_equal(h.facts.cgroup_mode, "v2");
	assert_string_equal(h.facts.hypervisor, "none");
	assert_int_equal(h.facts.memory_bytes, 2048 * 1024);
	assert_int_equal(h.facts.notes.len, 0);
	end(&h);
}

static void noise_sources_are_named(void **state)
{
	(void)state;
	struct host h;

	begin(&h);
	put(&h, "/proc/cpuinfo", "flags\t\t: fpu hypervisor sse\n");
	put(&h, "/sys/devices/system/cpu/smt/active", "1\n");
	put(&h, "/sys/devices/system/cpu/cpufreq/boost", "1\n");
	put(&h, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
	put(&h, "/proc/loadavg", "9999.0 1 1 1/1 1\n");
	hostinfo_collect(h.root, &h.facts);
	assert_int_equal(h.facts.notes.len, 5);
	end(&h);
}

static void missing_facts_are_left_out(void **state)
{
	(void)state;
	struct host h;

	begin(&h);
	hostinfo_collect(h.root, &h.facts);
	assert_null(h.facts.cpu_model);
	assert_null(h.facts.governor);
	assert_string_equal(h.facts.cgroup_mode, "none");
	end(&h);
}

static void hybrid_is_both(void **state)
{
	(void)state;
	struct host h;

	begin(&h);
	put(&h, "/proc/self/mounts",
	    "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n"
	    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n");
	hostinfo_collect(h.root, &h.facts);
	assert_string_equal(h.facts.cgroup_mode, "hybrid");
	end(&h);
}

static void differences_are_told(void **state)
{
	(void)state;
	char old[] = "6.1";
	char new[] = "6.18";
	const struct result_host a = {.kernel = old, .cpus_online = 2};
	const struct result_host b = {.kernel = new, .cpus_online = 4};
	cleanup(strv_done) struct strv words = STRV_INIT;

	hostinfo_differences(&a, &b, &words);
	assert_int_equal(words.len, 2);
	assert_string_equal(words.items[0], "kernel: 6.1, then 6.18");
	assert_string_equal(words.items[1], "CPUs: 2, then 4");
}

UNIT_TESTS(unit(facts_are_read), unit(noise_sources_are_named), unit(missing_facts_are_left_out),
	   unit(hybrid_is_both), unit(differences_are_told))
