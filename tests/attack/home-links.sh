#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:memcached
#
# CVE-2024-28185 of Judge0: leave links where labctl, as the host's root, will change, copy or remove
# files later.
. "$(dirname "$0")/lib.sh"

mkdir -m 777 "$T/victims"
echo mine >"$T/victims/file"
run labctl up ada --with memcached
at_exit labctl down ada
run labctl shell ada sh -c "
	ln -s $T/victims /root/link
	ln -s $T/victims/file /root/file
	mkdir -p /root/deep/er && ln -s ../../../../../../../..$T/victims /root/deep/er/up
	chmod 0 /root/deep"
home=$LABCTL_ROOT/lib/labs/ada/disk/home
ok "the links are there" test -L "$home/link"
cp -a "$home" "$T/copy"
chmod 700 "$T/copy/deep"
ok "down" labctl down ada
is "the home is gone" "$(ls "$LABCTL_ROOT/lib/labs" 2>/dev/null)" ""
is "what the links led to is as it was" "$(cat "$T/victims/file")" mine

control "who removes by following them" sh -c "rm -rf $T/copy/*/*"
not_ok "... removes that" test -e "$T/victims/file"
