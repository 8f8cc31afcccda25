#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
. "$(dirname "$0")/lib.sh"

# A program that runs in a lab, and whose own labctl lives on, when the lab is taken down.
at_exit labctl down --all
ok "a lab" labctl up ada
hold program labctl exec --lab ada -- sh -c 'echo ready; exec sleep 600'
ok "control: it runs as long as the lab is up" kill -0 "$held"
ok "down" labctl down ada
ended_so() { ! kill -0 "$held" 2>/dev/null; }
ok "with its lab it ends" wait_for 5 ended_so
run wait "$held"
is "killed" "$status" 137
