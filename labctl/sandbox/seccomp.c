/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/seccomp.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "gen/seccomp-filters.h"

/* sock_fprog wants a pointer to what it does not write. */
#define PROGRAM(array)                                                                             \
	{                                                                                          \
		.len = ARRAY_SIZE(array), .filter = (struct sock_filter *)(array)                  \
	}

int seccomp_install(enum sandbox_trust trust, struct err *e)
{
	static const struct sock_fprog programs[] = {
	    [SANDBOX_GUEST] = PROGRAM(seccomp_guest),
	    [SANDBOX_BUILD] = PROGRAM(seccomp_build),
	    [SANDBOX_WATCH] = PROGRAM(seccomp_watch),
	};

	/* Without SPEC_ALLOW, kernels before 5.16 would slow the guest down by a mitigation that
	 * the measured program would not have outside. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		    &programs[trust])) {
		fail(e, ERR_HOST, errno, "install the system call filter");
		return hint(e, "the kernel must have CONFIG_SECCOMP_FILTER");
	}
	return 0;
}
