#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: podman-images.sh
#
# Gives podman the very layers that labctl's services run on, the initialised cluster among them,
# as images labctl-bench-{postgres,redis,memcached}. Does nothing where podman has them already.
set -eu
state=${LABCTL_ROOT:+$LABCTL_ROOT/lib}
state=${state:-/var/lib/labctl}
lab=bench-images-$$
work=$(mktemp -d)
clean() {
	umount "$work/root" || :
	"$LABCTL" down $lab || :
	rm -rf --one-file-system "$work"
}
trap 'clean >/dev/null 2>&1' EXIT
mkdir "$work/root"

"$LABCTL" up $lab --with postgres >/dev/null
initial=$("$LABCTL" ps --json $lab | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["services"][0]["initial"])')

for service in postgres redis memcached; do
	layers=$("$LABCTL" image show --json $service | python3 -c '
import json, sys
print(":".join(sys.argv[1] + "/layers/" + l["digest"] + "/root" for l in json.load(sys.stdin)["layers"]))
' "$state")
	[ $service != postgres ] || layers=$state/initial/$initial/root:$layers
	tag=$(sha256sum <<<"$layers" | cut -c 1-16)
	podman image exists "labctl-bench-$service:$tag" || {
		mount -t overlay overlay -o "ro,lowerdir=$layers" "$work/root"
		tar -C "$work/root" -c . | podman import -q - "labctl-bench-$service:$tag" >/dev/null
		umount "$work/root"
	}
	podman tag "labctl-bench-$service:$tag" "labctl-bench-$service:latest"
done
