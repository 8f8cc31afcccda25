#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# io_uring does a program's calls for it, past any filter.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel io-uring
refused "there is none" "not implemented"

if "$attack/kernel" io-uring >/dev/null; then
	control "a plain program has one" "$attack/kernel" io-uring
else
	skip "control" "this host has switched it off"
fi
