#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

echo secret >"$T/secret"
chmod 644 "$T/secret"
run labctl exec cat "$T/secret"
is "no file of the host" "$status" 1

run labctl exec cat /proc/self/mountinfo
unlike "no path of the host in its mounts" "$out" "$T|/var/lib/labctl"
is "no mount but these" "$(awk '{ print $5 }' <<<"$out" | sort | tr '\n' ' ')" \
	"/ /dev /dev/pts /proc /proc/interrupts /proc/keys /tmp "
unlike "all without set-user-id" "$(grep -v nosuid <<<"$out")" .

run labctl exec ls /dev
is "no device but these" "$(tr '\n' ' ' <<<"$out")" \
	"fd full null ptmx pts random shm stderr stdin stdout tty urandom zero "
run labctl exec sh -c 'head -c 3 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c'
is "they give what they should" "$out" "3
4"
run labctl exec sh -c 'rm /dev/null; mv /dev/zero /dev/null; : >/dev/new; mknod /tmp/sda b 8 0; ls /dev /tmp | grep -E "new|sda"'
is "none can be removed, moved, added" "$out" ""

run labctl exec sh -c '
for f in sys/kernel/panic sys/kernel/core_pattern sys/kernel/modprobe sysrq-trigger irq/default_smp_affinity self/oom_score_adj; do
	(echo x >/proc/$f) 2>/dev/null && echo "$f can be written"
done
for f in kcore kpagecount kpageflags slabinfo vmallocinfo timer_list; do
	head -c 1 /proc/$f >/dev/null 2>&1 && echo "$f can be read"
done
wc -c </proc/keys; wc -c </proc/interrupts'
is "nothing of the kernel can be set, or read of others, through /proc" "$out" "0
0"

run labctl exec sh -c 'ls -di /proc/self/cwd/. / | cut -d" " -f1 | uniq | wc -l; ls -a /..'
like "its working directory is its own root" "$out" "^1"

layer=$(labctl image show python 2>/dev/null | grep -o '/[^ ]*/layers/[0-9a-f]*/root' | head -1)
labctl exec sh -c 'echo x >>/etc/passwd; rm -f /bin/sh; touch /new' 2>/dev/null
[ -z "$layer" ] || not_ok "a layer is never written" test -e "$layer/new"
is "the next sandbox finds all as it was" "$(labctl exec sh -c 'ls /new 2>/dev/null; grep -c ^x /etc/passwd')" 0
