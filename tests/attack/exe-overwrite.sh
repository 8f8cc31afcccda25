#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2019-5736: /proc/1/exe is the host's labctl. Get hold of it, let it end, write to it.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape overwrite-exe 1
refused "labctl is out of reach" "Permission denied"

cp "$attack/reach" "$T/victim"
hold victim "$T/victim" victim
control "a program of ours is overwritten" "$attack/escape" overwrite-exe $held $held
