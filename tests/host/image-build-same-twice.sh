#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base image:redis
# timeout: 240
# Built again in another directory, later, under another umask, locale, time zone and host name:
# the same digest, for packages with scripts of all kinds.
. "$(dirname "$0")/../lib.sh"

rm -rf "${LABCTL_ROOT:?}/lib"
mkdir -p "$LABCTL_ROOT/lib"
[ ! -d "$SHARED_STATE/cache" ] || ln -s "$SHARED_STATE/cache" "$LABCTL_ROOT/lib/cache"
[ ! -d "$SHARED_STATE/locks" ] || cp -r "$SHARED_STATE/locks" "$LABCTL_ROOT/lib/"
mkdir "$T/elsewhere"
(
	umask 077
	cd "$T/elsewhere" || exit
	export LC_ALL=C LANG=tr_TR.UTF-8 TZ=Pacific/Kiritimati HOME=/nonexistent SOURCE_DATE_EPOCH=1
	unshare --uts sh -c 'hostname elsewhere; exec "$@"' sh "$LABCTL" image build redis
) >"$T/stdout" 2>"$T/stderr" || cat "$T/stderr"

for image in base redis; do
	is "$image has the digest it has on this machine" \
		"$(head -1 "$LABCTL_ROOT/lib/images/$image")" "$(head -1 "$SHARED_STATE/images/$image")"
done
run labctl image verify redis
is "and works" "$status" 0
