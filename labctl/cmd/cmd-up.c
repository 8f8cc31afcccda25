/* SPDX-License-Identifier: Apache-2.0 */

/* labctl up: starts a lab. */

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "lab/lab.h"
#include "lab/service.h"
#include "sandbox/hostcheck.h"
#include "spec/limits.h"

static struct {
	struct strv with;
	const char *image, *profile, *dataset, *cpuset;
	double cpu;
	int64_t memory, pids, disk;
} o = {.image = "python", .profile = "lab"};

static const struct opt *options(void)
{
	static const struct opt table[] = {
	    {OPT_T_LIST, 'w', "with", "SERVICE,...",
	     "the services (default: all); 'none': only the workspace", &o.with, 0, 0, NULL},
	    {OPT_T_STRING, 'i', "image", "NAME", "the image of the workspace (default python)",
	     &o.image, 0, 0, NULL},
	    {OPT_T_STRING, 'd', "dataset", "NAME",
	     "the data that its service begins with: a folder of exercises/datasets/", &o.dataset,
	     0, 0, NULL},
	    {OPT_T_STRING, 'p', "profile", "NAME",
	     "limits of the whole lab, see cgroups/ (default lab)", &o.profile, 0, 0, NULL},
	    {OPT_T_DOUBLE, 0, "cpu", "CPUS", "CPUs: whole ones are reserved, a fraction is a quota",
	     &o.cpu, 0.01, 1024, NULL},
	    {OPT_T_STRING, 0, "cpuset", "LIST", "these CPUs, as in 0-1,4", &o.cpuset, 0, 0, NULL},
	    {OPT_T_BYTES, 0, "memory", "SIZE", "memory of all its parts together", &o.memory,
	     LIMITS_MEMORY_MIN, LIMITS_BYTES_MAX, NULL},
	    {OPT_T_INT, 0, "pids", "N", "processes and threads", &o.pids, 1, 4194304, NULL},
	    {OPT_T_BYTES, 0, "disk", "SIZE", "what its parts together keep on disk", &o.disk,
	     LIMITS_DISK_MIN, LIMITS_BYTES_MAX, NULL},
	    OPT_END};

	return table;
}

static int find_limits(struct limits *l, struct err *e)
{
	const struct limits asked = {.cpu = o.cpu,
				     .cpuset = (char *)o.cpuset,
				     .memory_bytes = o.memory,
				     .pids = o.pids,
				     .disk_bytes = o.disk};
	struct profile p;

	if (profile_load(o.profile, &p, e))
		return -1;
	limits_copy(l, &p.limits);
	profile_done(&p);
	limits_override(l, &asked);
	if (l->disk_bytes && hostcheck_lab_disk())
		log_info("%s", hostcheck_lab_disk());
	return 0;
}

/* A lab is for its services: without a word about them it has them all. */
static void choose_services(void)
{
	if (o.with.len == 1 && str_eq(o.with.items[0], "none")) {
		strv_remove(&o.with, 0);
		return;
	}
	for (size_t i = 0; o.with.len == i && service_types[i]; i++)
		strv_add(&o.with, service_types[i]->name);
}

static void say_up(const char *name, const struct lab *l, int64_t took_ns)
{
	char took[32];

	printf("lab %s is up (%s)", name, str_human_ns(took_ns, took, sizeof(took)));
	if (o.with.len) {
		cleanup_free char *services = strv_join(&o.with, ", ");
		printf(": %s answer%s", services, o.with.len == 1 ? "s" : "");
	}
	printf("\nlabctl shell %s enters it, labctl down %s ends it\n", name, name);
	(void)l;
}

static int run(struct strv *operands, int *status, struct err *e)
{
	cleanup(limits_done) struct limits limits = LIMITS_INIT;
	cleanup(lab_closep) struct lab *lab = NULL;
	const int64_t begun_ns = clock_now_ns();

	(void)status;
	if (operands->len != 1)
		return fail(e, ERR_USAGE, 0, "name the one lab to start");
	if (find_limits(&limits, e))
		return -1;
	choose_services();
	const struct lab_spec spec = {.name = operands->items[0],
				      .services = o.with,
				      .image = o.image,
				      .dataset = o.dataset,
				      .limits = limits};

	if (lab_up(&spec, &lab, e))
		return -1;
	say_up(spec.name, lab, clock_now_ns() - begun_ns);
	return 0;
}

const struct command cmd_up = {
    .name = "up",
    .summary = "Start a lab: a workspace, and services that answer",
    .synopsis = "LAB",
    .details = "Returns when every service answers. What the services write lasts until the lab is "
	       "reset or goes down; files in the workspace's home (/root) until it goes down.\n\n"
	       "  labctl up ada --with postgres,redis --memory 1G\n"
	       "  labctl up db --with postgres --dataset debian --image postgres   # has psql",
    .options = options,
    .needs = NEED_SANDBOX,
    .run = run,
};
