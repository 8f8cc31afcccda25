# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What an attack test has at hand besides ../lib.sh. A test says what the
# attack is, makes it in a sandbox, and makes its control: the same program
# where the defence is not, so that no test passes because its attack is broken.
# A control harms nothing: victims, files, groups and users are the test's own,
# and what belongs to the whole machine is opened and not written.
#
#	box [OPTION...] -- CMD...   run in a sandbox whose tree is $rootfs; the programs
#				of tests/attack/*.c are in its /attack
#	refused WHAT [REGEX]	the last box: the attack said "refused", in words like these
#	ended WHAT STATUS [REGEX]   the last box ended so; labctl's words are like these
#	starved WHAT		the last box was killed for memory
#	control WHAT CMD...	outside: the attack works
#	hold NAME CMD...	CMD goes on until the test ends; back when it said "ready" in
#				$T/NAME.out; $held is its pid
#
# Outside, a program is $attack/NAME.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

attack=$TOP/build/tests/attack
rootfs=$T/rootfs
chmod 755 "$T" # what keeps a guest out shall be the defence
mkdir -p "$rootfs"/{attack,dev,proc,tmp,etc}
for program in escape kernel reach flood swarm; do
	[ -x "$attack/$program" ] || skip_all "needs $attack/$program: make test-programs"
	cp "$attack/$program" "$rootfs/attack/"
done
attack=$rootfs/attack # which any user can reach, wherever the checkout is

box() {
	run labctl exec --rootfs "$rootfs" "$@"
}

refused() {
	is "$1" "$status" 1
	like "... and it says so" "$out" "^refused: .*${2:-}"
}

ended() {
	is "$1" "$status" "$2"
	[ -z "${3:-}" ] || like "... and labctl says why" "$err" "$3"
}

# So fast, at times, that labctl has not heard yet that it began.
starved() {
	like "$1" "$status" '^(137|5)$'
	like "... and labctl says why" "$err" "out of memory at"
}

control() {
	local what=$1
	shift
	run "$@"
	is "control: $what" "$status" 0
}

hold() {
	local name=$1
	shift
	[ -p "$T/never" ] || mkfifo "$T/never"
	[ "$1" != labctl ] || set -- "$LABCTL" "${@:2}"
	"$@" <>"$T/never" >"$T/$name.out" 2>"$T/$name.err" &
	held=$!
	at_exit wait $held
	at_exit kill $held
	ok "$name is ready" wait_for 10 grep -q ready "$T/$name.out"
}
