/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/seccomp.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "gen/seccomp-filters.h"

int seccomp_install(enum sandbox_trust trust, struct err *e)
{
	struct sock_fprog program = {.len = ARRAY_SIZE(seccomp_guest),
				     .filter = (struct sock_filter *)seccomp_guest};

	if (trust == SANDBOX_BUILD)
		program = (struct sock_fprog){.len = ARRAY_SIZE(seccomp_build),
					      .filter = (struct sock_filter *)seccomp_build};
	/* Without SPEC_ALLOW, kernels before 5.16 would slow the guest down by a mitigation that
	 * the measured program would not have outside. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		    &program)) {
		fail(e, ERR_HOST, errno, "install the system call filter");
		return hint(e, "the kernel must have CONFIG_SECCOMP_FILTER");
	}
	return 0;
}
