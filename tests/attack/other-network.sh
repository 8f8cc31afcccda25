#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
#
# Reach what listens in another sandbox, as the services of another lab do.
. "$(dirname "$0")/lib.sh"

hold listener labctl exec --rootfs "$rootfs" -- /attack/reach listen 127.0.0.1 5432
box -- /attack/reach connect 5432 127.0.0.1
refused "another sandbox has another loopback" "Connection refused"

# shellcheck disable=SC2016
control "inside one sandbox it is reached" labctl exec --image python -- python3 -c '
import socket
s = socket.create_server(("127.0.0.1", 5432))
socket.create_connection(("127.0.0.1", 5432))'
