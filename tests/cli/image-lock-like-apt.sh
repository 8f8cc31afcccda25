#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3 program:apt-get
#
# The packages that apt chooses are the ones that a lock names.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "depends": "awk, libc (>= 2)"}, "libc": {"version": "2:2.1-1"},
	"aawk": {"provides": "awk"}, "mawk": {"provides": "awk", "priority": "required"},
	"app": {"depends": "lib-b | lib-a, web (>= 2), conf (>= 0.5) | conf-2.0, old (>= 9) | new, run:any"},
	"lib-a": {}, "lib-b": {}, "web": {"version": "3", "pre-depends": "libc", "depends": "app"},
	"aconf": {"provides": "conf-2.0"}, "conf": {"recommends": "extra"}, "extra": {},
	"old": {"version": "1"}, "new": {}, "run": {"multi-arch": "allowed"}, "mta": {"provides": "mail (= 2)"},
	"post": {"depends": "mail (>= 2)"}, "clash": {"conflicts": "lib-b (>= 1)"}}'
serve
image base 'release: trixie'
mkdir -p "$T"/apt/{lists,cache/archives,etc/sources.list.d}/partial
: >"$T/apt/status"
echo "deb [signed-by=$A/keyring.gpg] $MIRROR trixie main" >"$T/apt/etc/sources.list"
printf '%s\n' "Dir::State \"$T/apt\";" "Dir::State::status \"$T/apt/status\";" "Dir::Cache \"$T/apt/cache\";" \
	"Dir::Etc \"$T/apt/etc\";" 'APT::Install-Recommends "false";' 'APT::Sandbox::User "root";' \
	'Acquire::Languages "none";' >"$T/apt.conf"

apt_chooses() {
	APT_CONFIG=$T/apt.conf apt-get -s install core "$@" 2>"$T/apt.log" |
		sed -n 's/^Inst \([^ ]*\) .*/\1/p' | sort | tr '\n' ' '
}

lock_names() {
	labctl image lock "$1" >/dev/null
	cat "$(lock_of base)" "$(lock_of "$1")" | sed -n 's/.*{name: \([^,]*\),.*/\1/p' | sort | tr '\n' ' '
}

ok "apt reads the archive" env APT_CONFIG="$T/apt.conf" apt-get update
for wanted in app "app, clash" "post, web"; do
	name=image-${wanted//, /-}
	image "$name" 'parent: base' "packages: [$wanted]"
	# shellcheck disable=SC2086
	is "$wanted" "$(lock_names "$name")" "$(apt_chooses ${wanted//,/})"
done
