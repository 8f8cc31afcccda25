#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2024-29021 of Judge0: reach the services of the host by its own addresses.
. "$(dirname "$0")/lib.sh"

hold listener "$attack/reach" listen 0.0.0.0
read -r port _ <"$T/listener.out"
mapfile -t addresses < <(hostname -I | tr ' ' '\n' | grep -E '^[0-9.]+$')
box -- /attack/reach connect "$port" 127.0.0.1 ::1 0.0.0.0 ::ffff:127.0.0.1 "${addresses[@]}"
refused "no address of the host's answers"

control "a plain program reaches it" "$attack/reach" connect "$port" 127.0.0.1
