/* SPDX-License-Identifier: Apache-2.0 */

/*
 * `labctl up` with three services answering, beside podman starting a container
 * for each in parallel: the same files, the same servers with the same
 * arguments, the same questions by the same client libraries. podman uses the
 * host's network and sets no limits, which is the fastest it can; labctl makes
 * a network, a budget and a workspace. They take turns; the medians count.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strv.h"
#include "lab/service.h"
#include "stats/summary.h"

enum { ROUNDS = 15, SERVICES = 3 };

static const char *const names[SERVICES] = {"postgres", "redis", "memcached"};
static char run_dir[] = "/tmp/labctl-bench-XXXXXX";

static pid_t start(struct strv *argv)
{
	static int null_fd = -1;

	if (null_fd < 0)
		null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(null_fd, 1);
		execvp(argv->items[0], strv_argv(argv));
		_exit(127);
	}
	return pid;
}

static void must_end_well(pid_t pid, const char *what)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
		fprintf(stderr, "bench lab: %s failed\n", what);
		exit(1);
	}
}

static void run(const char *const *argv)
{
	cleanup(strv_done) struct strv copy = STRV_INIT;

	strv_add_all(&copy, argv);
	must_end_well(start(&copy), argv[0]);
}

/* ---- ours ---- */

static double ours_ns(const char *labctl)
{
	const char *const up[] = {labctl, "up", "bench-lab", "--with", "postgres,redis,memcached",
				  NULL};
	const char *const down[] = {labctl, "down", "bench-lab", NULL};
	int64_t begun = clock_now_ns();

	run(up);
	double took = (double)(clock_now_ns() - begun);

	run(down);
	return took;
}

/* ---- podman's ---- */

static pid_t start_container(const struct service_type *type)
{
	const struct limits none = LIMITS_NONE;
	cleanup(strv_done) struct strv argv = STRV_INIT;
	cleanup(strv_done) struct strv command = STRV_INIT;
	cleanup(strv_done) struct strv env = STRV_INIT;

	type->command(&none, &command, &env);
	strv_split(
	    &argv,
	    "podman run -d --network=host --pull=never --log-driver=none --ulimit=nofile=1024:1024 --ulimit=nproc=4096:4096",
	    ' ');
	strv_addf(&argv, "--name=labctl-bench-%s", type->name);
	strv_addf(&argv, "--user=%s", type->user);
	strv_addf(&argv, "--volume=%s:/run/labctl", run_dir);
	strv_addf(&argv, "labctl-bench-%s:latest", type->name);
	strv_add_all(&argv, (const char *const *)strv_argv(&command));
	return start(&argv);
}

static void await_answer(const struct service_type *type)
{
	const struct service_address at = {.run_dir = run_dir, .port = type->port};
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	const int64_t give_up = clock_now_ns() + 60 * NS_PER_S;
	void *client = NULL;
	struct err e;

	while (type->connect(&at, &client, &e)) {
		if (clock_now_ns() > give_up) {
			fprintf(stderr, "bench lab: podman's %s: %s\n", type->name, e.msg);
			exit(1);
		}
		nanosleep(&pause, NULL);
	}
	type->close(client);
}

static void remove_containers(void)
{
	if (system("podman rm -f -t0 labctl-bench-postgres labctl-bench-redis "
		   "labctl-bench-memcached >/dev/null 2>&1"))
		fprintf(stderr, "bench lab: podman has none of the containers\n");
}

static double podman_ns(const struct service_type *const *types)
{
	int64_t begun = clock_now_ns();
	pid_t pids[SERVICES];

	for (int i = 0; i < SERVICES; i++)
		pids[i] = start_container(types[i]);
	for (int i = 0; i < SERVICES; i++)
		must_end_well(pids[i], "podman run");
	for (int i = 0; i < SERVICES; i++)
		await_answer(types[i]);
	double took = (double)(clock_now_ns() - begun);

	remove_containers();
	return took;
}

/* ---- both ---- */

static int skip(const char *why)
{
	puts(why);
	return 77;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare(const char *labctl, const struct service_type *const *types)
{
	double ours[ROUNDS], peer[ROUNDS];

	ours_ns(labctl);
	podman_ns(types);
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = ours_ns(labctl);
		peer[i] = podman_ns(types);
	}
	qsort(ours, ROUNDS, sizeof(*ours), ascending);
	qsort(peer, ROUNDS, sizeof(*peer), ascending);
	double a = summary_median(ours, ROUNDS) / 1e6, b = summary_median(peer, ROUNDS) / 1e6;
	const bool ok = a <= 120 && a <= 0.33 * b;

	printf("medians of %d: labctl %.1f ms, podman %.1f ms\n", ROUNDS, a, b);
	printf("row lab %.1fms %.1fms %.2f <=120ms,<=0.33x %s\n", a, b, a / b, ok ? "ok" : "short");
	return ok ? 0 : 1;
}

int main(void)
{
	const char *labctl = getenv("LABCTL");
	const struct service_type *types[SERVICES];
	struct err e;

	if (!labctl || geteuid() != 0)
		return skip("needs root, and LABCTL");
	if (system("command -v podman >/dev/null"))
		return skip("needs podman");
	if (system("tests/bench/tools/podman-images.sh") || !mkdtemp(run_dir) ||
	    chmod(run_dir, 01777))
		return 1;
	for (int i = 0; i < SERVICES; i++) {
		types[i] = service_find(names[i], &e);
		if (!types[i] || types[i]->load(&e))
			return 1;
	}
	remove_containers(); /* of a bench that was broken off */
	return compare(labctl, types);
}
