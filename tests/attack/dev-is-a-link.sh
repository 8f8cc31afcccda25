#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2026-47766 of crun, CVE-2025-52565: the image's /dev, /proc or /tmp is a link, so that what is
# mounted there lands elsewhere.
. "$(dirname "$0")/lib.sh"

mkdir "$T/elsewhere"
for place in dev proc tmp; do
	rmdir "$rootfs/$place"
	ln -s "$T/elsewhere" "$rootfs/$place"
	box -- /attack/escape descriptors
	is "a link at /$place: refused" "$status" 4
	like "... and said" "$err" "mount point '/$place'.* is a link"
	rm "$rootfs/$place"
	mkdir "$rootfs/$place"
done

ln -s "$T/elsewhere" "$rootfs/etc/dev"
# shellcheck disable=SC2016
control "mount(8) follows it" \
	unshare -m sh -c 'mount -t tmpfs none "$1/etc/dev" && mountpoint -q "$2"' sh "$rootfs" "$T/elsewhere"
