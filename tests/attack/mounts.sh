#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Mount something: a file system, a bind, another root; or take away what is mounted.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape mounts
refused "nothing can be mounted"

control "in a user namespace it can" setpriv --reuid 60000 --regid 60000 --clear-groups --inh-caps=-all \
	unshare -Urm "$attack/escape" mounts "$T"
