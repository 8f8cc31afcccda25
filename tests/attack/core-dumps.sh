#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A crash hands the memory of the guest to the program that core_pattern names, which runs as the
# host's root and reads what the guest wrote. A limit of 0 does not prevent that, a limit of 1 does: so the guest may
# not lower it to 0 either.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel core
refused "no dump is ever made"

control "a plain program has another limit" "$attack/kernel" core
