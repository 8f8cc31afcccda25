#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A user namespace inside gives capabilities there, and with them the kernel's whole surface.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape namespaces
refused "no namespace can be made"
box -- /attack/escape join 1
refused "nor joined"

control "an ordinary user makes one" setpriv --reuid 60000 --regid 60000 --clear-groups \
	"$attack/escape" namespaces
