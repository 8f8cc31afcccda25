/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for lab.c until it is there: exercises without services can be
 * measured, those with services are refused. To be removed with lab.c's arrival.
 */
#include "base/mem.h"
#include "lab/lab.h"

int lab_up(const struct lab_spec *spec, struct lab **out, struct err *e)
{
	(void)out;
	return fail(e, ERR_BUG, 0, "start the lab '%s': this build has no services", spec->name);
}

int lab_reset(struct lab *l, struct err *e)
{
	(void)l;
	return fail(e, ERR_BUG, 0, "reset a lab: this build has no services");
}

void lab_close(struct lab *l)
{
	(void)l;
}

size_t lab_service_count(const struct lab *l)
{
	(void)l;
	return 0;
}

int lab_service_status(struct lab *l, size_t index, struct service_status *out, struct err *e)
{
	(void)l;
	(void)index;
	(void)out;
	return fail(e, ERR_BUG, 0, "ask a service: this build has none");
}

char *lab_services_json(const struct lab *l)
{
	(void)l;
	return xstrdup("{}");
}

int lab_sandbox_spec(struct lab *l, struct sandbox_spec *spec, struct err *e)
{
	(void)l;
	(void)spec;
	return fail(e, ERR_BUG, 0, "run inside a lab: this build has no services");
}
