#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec cat /proc/self/uid_map
like "its root is nobody outside" "$out" "^ +0 +1[89][0-9]{8} +65536$"

run labctl exec grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):' /proc/self/status
is "no capability, no way to more, a filter" "$(tr -d ' \t\n' <<<"$out")" \
	"CapInh:0000000000000000CapPrm:0000000000000000CapEff:0000000000000000CapAmb:0000000000000000NoNewPrivs:1Seccomp:2"

run labctl exec sh -c 'cp /bin/sh /tmp/sh; cp /usr/bin/id /var/id; chmod 6755 /var/id; chown 5 /var/id; /var/id -u'
like "set-user-id is without effect" "$out" "^0$"

run labctl exec env
unlike "nothing of our environment comes in" "$out" LABCTL
like "but for what a program needs" "$out" "^PATH="

run labctl exec ls -l /proc/self/fd
is "no descriptor of ours comes in" "$(grep -c ' -> ' <<<"$out")" 4

is "its host name is its own" "$(labctl exec hostname)" exec

# Two at the same time never share ids.
mkfifo "$T/hold"
for i in 1 2; do
	labctl exec sh -c 'cat /proc/self/uid_map; read line' <"$T/hold" >"$T/map$i" &
done
exec 9>"$T/hold"
both() { [ -s "$T/map1" ] && [ -s "$T/map2" ]; }
wait_for 10 both
not_ok "two at the same time have other ids" cmp "$T/map1" "$T/map2"
exec 9>&-
wait
