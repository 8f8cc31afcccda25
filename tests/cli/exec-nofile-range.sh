#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

# Fewer than labctl itself needs to set the sandbox up would fail as the host's fault.
run labctl exec --nofile 16 true
is "too few open files: exit 2" "$status" 2
like "the message names the range" "$err" "32"
