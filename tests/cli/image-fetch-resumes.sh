#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "size": 300000}, "small": {"version": "1:2+b1~x"}}'
serve
image base 'release: trixie' 'packages: [small]'
labctl image lock >/dev/null

faults "/core_ cut:100000 3"
run labctl image fetch
is "a server that dies three times" "$status" 0
is "goes on where it broke off" "$(sed -n 's/.*core_.* //p' "$A/requests" | tr '\n' ' ')" \
	"- bytes=100000- bytes=200000- bytes=300000- "
file=$(find "$LABCTL_ROOT/lib/cache" -name "$(sha256sum <"$A"/pool/main/c/core/*.deb | cut -d' ' -f1)")
ok "the file is whole" cmp "$file" "$A"/pool/main/c/core/*.deb

like "a name is written for a URL" "$(grep small_ "$A/requests")" "/small_1%253a2%2Bb1~x_all.deb"

: >"$A/requests"
ok "what is here is not asked for again" labctl image fetch
is "nor is anything else" "$(cat "$A/requests")" ""

head -c 1234 "$file" >"$file.part" && rm "$file"
faults "/core_ norange 1"
ok "a server that cannot resume" labctl image fetch
ok "is taken from the beginning" cmp "$file" "$A"/pool/main/c/core/*.deb

head -c 400000 /dev/zero >"$file.part" && rm "$file"
ok "a part of something else" labctl image fetch
ok "is thrown away" cmp "$file" "$A"/pool/main/c/core/*.deb
is "no part is left" "$(find "$LABCTL_ROOT" -name '*.part')" ""
