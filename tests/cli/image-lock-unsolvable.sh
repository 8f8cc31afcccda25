#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}, "python3-redis": {}, "mailer": {"provides": "mail-agent"},
	"left": {"conflicts": "right"}, "right": {}, "broken": {"depends": "nowhere (>= 9)"}}'
serve
image base 'release: trixie'

image typo 'parent: base' 'packages: [pyhton3-redis]'
run labctl image lock typo
is "a package that does not exist: exit 3" "$status" 3
like "names the manifest and the package" "$err" "images/typo/image.yaml: .*no package 'pyhton3-redis'"
like "and the nearest one" "$err" "did you mean 'python3-redis'"

image virtual 'parent: base' 'packages: [mail-agent]'
run labctl image lock virtual
like "a virtual package: who provides it" "$err" "no package but a virtual one.*
  try: name one that provides it: mailer"

image clash 'parent: base' 'packages: [left, right]'
run labctl image lock clash
like "a conflict is explained" "$err" "images/clash/image.yaml: .*cannot be installed together:.*
.*left.* conflicts with right"

image lack 'parent: base' 'packages: [broken]'
run labctl image lock lack
like "a dependency that nothing meets is named" "$err" "nothing provides nowhere.* needed by broken"
not_ok "no lock was written" test -e "$(lock_of lack)"
