#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Move to a CPU that was not granted: that of the baseline, or of labctl itself.
. "$(dirname "$0")/lib.sh"

[ "$(nproc)" -gt 1 ] || skip_all "needs two CPUs: there is one"
box --cpu 1 -- /attack/kernel affinity
refused "only the granted one" "more than 1 CPU"

control "without that limit" "$attack/kernel" affinity
