/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/builder.h"

#include <signal.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "sandbox/sandbox.h"

static struct sandbox *running;

/* What ends a build ends what runs for it; the sandbox is then tidied up as ever. */
static void end_it(int signal)
{
	struct err ignored;

	(void)signal;
	sandbox_kill(running, SIGKILL, &ignored);
}

static int run_to_the_end(const struct sandbox_spec *spec, struct sandbox_outcome *out,
			  struct err *e)
{
	static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction action = {.sa_handler = end_it, .sa_flags = SA_RESTART};
	struct sigaction was[ARRAY_SIZE(deadly)];

	if (sandbox_start(spec, &running, e))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(deadly); i++)
		sigaction(deadly[i], &action, &was[i]);
	int result = sandbox_wait(running, INT64_MAX, out, e);

	for (size_t i = 0; i < ARRAY_SIZE(deadly); i++)
		sigaction(deadly[i], &was[i], NULL);
	sandbox_destroy(take_ptr(running));
	return result < 0 ? -1 : 0;
}

static int run_step(const struct build_step *step, void *arg, struct err *e)
{
	struct sandbox_spec spec = SANDBOX_SPEC_INIT;
	struct sandbox_outcome out;

	(void)arg;
	spec.name = step->name;
	spec.hostname = "labctl";
	spec.layers = step->layers;
	spec.upper_dir = step->upper_dir;
	spec.trust = step->privileged ? SANDBOX_BUILD : SANDBOX_GUEST;
	spec.argv = step->argv;
	spec.envp = step->envp;
	spec.stdout_fd = step->output_fd;
	spec.stderr_fd = step->output_fd;
	if (run_to_the_end(&spec, &out, e))
		return -1;
	if (out.ending == SANDBOX_EXITED && out.status == 0)
		return 0;
	if (out.ending == SANDBOX_EXITED)
		return fail(e, ERR_GUEST, 0, "it ended with status %d", out.status);
	return fail(e, ERR_GUEST, 0, "%s", out.words);
}

const struct build_runner builder_runner = {.run = run_step};
