/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAP_BIT(c) (1ULL << (c))

/* What maintainer scripts need inside their own user namespace; none has power outside of it. */
static const uint64_t build_capabilities =
    CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) |
    CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_KILL) | CAP_BIT(CAP_SETGID) |
    CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETPCAP) | CAP_BIT(CAP_SETFCAP) | CAP_BIT(CAP_SYS_CHROOT);

/* setgroups, setresgid and setresuid of glibc signal all threads and keep their state in memory;
 * a vforked child wants the bare calls. */
static int become(uid_t uid, gid_t gid, struct err *e)
{
	if (syscall(SYS_setgroups, 0, NULL) || syscall(SYS_setresgid, gid, gid, gid) ||
	    syscall(SYS_setresuid, uid, uid, uid))
		return fail(e, ERR_HOST, errno, "become user %u of the sandbox", uid);
	return 0;
}

static int set_capabilities(uint64_t set, struct err *e)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++) {
		uint32_t half = (uint32_t)(set >> (32 * i));

		data[i] = (struct __user_cap_data_struct){half, half, 0};
	}
	if (syscall(SYS_capset, &header, data))
		return fail(e, ERR_HOST, errno, "drop capabilities");
	return 0;
}

/* The bounding set is what an exec by uid 0 could give back. The kernel's last capability is where
 * the call fails. */
static int bound_capabilities(uint64_t keep, struct err *e)
{
	for (int c = 0; c < 64; c++) {
		if (keep >> c & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, c)) {
			if (errno == EINVAL && c > CAP_SYS_ADMIN)
				return 0;
			return fail(e, ERR_HOST, errno, "drop capability %d", c);
		}
	}
	return 0;
}

/* For a guest that keeps none: uid 0 means nothing to capabilities any more, and never will again.
 * The same as an empty bounding set (which no_new_privs makes needless anyway), in one call and not
 * forty. */
static int lock_capabilities(struct err *e)
{
	const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
				   SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
				   SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	if (prctl(PR_SET_SECUREBITS, bits))
		return fail(e, ERR_HOST, errno, "lock capabilities away");
	return 0;
}

static int no_new_privs(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return fail(e, ERR_HOST, errno, "give up new privileges");
	return 0;
}

int privilege_enter_userns(int userns_fd, struct err *e)
{
	if (setns(userns_fd, CLONE_NEWUSER))
		return fail(e, ERR_HOST, errno, "join the sandbox's user namespace");
	return become(0, 0, e);
}

int privilege_keep_kill(struct err *e)
{
	return set_capabilities(CAP_BIT(CAP_KILL), e) || no_new_privs(e) ? -1 : 0;
}

int privilege_drop(enum sandbox_trust trust, uid_t uid, gid_t gid, struct err *e)
{
	uint64_t keep = trust == SANDBOX_BUILD ? build_capabilities : 0;

	/* The session keyring is the supervisor's: leave it. */
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	if (keep ? bound_capabilities(keep, e) : lock_capabilities(e))
		return -1;
	if (become(uid, gid, e))
		return -1;
	return set_capabilities(uid ? 0 : keep, e) || no_new_privs(e) ? -1 : 0;
}
