#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay program:gpg program:gpgv program:python3
# A package in the cache that is no longer what its name says: never unpacked, and fetched anew.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "size": 100000}}'
serve
image base 'release: trixie'
labctl image lock >/dev/null
labctl image fetch >/dev/null 2>&1
sha=$(sed -n 's/.*name: core,.*sha256: \([0-9a-f]*\).*/\1/p' "$(lock_of base)")
file=$LABCTL_ROOT/lib/cache/sha256/${sha:0:2}/$sha
size=$(stat -c %s "$file")

truncate -s $((size / 2)) "$file"
run labctl image build base
is "cut short: exit 4" "$status" 4
like "which file" "$err" "core_1_all.deb \\('$file'\\)"
like "what to do" "$err" "try: the damaged file was removed: run the command again"
ok "it is gone" test ! -e "$file"
labctl image fetch >/dev/null 2>&1
is "and fetched anew" "$(stat -c %s "$file")" "$size"

printf x | dd of="$file" bs=1 seek=5000 conv=notrunc 2>/dev/null
run labctl image build base
is "a byte changed: exit 4" "$status" 4
like "why" "$err" "its SHA-256 is [0-9a-f]{64}, and the lock names $sha"
ok "it is gone, too" test ! -e "$file"
