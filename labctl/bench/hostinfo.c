/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything comes from files below /proc and /sys and from uname(2), so it
 * works without privileges and can be tested on a made-up tree.
 */
#include "bench/hostinfo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { FACT_MAX = 1 << 20 };

/* The file root/path without its last newline, or NULL. */
static char *read_fact(const char *root, const char *path)
{
	cleanup_free char *name = xasprintf("%s%s", root, path);
	cleanup(str_done) struct str text = STR_INIT;
	struct err ignored = {0};

	if (fd_read_file_at(AT_FDCWD, name, &text, FACT_MAX, &ignored))
		return NULL;
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	return text.len > 0 ? str_take(&text) : NULL;
}

/* The value of the first "key<blanks>: value" or "key=value" line, without quotes; or NULL. */
static char *find_value(const char *text, const char *key)
{
	size_t key_len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, key_len))
			continue;
		const char *p = line + key_len;

		p += strspn(p, " \t");
		if (*p != ':' && *p != '=')
			continue;
		p++;
		p += strspn(p, " \t\"");
		return xstrndup(p, strcspn(p, "\"\n"));
	}
	return NULL;
}

static void read_cpu(const char *root, struct result_host *out)
{
	cleanup_free char *cpuinfo = read_fact(root, "/proc/cpuinfo");
	cleanup_free char *smt = read_fact(root, "/sys/devices/system/cpu/smt/active");
	cleanup_free char *boost = read_fact(root, "/sys/devices/system/cpu/cpufreq/boost");
	cleanup_free char *no_turbo =
	    read_fact(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");

	out->cpu_model = cpuinfo ? find_value(cpuinfo, "model name") : NULL;
	out->governor = read_fact(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	if (smt)
		out->smt = xstrdup(str_eq(smt, "1") ? "on" : "off");
	if (boost)
		out->turbo = xstrdup(str_eq(boost, "1") ? "on" : "off");
	else if (no_turbo)
		out->turbo = xstrdup(str_eq(no_turbo, "0") ? "on" : "off");
	out->cpus_online = sysconf(_SC_NPROCESSORS_ONLN);
	out->clocksource =
	    read_fact(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* What the hypervisor calls itself; "": nothing. */
static void ask_hypervisor(char name[13])
{
	memset(name, 0, 13);
#if defined(__x86_64__) || defined(__i386__)
	unsigned eax, words[3];

	__cpuid(0x40000000, eax, words[0], words[1], words[2]);
	memcpy(name, words, 12);
#endif
}

static void read_hypervisor(const char *root, struct result_host *out)
{
	static const struct {
		const char *signature, *name;
	} known[] = {
	    {"KVMKVMKVM", "KVM"},       {"TCGTCGTCGTCG", "QEMU TCG"}, {"Microsoft Hv", "Hyper-V"},
	    {"VMwareVMware", "VMware"}, {"XenVMMXenVMM", "Xen"},
	};
	cleanup_free char *cpuinfo = read_fact(root, "/proc/cpuinfo");
	cleanup_free char *flags = cpuinfo ? find_value(cpuinfo, "flags") : NULL;
	cleanup_free char *padded = xasprintf("%s ", flags ? flags : "");
	char signature[13];

	out->hypervisor = xstrdup("none");
	if (!strstr(padded, " hypervisor "))
		return;
	ask_hypervisor(signature);
	free(out->hypervisor);
	out->hypervisor = xstrdup("of unknown kind");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!str_eq(known[i].signature, signature))
			continue;
		free(out->hypervisor);
		out->hypervisor = xstrdup(known[i].name);
	}
}

static void read_system(const char *root, struct result_host *out)
{
	cleanup_free char *os = read_fact(root, "/etc/os-release");
	cleanup_free char *memory = read_fact(root, "/proc/meminfo");
	cleanup_free char *total = memory ? find_value(memory, "MemTotal") : NULL;
	cleanup_free char *load = read_fact(root, "/proc/loadavg");
	struct utsname names;

	if (!uname(&names)) {
		out->kernel = xstrdup(names.release);
		out->architecture = xstrdup(names.machine);
	}
	out->distribution = os ? find_value(os, "PRETTY_NAME") : NULL;
	out->memory_bytes = total ? strtoll(total, NULL, 10) * 1024 : 0;
	out->load_1min = load ? strtod(load, NULL) : 0;
}

/* "v2", "v1", or "hybrid": v1 controllers beside a cgroup2 mount. */
static void read_cgroup_mode(const char *root, struct result_host *out)
{
	cleanup_free char *mounts = read_fact(root, "/proc/self/mounts");
	bool v1 = mounts && strstr(mounts, " cgroup ");
	bool v2 = mounts && strstr(mounts, " cgroup2 ");

	out->cgroup_mode = xstrdup(v1 && v2 ? "hybrid" : v1 ? "v1" : v2 ? "v2" : "none");
}

static void note_noise(struct result_host *host)
{
	struct strv *notes = &host->notes;

	if (host->hypervisor && !str_eq(host->hypervisor, "none"))
		strv_add(notes, "a virtual machine: its host may take CPU time away (steal)");
	if (host->governor && !str_eq(host->governor, "performance"))
		strv_addf(notes, "CPU frequency governor '%s': 'performance' is steadier",
			  host->governor);
	if (str_eq(host->turbo, "on"))
		strv_add(notes, "turbo is on: speed depends on heat and on neighbouring cores");
	if (str_eq(host->smt, "on"))
		strv_add(notes, "SMT is on: two hardware threads share a core");
	if (host->cpus_online > 0 && host->load_1min > 0.5 * (double)host->cpus_online)
		strv_addf(notes, "load %.1f on %lld CPUs before the run began", host->load_1min,
			  (long long)host->cpus_online);
}

void hostinfo_collect(const char *root, struct result_host *out)
{
	read_cpu(root, out);
	read_hypervisor(root, out);
	read_system(root, out);
	read_cgroup_mode(root, out);
	note_noise(out);
}

void hostinfo_differences(const struct result_host *a, const struct result_host *b,
			  struct strv *words)
{
	const struct {
		const char *what;
		const char *a, *b;
	} facts[] = {
	    {"CPU", a->cpu_model, b->cpu_model},
	    {"architecture", a->architecture, b->architecture},
	    {"kernel", a->kernel, b->kernel},
	    {"CPU governor", a->governor, b->governor},
	    {"turbo", a->turbo, b->turbo},
	    {"SMT", a->smt, b->smt},
	    {"cgroup", a->cgroup_mode, b->cgroup_mode},
	    {"hypervisor", a->hypervisor, b->hypervisor},
	};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		if (!str_eq(facts[i].a, facts[i].b))
			strv_addf(words, "%s: %s, then %s", facts[i].what,
				  facts[i].a ? facts[i].a : "unknown",
				  facts[i].b ? facts[i].b : "unknown");
	}
	if (a->cpus_online != b->cpus_online)
		strv_addf(words, "CPUs: %lld, then %lld", (long long)a->cpus_online,
			  (long long)b->cpus_online);
}
