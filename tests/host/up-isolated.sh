#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
#
# Two labs with the same service do not meet, and the host's loopback is neither's.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "one lab" labctl up ada --with redis --cpu 0.5
ok "another" labctl up eve --with redis --cpu 0.5
redis() { labctl exec --lab "$1" -- python3 -c "import redis; print(redis.Redis().$2)"; }
redis ada "set('k', 'ada')" >/dev/null
is "the other does not see what one wrote" "$(redis eve "get('k')")" None
run python3 -c "
import socket
s = socket.socket(); s.settimeout(2)
s.connect(('127.0.0.1', 6379))"
like "the host does not reach the service" "$err" "ConnectionRefusedError"
run labctl exec -- python3 -c "
import socket
socket.create_connection(('127.0.0.1', 6379), 2)"
like "nor does a sandbox without lab" "$err" "ConnectionRefusedError"
