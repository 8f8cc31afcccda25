#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}}'
serve
image base 'release: trixie'
unset LABCTL_MIRROR
third=$T/third
A=$third ORIGIN=Somebody archive '{"core": {"essential": true}}'

# An apt of the test's own: $1 is what stands in its .sources file.
apt_has() {
	mkdir -p "$T/apt/sources.list.d"
	printf '%s\n' "$1" >"$T/apt/sources.list.d/test.sources"
	printf '%s\n' "${2:-}" >"$T/apt/sources.list"
	printf 'Dir::Etc "%s/apt";\n' "$T" >"$T/apt.conf"
	export APT_CONFIG=$T/apt.conf
	rm -f "$(lock_of base)"
}

if command -v apt-config >/dev/null; then
	apt_has "Types: deb
URIs: file://$T/nowhere file://$third $MIRROR/
Suites: bookworm
Components: main"
	run labctl -v image lock
	is "the entry that serves Debian's release" "$status" 0
	like "and where it stands" "$err" "packages come from $MIRROR \($T/apt/sources.list.d/test.sources:2\)"

	apt_has "Types: deb
URIs: $MIRROR
Suites: bookworm
Enabled: no" "deb [signed-by=/x] file://$third bookworm main
# deb $MIRROR bookworm main
deb-src $MIRROR bookworm main"
	run labctl image lock
	is "none serves it: exit 4" "$status" 4
	like "every address that was tried is named" "$err" "file://$third .*: is the archive of Somebody"
	unlike "but none that is disabled" "$err" "$MIRROR"

	apt_has "" "deb mirror+file:$T/mirrors bookworm main"
	printf '%s\n' "file://$T/nowhere" "$MIRROR priority:1" >"$T/mirrors"
	run labctl -v image lock
	like "a list of mirrors" "$err" "packages come from $MIRROR \($T/mirrors:2\)"

	apt_has "" ""
	run labctl image lock
	like "apt has no source" "$err" "names no http, https or file source"
else
	skip "apt's configuration" "there is no apt-config"
fi

run labctl image lock --mirror "$MIRROR/none"
like "--mirror decides alone" "$err" "$MIRROR/none \(--mirror\): has no dists/trixie/InRelease"
ok "LABCTL_MIRROR" env LABCTL_MIRROR="file://$A" "$LABCTL" image lock
mkdir -p "$LABCTL_ROOT/etc"
echo "mirror: file://$T/nowhere" >"$LABCTL_ROOT/etc/labctl.yaml"
run labctl image lock --update
like "mirror: of labctl.yaml" "$err" "file://$T/nowhere \(mirror: in labctl.yaml\): has no"
