/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/state.h"

#include "sandbox/cgroup.h"

int state_collect(struct strv *names, struct err *e)
{
	return cgroup_collect(names, e);
}
