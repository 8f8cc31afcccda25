#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# With a standard stream closed, no file of labctl's own gets its number.
. "$(dirname "$0")/../lib.sh"

closed_output() { labctl image list >&-; }
closed_all() { labctl help <&- >&- 2>&-; }
run closed_output
unlike "what it prints goes nowhere else" "$err" "Bad file descriptor|bug"
run closed_all
is "all three closed" "$status" 0
