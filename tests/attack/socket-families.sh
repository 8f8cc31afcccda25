#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A family of sockets is a module of the kernel, loaded for who asks; AF_VSOCK reaches the
# machine's own host, whatever the network namespace.
. "$(dirname "$0")/lib.sh"

try() { # WHAT FAMILY TYPE PROTOCOL
	box -- /attack/kernel socket "$2" "$3" "$4"
	refused "$1" "not supported"
	if "$attack/kernel" socket "$2" "$3" "$4" >"$T/log"; then
		control "$1 outside" "$attack/kernel" socket "$2" "$3" "$4"
	else
		skip "control: $1" "this kernel has it not"
	fi
}

try "AF_VSOCK" 40 1 0
try "AF_PACKET" 17 3 768
try "raw IP" 2 3 1
try "AF_ALG" 38 5 0
try "AF_NETLINK, netfilter" 16 3 12
try "AF_NETLINK, audit" 16 3 9
try "AF_CAN" 29 3 1
try "AF_TIPC" 30 5 0
