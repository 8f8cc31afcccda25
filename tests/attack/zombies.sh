#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Dead processes that nobody waits for take a number each; those whose parent is dead too are
# waited for by init.
. "$(dirname "$0")/lib.sh"

box --pids 32 -- /attack/swarm zombies 200
refused "as many as the limit allows" "dead processes: 31 of 200"
box --pids 32 -- /attack/swarm orphans 200
is "orphans do not pile up" "$out" "worked: 200 orphans"

control "outside the dead pile up" "$attack/swarm" zombies 200
