#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true, "depends": "awk, shell (>= 2)"}, "shell": {"version": "2.1"},
	"aaa-awk": {"provides": "awk"}, "mawk": {"provides": "awk", "priority": "required"},
	"tool": {"depends": "second | first, core", "recommends": "extra"},
	"first": {}, "second": {}, "extra": {}}'
serve
image base 'release: trixie'
image child 'parent: base' 'packages: [tool]'

names() {
	sed -n 's/.*{name: \([^,]*\),.*/\1/p' "$(lock_of "$1")" | tr '\n' ' '
}

run labctl image lock
is "locks all images" "$status" 0
is "the root has the essential set; the required provider of two" "$(names base)" "core mawk shell "
is "a child adds, takes first choices, and nothing recommended" "$(names child)" "second tool "
like "names its parent's lock" "$(cat "$(lock_of child)")" \
	"^parent_lock: $(sha256sum <"$(lock_of base)" | cut -d' ' -f1)"

cp "$(lock_of base)" "$T/base" && cp "$(lock_of child)" "$T/child"
run labctl image lock
like "leaves alone what holds" "$out" "child .*unchanged"
rm "$(lock_of base)" "$(lock_of child)"
(umask 077 && cd / && LC_ALL=C TZ=Asia/Kolkata LABCTL_ROOT=$T/other labctl image lock) >/dev/null
ok "again, elsewhere: the same bytes" cmp "$T/base" "$(lock_of base)"
ok "and the child's" cmp "$T/child" "$(lock_of child)"
