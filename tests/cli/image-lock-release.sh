#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

image base 'release: trixie'

VALID_UNTIL="Sat, 01 Jan 2022 00:00:00 UTC" archive '{"core": {"essential": true}}'
serve
run labctl image lock
is "an expired index: exit 4" "$status" 4
like "says until when it was valid" "$err" "was valid until 2022-01-01T00:00:00Z only"

VALID_UNTIL="Fri, 01 Jan 2100 00:00:00 UTC" archive '{"core": {"essential": true}}'
ok "one that is still valid" labctl image lock

DATE="Sat, 01 Jan 2022 00:00:00 UTC" archive '{"core": {"essential": true}}'
run labctl image lock --update
like "an index older than the locked one" "$err" "older than the one that image base is locked to"

DATE="yesterday" archive '{"core": {"essential": true}}'
run labctl image lock --update
like "a date that is none" "$err" "read '.*InRelease': its Date 'yesterday' is no date"

archive '{"core": {"essential": true}}'
mv "$A/dists/trixie" "$A/dists/forky"
image next 'release: forky'
run labctl image lock next
like "another release under a wrong name" "$err" "InRelease' is of trixie, not of forky"
