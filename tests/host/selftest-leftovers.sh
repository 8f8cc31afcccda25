#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root
#
# The check that every host test ends with sees what is left behind.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$LABCTL_ROOT"
is "nothing at first" "$(leftovers)" ""

sleep 60 & # bounded: the leftover to be found
sleeper=$!
at_exit kill $sleeper
like "a process that labctl started is seen" "$(leftovers)" "process $sleeper "
kill $sleeper
wait $sleeper 2>/dev/null

mount -t tmpfs none "$LABCTL_ROOT"
like "a mount is seen" "$(leftovers)" "mount .*$T/root"
umount "$LABCTL_ROOT"
