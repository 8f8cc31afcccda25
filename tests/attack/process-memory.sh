#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Read the memory of init: it has been labctl's.
. "$(dirname "$0")/lib.sh"

box -- /attack/reach read-memory 1 0x400000
refused "nothing of init can be read" "not permitted|denied"

hold victim "$attack/reach" victim
read -r pid address _ <"$T/victim.out"
control "the memory of a process of ours" "$attack/reach" read-memory "$pid" "$address"
like "... is read" "$out" "the victim's secret"
