#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# From a fresh clone to the end of `make run`, Debian packages installed and
# the images' packages downloaded: bar 3 minutes. Prints the parts.

set -u
cd "$(dirname "$0")/../.." || exit 2
bar=180
work=$(mktemp -d "${TMPDIR:-/tmp}/labctl-bench.XXXXXX")
trap 'LABCTL_ROOT=$work/root build/labctl gc >/dev/null 2>&1; rm -rf --one-file-system "$work"' EXIT

git clone -q . "$work/src" 2>/dev/null || cp -a . "$work/src"
rm -rf "$work/src/build"
export LABCTL_ROOT=$work/root
mkdir -p "$work/root/lib"
[ ! -d /var/lib/labctl/cache ] || cp -al /var/lib/labctl/cache "$work/root/lib/cache" 2>/dev/null ||
	cp -a /var/lib/labctl/cache "$work/root/lib/cache"

part=start
begun=$EPOCHREALTIME
part_begun=$begun
since() {
	awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}
while read -r line; do
	case $line in
	'== '*)
		[ "$part" = start ] || echo "$part: $(since "$part_begun") s"
		part=${line#== }
		part=${part%%:*}
		part_begun=$EPOCHREALTIME
		;;
	esac
	echo "$line" >>"$work/log"
done < <(make -C "$work/src" run 2>&1 || echo "make run failed")
echo "$part: $(since "$part_begun") s"
total=$(since "$begun")
if grep -q '^make run failed' "$work/log"; then
	tail -20 "$work/log"
	exit 1
fi
verdict=$(awk -v t="$total" -v b=$bar 'BEGIN { print t <= b ? "ok" : "short" }')
echo "row first-result ${total}s - - <=${bar}s $verdict"
