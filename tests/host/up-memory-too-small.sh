#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
#
# A service that dies before it answers: its end is told at once, not that it kept silent.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
run labctl up ada --with postgres --memory 8M
is "too little memory: exit 4" "$status" 4
like "says what ended it" "$err" "'postgres' ended before it answered: killed: out of memory"
like "and the limit" "$err" "limit of 8.0 MiB"
is "no lab is left" "$(labctl ps --json)" "[]"
