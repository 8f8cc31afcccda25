#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "size": 3000000}}'
serve
image base 'release: trixie'
labctl image lock >/dev/null
mkdir "$T/small"
mount -t tmpfs -o size=2m labctl-test "$T/small"
at_exit umount "$T/small"
export LABCTL_ROOT=$T/small

run labctl image fetch
is "a full disk: exit 4" "$status" 4
like "which file, and why" "$err" "write '$T/small/.*part': No space left on device"
like "what to do" "$err" "try: free some disk space"
mount -o remount,size=20m "$T/small"
ok "with room it goes on" labctl image fetch
like "where it ended" "$(grep core_ "$A/requests" | tail -1)" "bytes=[0-9]+-$"
