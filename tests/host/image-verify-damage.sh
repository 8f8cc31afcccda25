#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# image verify: an image as it was built is good; one that was changed is not, file by file.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child checked 'steps:' '  - echo one > /etc/one; echo two > /etc/two' \
	'verify:' '  - test "$(cat /etc/one)" = one' '  - echo it says so; test ! -e /etc/three'
labctl image build checked >/dev/null 2>&1
run labctl image verify checked
is "as it was built: exit 0" "$status" 0
like "its commands ran" "$out" 'ok +test "\$\(cat /etc/one\)" = one'

root=$(tree_of checked)
echo changed >"$root/etc/one"
rm "$root/etc/two"
touch "$root/etc/three"
run labctl image verify checked
is "changed: exit 1" "$status" 1
like "a changed file" "$out" "changed: /etc/one"
like "a missing file" "$out" "missing: /etc/two"
like "an added file" "$out" "added: /etc/three"
like "a command that fails, and what it said" "$out" "it says so"
run labctl image verify --json checked
is "as JSON" "$(python3 -c 'import json, sys; v = json.load(sys.stdin)[0]; print(v["good"], [c["verdict"] for c in v["checks"]].count("FAILED"))' <"$T/stdout")" "False 3"
