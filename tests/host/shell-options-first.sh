#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
. "$(dirname "$0")/../lib.sh"

run labctl shell ada -b /tmp
is "an option after the lab: exit 2" "$status" 2
like "where it belongs" "$err" "labctl shell -b DIR ada"
run labctl exec --rootfs /etc/hostname true
is "a root that is no directory: exit 2" "$status" 2
like "... is named" "$err" "'/etc/hostname' is no directory"
run labctl ps nope
is "ps of no lab: exit 2" "$status" 2
is "... prints no heading before its error" "$out" ""
