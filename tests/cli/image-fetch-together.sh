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

labctl image fetch >"$T/first.log" 2>&1 &
first=$!
ok "one fetches" wait_for 20 grep -q core_ "$A/requests"
labctl image fetch >"$T/second.log" 2>&1 &
second=$!
ok "another waits, and says so" wait_for 20 grep -q "another labctl is fetching" "$T/second.log"
touch "$A/go"
ok "the first ends well" wait $first
ok "and the second" wait $second
is "the file was sent once" "$(grep -c core_ "$A/requests")" 1
