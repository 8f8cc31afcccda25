#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Out of a chroot by a second chroot and "..".
. "$(dirname "$0")/lib.sh"

echo secret >"$T/secret"
box -- /attack/escape chroot "${T#/}/secret"
refused "a guest has no chroot" "not permitted"
box --cwd /etc -- /attack/escape leaked "${T#/}/secret"
refused "above the root there is nothing"

control "the way out of a plain chroot" chroot "$rootfs" /attack/escape chroot "${T#/}/secret"
