#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Take hold of init, which is a copy of the host's labctl, as a debugger would.
. "$(dirname "$0")/lib.sh"

box -- /attack/reach trace 1
refused "init cannot be traced" "not permitted"

hold victim "$attack/reach" victim
control "a process of ours can" "$attack/reach" trace $held
