/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/foreground.h"

#include <signal.h>

#include "base/log.h"
#include "base/mem.h"

/* 124 and 137 are what timeout(1) and a shell say; 153 is 128 + SIGXFSZ, "too much written". */
static int exit_status(const struct sandbox_outcome *out)
{
	switch (out->ending) {
	case SANDBOX_LIMIT_TIME:
		return 124;
	case SANDBOX_LIMIT_MEMORY:
		return 137;
	case SANDBOX_LIMIT_OUTPUT:
		return 153;
	case SANDBOX_SIGNALED:
	case SANDBOX_KILLED:
		return 128 + out->status;
	default:
		return out->status;
	}
}

static struct sandbox *running;

/* The terminal's Ctrl-C reaches labctl alone: pass it on, and stay to clean up. */
static void pass_on(int signal)
{
	struct err ignored;

	sandbox_kill(running, signal, &ignored);
}

static int run_sandbox(const struct sandbox_spec *spec, struct sandbox_outcome *out, struct err *e)
{
	static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
	const struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

	signal(SIGPIPE, SIG_IGN); /* the guest gets it, and we stay to clean up */
	if (sandbox_start(spec, &running, e))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaction(passed[i], &action, NULL);
	int result = sandbox_wait(running, INT64_MAX, out, e);

	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		signal(passed[i], SIG_IGN); /* the little that is left is tidied up undisturbed */
	sandbox_destroy(take_ptr(running));
	return result < 0 ? -1 : 0;
}

int foreground_run(const struct sandbox_spec *spec, const struct lab *lab, int *status,
		   struct err *e)
{
	struct sandbox_outcome out;

	if (run_sandbox(spec, &out, e))
		return -1;
	*status = exit_status(&out);
	if (out.ending != SANDBOX_EXITED)
		log_warn("%s", out.words);
	cleanup_free char *full = lab && *status ? lab_disk_words(lab) : NULL;

	if (full)
		log_warn("%s", full);
	return 0;
}
