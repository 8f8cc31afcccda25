#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A lock on a file of the image, met in another sandbox: a message, or a way to make it wait.
. "$(dirname "$0")/lib.sh"

echo shared >"$rootfs/etc/shared"
hold holder labctl exec --rootfs "$rootfs" -- /attack/reach hold-lock /etc/shared
box -- /attack/reach meet-lock /etc/shared
refused "each sandbox has its own"

hold outside "$attack/reach" hold-lock "$rootfs/etc/shared"
control "on the file itself it is met" "$attack/reach" meet-lock "$rootfs/etc/shared"
