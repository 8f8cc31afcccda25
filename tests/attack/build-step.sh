#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
#
# A package's script, or a step of an image, has capabilities in its own user namespace: out of the
# tree by chroot, to the kernel, to the host's processes and network with them.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

echo secret >"$T/secret"
hold listener "$attack/reach" listen 127.0.0.1
read -r port _ <"$T/listener.out"
attempts=("escape mounts" "escape namespaces" "escape join 1" "escape links 1" "escape overwrite-exe 1"
	"escape chroot ${T#/}/secret" "escape leaked ${T#/}/secret" "escape device /opt"
	"escape open-write /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys/fs/cgroup/memory/release_agent"
	"escape replace /dev/null /etc/passwd" "kernel io-uring" "kernel socket 40 1 0" "kernel find-key x"
	"reach trace 1" "reach read-memory 1 0x400000" "reach take-descriptor 1 3"
	"reach connect $port 127.0.0.1 ::1" "reach signal $held")
lines=('files:')
for program in escape kernel reach; do
	lines+=("  /opt/$program: {source: $program, mode: 0755}")
done
lines+=('steps:')
for attempt in "${attempts[@]}"; do
	lines+=("  - '/opt/$attempt >>/opt/said || true'")
done
child hostile "${lines[@]}"
cp "$attack"/{escape,kernel,reach} "$T/data/images/hostile/files/"
run labctl image build hostile
is "the image is built" "$status" 0
said=$(cat "$(tree_of hostile)/opt/said")
is "every attempt was made" "$(wc -l <<<"$said")" ${#attempts[@]}
is "and refused" "$(grep -v '^refused: ' <<<"$said")" ""

control "outside: the secret" chroot "$rootfs" /attack/escape chroot "${T#/}/secret"
control "outside: the network" "$attack/reach" connect "$port" 127.0.0.1
control "outside: a device" "$attack/escape" device "$T"
