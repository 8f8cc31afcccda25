#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "size": 5000}}'
serve
image base 'release: trixie'
labctl image lock >/dev/null
cached() {
	find "$LABCTL_ROOT/lib/cache" -name "$(sha256sum <"$A"/pool/main/c/core/*.deb | cut -d' ' -f1)"
}

faults "/core_ garble"
run labctl image fetch
is "damaged bytes: exit 4" "$status" 4
like "the URL and both digests" "$err" "'$MIRROR/pool/.*deb' is not the file that was signed for: its SHA-256 is [0-9a-f]{64}, and should be"
is "nothing has its name" "$(cached)" ""

faults "/core_ longer"
run labctl image fetch
like "more bytes than there should be" "$err" "pool/.*' is longer than the [0-9]+ bytes"

faults "/core_ status:500"
run labctl image fetch
like "a server that fails again and again" "$err" "fetch '$MIRROR/pool/.*': the server answers 500 \(tried 5 times\)"

faults "/core_ status:403"
run labctl image fetch
like "a server that forbids" "$err" "the server answers 403"

kill "$SERVER"
run labctl image fetch
is "no server: exit 4" "$status" 4
like "what was tried" "$err" "no mirror of Debian trixie answers; tried:
  $MIRROR \(LABCTL_MIRROR\): fetch '$MIRROR/dists/trixie/InRelease': "
is "and still nothing has its name" "$(cached)" ""
serve
faults "/core_ garble 1"
ok "damaged once, right the next time" labctl image fetch --mirror "$MIRROR"
