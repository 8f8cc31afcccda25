#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

# What is no limit but a mistake is refused, with the range in words.
refused() { # RANGE ARG...
	local range=$1
	shift
	run labctl "$@"
	is "$*: exit 2" "$status" 2
	like "... and the range" "$err" "is not between $range"
}
refused "1.00 ms" exec --time 0s true
refused "4.0 MiB" exec --memory 0 true
refused "1.0 MiB" exec --disk 1 true
refused "1.0 KiB" exec --output 0 true
refused "4.0 MiB" run algorithm --memory 1 --dry-run
refused "4.0 MiB" up ada --memory 1
refused "1.0 MiB" up ada --disk 1K
