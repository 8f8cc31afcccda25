#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay program:script
#
# Take the caller's terminal: it is left in any state, what is typed later can be read, and what is
# typed into it runs after the guest has ended.
. "$(dirname "$0")/lib.sh"

at_terminal() {
	run script -qec "exec $(printf '%q ' "$@")" /dev/null
}

at_terminal "$LABCTL" exec --rootfs "$rootfs" -- /attack/kernel foreign-terminal
like "a guest has a terminal of its own" "$out" "refused: .* only /dev/pts/0"
at_terminal "$LABCTL" exec --rootfs "$rootfs" -- /attack/kernel type-here
like "nothing is typed" "$out" "refused: press a key"

# shellcheck disable=SC2016
at_terminal unshare -m sh -c 'mount -t devpts -o newinstance none /dev/pts && exec "$1" foreign-terminal' \
	sh "$attack/kernel"
like "control: a child with a /dev/pts of its own has its caller's" "$out" "worked"
at_terminal "$attack/kernel" type-here
like "control: and can type there" "$out" "worked"
