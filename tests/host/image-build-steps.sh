#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# What files and steps of an image see, and what comes of it.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child steps 'files:' '  /etc/motd: motd' '  /usr/local/bin/tool: {source: tool, mode: 0755}' 'steps:' \
	'  - tool > /etc/said' \
	'  - {run: "id -un > /tmp/who; cat /tmp/who", user: nobody}' \
	'  - wc -l < /proc/net/route > /etc/routes' \
	'  - date -u -d @$SOURCE_DATE_EPOCH +%Y > /etc/year; echo "$TZ $LC_ALL $SECRET" > /etc/environment' \
	'  - touch /var/log/noise /etc/machine-id; rm /etc/debian_version; umask > /etc/umask'
dir=$T/data/images/steps
echo welcome >"$dir/files/motd"
printf '#!/bin/sh\necho the tool ran\n' >"$dir/files/tool"
export SECRET=secret
(umask 077 && labctl image build steps 2>&1)
root=$(tree_of steps)

is "a file, over the package's" "$(cat "$root/etc/motd")" welcome
is "a program" "$(stat -c '%a %u %g' "$root/usr/local/bin/tool")" "755 0 0"
is "steps find it" "$(cat "$root/etc/said")" "the tool ran"
ok "a step of another user" grep -qx nobody "$LABCTL_ROOT/lib/logs/image-steps.log"
is "there is no network: no route but the heading" "$(cat "$root/etc/routes")" 1
is "nothing of the caller's environment" "$(cat "$root/etc/environment")" "UTC C.UTF-8 "
is "nor its umask" "$(cat "$root/etc/umask")" 0022
like "a time to go by" "$(cat "$root/etc/year")" '^20[0-9][0-9]$'
ok "what differs from build to build is gone" test ! -e "$root/var/log/noise" -a ! -e "$root/etc/machine-id"
is "a deleted file is marked as overlayfs does" "$(stat -c '%F %t %T' "$root/etc/debian_version")" "character special file 0 0"
is "no time is later than the archive" "$(find "$root" -newermt "@$(sed -n 's/^source_date_epoch: //p' "$base_lock")")" ""
