#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Signals to init and to each other, as many as can be: init must still see the end.
. "$(dirname "$0")/lib.sh"

box --time 500ms --pids 16 -- /attack/swarm signals 30
ended "ended by the limit" 124 "longer than its limit"

control "in a namespace of its own nobody ends it" unshare -pf --kill-child "$attack/swarm" signals 1
