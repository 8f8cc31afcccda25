#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# What `build` makes beside an image: kept is what `keep` names, nothing else.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child keeps 'build:' '  steps:' '    - mkdir -p /opt/made/in; echo made > /opt/made/in/file; echo litter > /etc/litter' \
	'  keep: [/opt/made]' 'steps: ["cat /opt/made/in/file > /etc/seen"]' \
	'probes:' '  it was made:' '    run: echo first; cat /opt/made/in/file' \
	'  this fails:' '    run: echo because; false'
run labctl image build keeps
is "builds" "$status" 0
root=$(tree_of keeps)
is "what was kept is there" "$(cat "$root/opt/made/in/file")" made
is "for the image's own steps, too" "$(cat "$root/etc/seen")" made
ok "what was not is gone" test ! -e "$root/etc/litter"
ok "and no stage is left" test ! -e "$LABCTL_ROOT/lib/stage/keeps"

run labctl image verify keeps
is "a probe that fails: exit 1" "$status" 1
like "a good probe shows its last line" "$out" $'ok +it was made\n +made\n'
like "a bad one all it said" "$out" $'FAILED +this fails\n.*\n? +because'

child empty 'build:' '  steps: ["true"]' '  keep: [/opt/nothing]'
run labctl image build empty
is "nothing to keep: exit 3" "$status" 3
like "says what" "$err" "image empty: keep '/opt/nothing': the steps of 'build' made no such thing"
