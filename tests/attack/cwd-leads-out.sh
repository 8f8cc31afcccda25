#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2024-21626: the working directory is a link of the image's to a descriptor that is open while
# the guest is being started. From there ".." goes up to the host's root.
. "$(dirname "$0")/lib.sh"

echo secret >"$T/secret"
exec 9<"$T"
for n in {3..24}; do
	ln -sfn /proc/self/fd/$n "$rootfs/work"
	box --cwd /work -- /attack/escape leaked "${T#/}/secret"
	[ "$status" != 0 ] || break
done
is "no descriptor leads out" "$n-$status" 24-5
like "... and it is said" "$err" "enter '/work' in the sandbox"
# shellcheck disable=SC2016
run sh -c 'exec "$@" <"$0"' "$T" "$LABCTL" exec --rootfs "$rootfs" --cwd /proc/self/fd/0 -- /attack/escape \
	leaked "${T#/}/secret"
is "nor does standard input" "$status" 5
like "... and it is said" "$err" "enter '/proc/self/fd/0' in the sandbox"

control "a plain process gets out" env -C /proc/self/fd/9 "$attack/escape" leaked "${T#/}/secret"
