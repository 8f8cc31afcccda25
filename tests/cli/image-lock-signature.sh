#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}}'
serve
image base 'release: trixie'
release=$A/dists/trixie/InRelease
cp "$release" "$T/good"

sed -i 's/^Suite: stable/Suite: st4ble/' "$release"
run labctl image lock
is "a changed index: exit 4" "$status" 4
like "is not believed" "$err" "/dists/trixie/InRelease' has a bad signature"

cp "$A/dists/trixie/Release" "$release"
run labctl image lock
like "an index without a signature" "$err" "InRelease' is not signed"

cat "$T/good" "$T/good" >"$release"
run labctl image lock
like "two signed texts in one" "$err" "InRelease' has a bad signature"

{ echo "Valid-Until: Sat, 01 Jan 2000 00:00:00 UTC" && cat "$T/good"; } >"$release"
ok "what stands before the signed text is not read" labctl image lock
rm "$(lock_of base)"

cp "$T/good" "$release"
A=$T/other archive '{"core": {"essential": true}}'
LABCTL_KEYRING=$T/other/keyring.gpg run labctl image lock
like "a key that is not in the keyring" "$err" "signed with key [0-9A-F]+, which is not in $T/other/keyring.gpg"
like "says what to do" "$err" "try: .*debian-archive-keyring"

LABCTL_KEYRING=$T/none run labctl image lock
like "a missing keyring" "$err" "there is no keyring '$T/none'"
not_ok "none of these wrote a lock" test -e "$(lock_of base)"

mkdir -p "$LABCTL_ROOT/etc"
echo "keyring: $A/keyring.gpg" >"$LABCTL_ROOT/etc/labctl.yaml"
LABCTL_KEYRING='' run labctl image lock
is "the keyring of the configuration file" "$status" 0
