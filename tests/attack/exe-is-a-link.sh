#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay program:gcc
#
# CVE-2019-5736 again: the program to run is a link to /proc/self/exe, so that the host's labctl runs
# inside, with the image's libraries; one of them opens its program for writing.
. "$(dirname "$0")/lib.sh"

cat >"$T/evil.c" <<'C'
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((constructor)) static void attack(void)
{
	char target[4096] = "";
	ssize_t n = readlink("/proc/self/exe", target, sizeof(target) - 1);
	int fd = open("/proc/self/exe", O_RDONLY);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	printf("runs %s\n", n > 0 ? target : "?");
	fflush(stdout);
	if (fork() == 0) {
		char *argv[] = {"/attack/escape", "open-write", path, NULL};
		execv(argv[0], argv);
	}
	wait(NULL);
	_exit(0);
}
C
gcc -shared -fPIC -w -o "$rootfs/evil.so" "$T/evil.c"
for library in $(ldd "$LABCTL" | grep -o '/[^ )]*'); do
	mkdir -p "$rootfs${library%/*}" && cp -L "$library" "$rootfs$library"
done
ln -s /proc/self/exe "$rootfs/program"
before=$(sha256sum <"$LABCTL")

box -e LD_PRELOAD=/evil.so -- /program
like "the host's labctl runs inside" "$out" "runs .*labctl"
like "and cannot be opened for writing" "$out" "refused: .*Permission denied"
is "it is as it was" "$(sha256sum <"$LABCTL")" "$before"

cp "$LABCTL" "$T/own"
control "a program that is root's own can be opened" "$attack/escape" open-write "$T/own"
