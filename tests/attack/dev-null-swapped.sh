#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2025-31133: /proc/keys is masked with /dev/null; so swap that for something better, in the
# image or at run time.
. "$(dirname "$0")/lib.sh"

echo mine >"$T/mine"
ln -s "$T/mine" "$rootfs/dev/null"
box -- /attack/escape open-read /proc/keys /proc/interrupts
refused "the mask is labctl's own /dev/null" "No data"
box -- /attack/escape replace /dev/null /etc
refused "and stays"

touch "$T/masked"
# shellcheck disable=SC2016
control "a mask made from the image's shows what the image likes" \
	unshare -m sh -c 'mount --bind "$1/dev/null" "$2" && grep mine "$2"' sh "$rootfs" "$T/masked"
