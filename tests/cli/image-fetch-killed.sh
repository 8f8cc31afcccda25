#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "size": 300000}}'
serve
image base 'release: trixie'
labctl image lock >/dev/null
faults "/core_ hold:100000 1"

# Becomes labctl, so that its pid is known.
(exec "$LABCTL" image fetch) >"$T/killed.log" 2>&1 &
killed=$!
part_has() {
	[ "$(find "$LABCTL_ROOT/lib/cache" -name '*.part' -size +"$1"c 2>/dev/null | wc -l)" = 1 ]
}
ok "a download is under way" wait_for 20 part_has 99999
kill -9 $killed
wait $killed 2>/dev/null
is "nothing half-fetched has a name" \
	"$(find "$LABCTL_ROOT/lib/cache" -type f -name "$(sha256sum <"$A"/pool/main/c/core/*.deb | cut -d' ' -f1)")" ""
run labctl image fetch
is "the next one goes on where it ended" "$status" 0
is "and asks for the rest" "$(sed -n 's/.*core_.* //p' "$A/requests" | tail -1)" "bytes=100000-"
touch "$A/go"
