#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# What an image derives on first use: made once, seen read-only, gone with the image.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child derives 'files:' '  /usr/lib/labctl/derive: {source: derive, mode: 0755}'
dir=$T/data/images/derives
printf '#!/bin/sh\necho made > "$1/it"; echo litter > /etc/litter\n' >"$dir/files/derive"
labctl image build derives >/dev/null 2>&1
digest=$(head -1 "$LABCTL_ROOT/lib/images/derives")
derived=$LABCTL_ROOT/lib/derived

mkdir -p "$derived/new/upper/rubbish"
run labctl exec -i derives -- cat /usr/lib/labctl/derived/it /etc/litter
is "a sandbox sees it, and nothing else" "$out" made
like "the user hears of it" "$err" "prepare image derives for this CPU, once"
ok "what a killed labctl left is gone" test ! -e "$derived/new"
run labctl exec -i derives -- cat /usr/lib/labctl/derived/it
is "the second time it is there" "$out$err" made
run labctl exec -i derives -- sh -c 'echo x > /usr/lib/labctl/derived/it'
is "what a sandbox writes there" "$(cat "$derived/$digest"-*/usr/lib/labctl/derived/it)" made
is "the image is still the same" "$(labctl image verify derives | grep -c 'ok  *layer')" 2

run labctl image rm derives
is "removed with the image" "$(ls "$derived")" lock

printf '#!/bin/sh\necho no room >&2; exit 3\n' >"$dir/files/derive"
labctl image build derives >/dev/null 2>&1
run labctl exec -i derives -- echo works
is "without it the image works all the same" "$status $out" "0 works"
like "with a warning that says why" "$err" "starts slower: it ended with status 3: no room"
