#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

image base 'release: trixie'
image child 'parent: base' 'packages: [odd]'

PACKED="this is no xz file" archive '{"core": {"essential": true}}'
serve
run labctl image lock base
is "an index that is no archive: exit 4" "$status" 4
like "is named" "$err" "unpack '.*'"

archive '{"core": {"essential": true}, "odd": {"unsigned": true}}'
ok "a package without a digest harms no other" labctl image lock base
run labctl image lock child
like "and cannot be used itself" "$err" "the index garbles package 'odd'"

index=$(find "$A/dists" -path '*by-hash*' -type f)
printf garbage >"$index"
rm -rf "$LABCTL_ROOT/lib/cache"
run labctl image lock child
is "an index with another digest: exit 4" "$status" 4
like "names the URL" "$err" "'$MIRROR/dists/.*/by-hash/.*' is not the file that was signed for|$MIRROR/dists.* ended after"

rm "$index"
run labctl image lock child
like "an index that is missing" "$err" "by-hash/SHA256/.*' has left the mirror"
like "says to try again" "$err" "try again in a minute"
