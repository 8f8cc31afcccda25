#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}, "tool": {}, "same": {}}'
serve
image base 'release: trixie' 'packages: [same]'
image child 'parent: base' 'packages: [tool]'
labctl image lock >/dev/null
before=$(cat "$(lock_of base)" "$(lock_of child)")

# The archive goes on: tool 1 leaves it, what base is made of stays.
archive '{"core": {"essential": true}, "tool": {"version": "2"}, "same": {}}'
run labctl image fetch --locked child
is "--locked refuses: exit 3" "$status" 3
like "and says what is gone" "$err" "--locked: .*image child cannot be used: tool as locked has left the mirror"
run labctl image fetch child
is "otherwise it is solved anew" "$status" 0
is "in one line" "$(grep -c 'solved anew' "$T/stderr")" 1
like "by a local lock" "$out" "^child .* by a local lock"
like "its parent still by the committed one" "$out" "^base .* by the committed lock"
is "which are as they were" "$(cat "$(lock_of base)" "$(lock_of child)")" "$before"

# Now the parent's package leaves too: both are solved anew.
archive '{"core": {"essential": true, "version": "3"}, "tool": {"version": "2"}, "same": {}}'
rm -rf "$LABCTL_ROOT/lib/cache"
run labctl image fetch child
is "two generations: two lines" "$(grep -c 'solved anew' "$T/stderr")" 2
is "both local" "$(grep -c 'by a local lock' "$T/stdout")" 2
run labctl image fetch --relock base
is "--relock with nothing new: the same lock" "$status" 0

run labctl image lock --update
like "image lock --update: what changed" "$out" "^child .* 0 added, 1 upgraded, 0 removed"
run labctl image fetch --locked
is "and --locked is content again" "$status" 0
