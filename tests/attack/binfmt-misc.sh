#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# An interpreter for a kind of program, registered by a guest, would run for the host's programs too.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-write /proc/sys/fs/binfmt_misc/register
refused "there is nothing to register with"

mkdir "$T/binfmt"
# shellcheck disable=SC2016
if unshare -m mount -t binfmt_misc none "$T/binfmt" 2>/dev/null; then
	control "outside it can be opened" unshare -m sh -c \
		'mount -t binfmt_misc none "$1" && "$2" open-write "$1/register"' sh "$T/binfmt" "$attack/escape"
else
	skip "control" "this kernel has no binfmt_misc"
fi
