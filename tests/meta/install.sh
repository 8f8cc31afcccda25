#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `make install` puts everything where a system expects it, and an installed
# labctl finds its own data.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

ok "make install" make -s install DESTDIR="$T/dest" PREFIX=/usr
usr=$T/dest/usr
ok "the program runs" "$usr/bin/labctl" --version
ok "bash completion" test -s "$usr/share/bash-completion/completions/labctl"
ok "labctl(1)" test -s "$usr/share/man/man1/labctl.1"
ok "a page of a command" test -s "$usr/share/man/man1/labctl-help.1"
for data in images exercises cgroups; do
	is "$data are what the checkout has" \
		"$(diff -rq -x __pycache__ $data "$usr/share/labctl/$data" 2>&1)" ""
done
is "nobody else may write there" "$(find "$usr" -perm /022 ! -type l)" ""
