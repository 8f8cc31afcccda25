#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:memcached
#
# CVE-2024-28189 of Judge0 and its kin, what is root's inside is root's on disk: a set-uid program left
# in the home of a lab, run by an ordinary user of the host.
. "$(dirname "$0")/lib.sh"

chmod -R go+rX "$LABCTL_ROOT"
run labctl up ada --with memcached
at_exit labctl down ada
run labctl shell ada sh -c 'cp /bin/true /root/tool; chmod 4755 /root/tool; chmod 777 /root; stat -c %u-%a /root/tool'
is "inside it is made" "$out" 0-4755
tool=$LABCTL_ROOT/lib/labs/ada/disk/home/tool
ok "and is there" test -u "$tool"
user() { setpriv --reuid 60000 --regid 60000 --clear-groups "$@"; }
not_ok "a user of the host cannot run it" user test -x "$tool"
not_ok "nor see that it is there" user test -e "$tool"

cp -p "$tool" "$T/tool"
control "in a directory that is open they could" setpriv --reuid 60000 --regid 60000 --clear-groups test -x "$T/tool"
