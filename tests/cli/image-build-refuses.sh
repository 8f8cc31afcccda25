#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What changes images needs root, and says so before anything starts.
. "$(dirname "$0")/../lib.sh"

as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
chmod 755 "$T"
cp "$LABCTL" "$T/labctl" # the checkout may be closed to others
as_user "$T/labctl" help >/dev/null 2>&1 || skip_all "nobody may run what lies in $T"

for command in "build python" "verify python" "rm python" "gc"; do
	run as_user "$T/labctl" image $command
	is "$command without root: exit 4" "$status" 4
	like "$command without root: it says so" "$err" "root"
done
