#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A line discipline is a module of the kernel that is loaded for who asks.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel line-discipline
refused "it cannot be set" "not permitted"

control "outside it can" "$attack/kernel" line-discipline
