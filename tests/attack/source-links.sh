#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/lib.sh"

# A student lays a link to a file of root's where a source of the exercise is expected: labctl, run by
# root, would read it, and the compiler say what stands there. (CVE-2024-28185's kin.)
student=12345
pairs=$TOP/tests/fixtures/pairs
mkdir "$T/desk" "$T/private"
chmod 700 "$T/private"
echo 'secret passphrase;' >"$T/private/key"
cp "$pairs/variants/compiled.py" "$T/desk/solution.py"
desk() { # LINK...: the student's folder, anew
	rm -f "$T/desk/kernel.c"
	"$@"
	chown -hR $student "$T/desk"
}
try() {
	run labctl run "$pairs" --try "$1" --budget 5s --precision 50%
	text=$(tr -s '\n ' ' ' <"$T/stdout")
}

desk ln -s "$T/private/key" "$T/desk/kernel.c"
try "$T/desk/solution.py"
is "a link to what only root reads" "$status" 2
like "is said to be one" "$err" "kernel.c' is a link to a file of somebody else"
unlike "and nothing of it is told" "$out$err" "passphrase"

desk cp "$T/private/key" "$T/desk/kernel.c"
try "$T/desk/solution.py"
like "control: what is read there, the compiler tells" "$text" "does not build: .*kernel.c.*secret"

desk mkfifo "$T/desk/kernel.c"
run timeout 20 "$LABCTL" run "$pairs" --try "$T/desk/solution.py" --budget 5s
is "a pipe that nobody writes to holds nobody up" "$status" 2
run timeout 1 cat "$T/desk/kernel.c"
is "control: who opens it waits" "$status" 124

# The file itself, by way of a folder.
cp "$pairs/variants/compiled.py" "$pairs/variants/kernel.c" "$T/private/"
ln -s "$T/private" "$T/desk/way"
chown -h $student "$T/desk/way"
try "$T/desk/way/compiled.py"
is "a link among the folders" "$status" 2
chown -h root "$T/desk/way"
try "$T/desk/way/compiled.py"
unlike "control: one of root's own is followed" "$err" "somebody else"
like "... and measured" "$text" "try"
