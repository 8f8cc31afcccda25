#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2017-5226: type commands into the terminal of who started the sandbox; CVE-2019-10063: with
# bits in the command that the kernel ignores and a filter might not.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel type-ahead
refused "no key is pressed" "not permitted"
box -- /attack/kernel type-ahead wide
refused "nor with a wide command" "not permitted"

control "outside it is" "$attack/kernel" type-ahead
control "and with a wide command" "$attack/kernel" type-ahead wide
