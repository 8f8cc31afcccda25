#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}, "tool": {}, "more": {}}'
serve
image base 'release: trixie'
image child 'parent: base' 'packages: [tool]'
labctl image lock >/dev/null

image child 'parent: base' 'packages: [tool, more]'
run labctl image fetch --locked child
is "--locked with an edited manifest: exit 3" "$status" 3
like "says why" "$err" "image child cannot be used: image.yaml asks for other packages"
before=$(cat "$(lock_of child)")
run labctl image fetch child
is "without it a local lock is made" "$status" 0
like "in one line" "$err" "^image child: image.yaml asks for other packages.*; solved anew into a local lock of 2 packages"
is "and the committed one stays" "$(cat "$(lock_of child)")" "$before"
run labctl image fetch --json child
like "it is used from then on" "$out" '"local": true'
unlike "without another word" "$err" "solved anew"
labctl image lock >/dev/null
run labctl image fetch --json child
unlike "until there is a new committed one" "$out" '"local": true'

image base 'release: trixie' 'packages: [more]'
labctl image lock base >/dev/null
run labctl image fetch --locked child
like "a parent with another lock" "$err" "the lock of its parent base is another one now"

printf 'schema: 1\nimage: base\nnonsense: 1\n' >"$(lock_of base)"
run labctl image fetch child
is "a broken lock: exit 3" "$status" 3
like "with file, line and column" "$err" "base/image.lock:3:1: "
