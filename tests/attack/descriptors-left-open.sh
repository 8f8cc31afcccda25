#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2024-21626: a directory of the host's that labctl was started with, or keeps for itself.
. "$(dirname "$0")/lib.sh"

echo secret >"$T/secret"
exec 7<"$T" 8<"$T/secret"
box -- /attack/escape descriptors
refused "no descriptor goes along"
box -- /attack/escape leaked "${T#/}/secret"
refused "nor a way upwards"

control "a plain child has them" "$attack/escape" descriptors
control "and goes up" env -C / "$attack/escape" leaked "${T#/}/secret"
