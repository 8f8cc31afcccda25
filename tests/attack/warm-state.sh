#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# What one run leaves behind for the next: an answer, a table, a warm cache.
. "$(dirname "$0")/lib.sh"

name=mark-$RANDOM
box -- /attack/reach leave-marks $name
is "the first run leaves its marks" "$out" ready
box -- /attack/reach find-marks $name
refused "the second finds none"

"$attack/reach" leave-marks $name </dev/null >/dev/null
at_exit "$attack/reach" remove-marks $name
control "outside they stay" "$attack/reach" find-marks $name
