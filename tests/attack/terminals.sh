#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Terminals are counted for the whole machine: take all of them, and nobody logs in.
. "$(dirname "$0")/lib.sh"

box -- /attack/swarm terminals 200
refused "a sandbox has its own small share" "terminals: 32 of 200"

control "outside there are many" "$attack/swarm" terminals 200
