#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A key that whoever started labctl has in the keyring of the session.
. "$(dirname "$0")/lib.sh"

run "$attack/kernel" with-key attack-key "$LABCTL" exec --rootfs "$rootfs" -- /attack/kernel find-key attack-key
refused "a guest has no keys" "not permitted"
box -- /attack/escape open-read /proc/keys
refused "nor a list of them" "No data"

control "a plain child finds it" "$attack/kernel" with-key attack-key "$attack/kernel" find-key attack-key
