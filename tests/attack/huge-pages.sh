#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Huge pages that the host has set aside (for its own database) count for no memory limit.
. "$(dirname "$0")/lib.sh"

for kind in map file segment; do
	box -- /attack/kernel huge-pages $kind
	refused "$kind: there are none" "Cannot allocate memory"
done

# Without any set aside, asking for a file of them still works.
control "outside there may be" "$attack/kernel" huge-pages file
