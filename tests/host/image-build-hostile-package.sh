#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay program:gpg program:gpgv program:python3
# Packages that reach for files outside of the image: refused by name, and nothing appears there.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

mkdir "$T/outside"
image base 'release: trixie'
archive '{"evil": {"essential": true}}'
serve

refused() { # WHAT MEMBERS NAMED WHY
	archive "{\"evil\": {\"essential\": true, \"members\": [$2]}}"
	labctl image lock --update >/dev/null 2>&1
	run labctl image build base
	is "$1: exit 3" "$status" 3
	like "$1: which package, and which member" "$err" "unpack pool/.*evil_1_all.deb.*$3.*$4"
	is "$1: nothing appears outside" "$(ls -A "$T/outside")" ""
	is "$1: nothing half-built is left" "$(ls "$LABCTL_ROOT/lib/stage")" lock
}

refused "an absolute name" "[\"file\", \"$T/outside/x\", \"x\"]" "file '$T/outside/x'" "absolute"
refused "a name that climbs" '["file", "./usr/../../../../../../../../tmp/x", "x"]' "tmp/x'" "'\.\.'"
refused "a hard link to a file of the host" '["hardlink", "./x", "/etc/shadow"]' "hard link './x'" "absolute"
refused "a hard link that climbs" '["hardlink", "./x", "../../../../../../etc/shadow"]' "hard link './x'" "'\.\.'"
refused "a hard link through a link" \
	'["symlink", "./l", "/etc"], ["hardlink", "./x", "./l/shadow"]' "hard link './x'" "no file of this package"
refused "a device" '["device", "./dev/mem", ""]' "device './dev/mem'" "may not ship"
refused "a file through a link, then a directory in its place" \
	"[\"symlink\", \"./l\", \"$T/outside\"], [\"file\", \"./l/x\", \"x\"], [\"device\", \"./end\", \"\"]" "device './end'" "may not ship"
