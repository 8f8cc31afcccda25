#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# What one sandbox has in /dev/shm, /tmp, System V memory and message queues, while it runs.
. "$(dirname "$0")/lib.sh"

name=mark-$RANDOM
hold neighbour labctl exec --rootfs "$rootfs" -- /attack/reach leave-marks $name
box -- /attack/reach find-marks $name
refused "another sandbox finds nothing"
run "$attack/reach" find-marks $name
refused "nor does the host"

hold outside unshare -i "$attack/reach" leave-marks $name
at_exit rm -f "/dev/shm/$name" "/tmp/$name"
control "outside it is found" "$attack/reach" find-marks $name
