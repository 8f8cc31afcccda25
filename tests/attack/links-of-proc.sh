#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# By way of /proc/1: its root, its current directory, its namespaces.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape links 1
refused "the links of init cannot be read" "Permission denied"
box -- /attack/escape open-read /proc/1/{environ,mem,maps,auxv,io,stack,syscall,pagemap,fdinfo/0}
refused "nor its files" "Permission denied"

hold victim "$attack/reach" victim
control "a victim's can" "$attack/escape" links $held
