/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/cgroup_lib.h"

#include <libcgroup.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lib.h"
#include "base/mem.h"

static struct {
	LIB_FN(cgroup_init);
	LIB_FN(cgroup_get_subsys_mount_point);
	LIB_FN(cgroup_strerror);
} cg;

static const struct lib_symbol symbols[] = {LIB_SYM(cg, cgroup_init),
					    LIB_SYM(cg, cgroup_get_subsys_mount_point),
					    LIB_SYM(cg, cgroup_strerror), LIB_END};

static struct lib lib = {
    .names = {"libcgroup.so.3", "libcgroup.so.2", "libcgroup.so.1"},
    .package = "libcgroup2",
    .symbols = symbols,
};

int cgroup_lib_mount(const char *controller, char *mount, size_t size, struct err *e)
{
	cleanup_free char *found = NULL;

	if (lib_open(&lib, e))
		return -1;
	int code = cg.cgroup_init();

	if (!code)
		code = cg.cgroup_get_subsys_mount_point(controller, &found);
	if (code)
		return fail(e, ERR_HOST, 0, "libcgroup knows no controller '%s': %s", controller,
			    cg.cgroup_strerror(code));
	snprintf(mount, size, "%s", found);
	return 0;
}
