#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Abstract sockets have no file and so no permissions: the host's bus may listen at one.
. "$(dirname "$0")/lib.sh"

name=attack-$RANDOM
hold listener "$attack/reach" listen-abstract $name
box -- /attack/reach connect-abstract $name
refused "the host's are not there" "Connection refused"

control "a plain program reaches it" "$attack/reach" connect-abstract $name
