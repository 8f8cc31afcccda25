#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Which files the host has: an error that differs is an answer.
. "$(dirname "$0")/lib.sh"

touch "$T/there"
for prefix in '' /proc/1/root /proc/1/cwd /dev/.. /proc/self/root/..; do
	box -- /attack/escape oracle "$prefix$T/there" "$prefix$T/missing"
	refused "no answer by way of ${prefix:-the path itself}"
done

control "outside there is one" "$attack/escape" oracle "/proc/$$/root$T/there" "/proc/$$/root$T/missing"
