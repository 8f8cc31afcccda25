# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What a shell test has at hand. A test is a bash script that begins with
#
#	#!/bin/bash
#	# SPDX-License-Identifier: Apache-2.0
#	# needs: root cgroup overlay image:python      (only where it needs something)
#	# timeout: 120                                 (seconds; default 60)
#	. "$(dirname "$0")/../lib.sh"
#
# checks things, and ends: what at_exit was told is done, a host or attack test
# checks that no cgroup, mount or process of its LABCTL_ROOT is left behind, the
# plan is printed, the test's directory $T and its LABCTL_ROOT are removed. What a test needs
# and the machine lacks makes it end with 77 and the reason (LABCTL_MUST_RUN
# in tests/run turns that into a failure).
#
#	run CMD...              sets $status, $out, $err
#	labctl ARG...           the labctl under test
#	ok WHAT CMD...          CMD succeeds
#	not_ok WHAT CMD...      CMD fails
#	is WHAT GOT WANT        equal strings
#	like WHAT TEXT REGEX    extended regular expression
#	unlike WHAT TEXT REGEX
#	skip WHAT REASON        one check that cannot be made here
#	skip_all REASON         the whole test
#	wait_for SECONDS CMD... until CMD succeeds; fails at the deadline
#	at_most SECONDS		prints that many, or more on a machine known to be slow: for --budget
#				and timeout; where a test must end, never where something must be fast
#	at_exit CMD...          done at the end, last one first
#	use_images              the images of this machine, in the test's own LABCTL_ROOT (shared:
#				never remove any; `needs: image:NAME` calls it)

set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/labctl-test.XXXXXX")
SHARED_STATE=${LABCTL_ROOT:+$LABCTL_ROOT/lib}
SHARED_STATE=${SHARED_STATE:-/var/lib/labctl}
export LABCTL_ROOT=$T/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
unset LABCTL_DATA
umask 022

# Front-door tests without privileges run the build with sanitizers, the others the one people get.
case $0 in
*/host/* | */attack/* | */vm/*) LABCTL=${LABCTL:-$TOP/build/labctl} ;;
*) LABCTL=${LABCTL:-$TOP/build/san/labctl} ;;
esac

test_count=0
test_failed=0
at_exit_commands=()
our_cgroups=()

at_exit() {
	at_exit_commands+=("$(printf '%q ' "$@")")
}

# The directory below each cgroup hierarchy that belongs to our LABCTL_ROOT: labctl-<FNV-1a of it>.
our_cgroup_name() {
	local hash=2166136261 i byte
	for ((i = 0; i < ${#LABCTL_ROOT}; i++)); do
		printf -v byte %d "'${LABCTL_ROOT:i:1}"
		hash=$((((hash ^ byte) * 16777619) & 0xffffffff))
	done
	printf 'labctl-%08x' $hash
}

# What labctl has of ours on this host now, one thing a line. Only called where nothing should be.
leftovers() {
	local at environ
	for at in "${our_cgroups[@]}"; do
		[ ! -d "$at" ] || find "$at" -mindepth 1 -type d ! -path "$at/labs" -printf 'cgroup %p\n' 2>/dev/null
	done
	grep -F "$T/" /proc/self/mountinfo | sed 's/^/mount /'
	for environ in $(env -u LABCTL_ROOT grep -lsF "LABCTL_ROOT=$LABCTL_ROOT" /proc/[0-9]*/environ); do
		environ=${environ%/environ}
		{ echo "process ${environ#/proc/} $(tr '\0' ' ' <"$environ/cmdline")"; } 2>/dev/null
	done
}

nothing_left() {
	[ -z "$(leftovers)" ]
}

check_leftovers() {
	local name at
	name=$(our_cgroup_name)
	our_cgroups=(/sys/fs/cgroup/"$name" /sys/fs/cgroup/*/"$name")
	unset status
	if wait_for 5 nothing_left; then
		report 0 "nothing is left behind"
	else
		report 1 "nothing is left behind" "$(leftovers)"
	fi
	for at in "${our_cgroups[@]}"; do
		[ -L "${at%/*}" ] || rmdir "$at/labs" "$at" 2>/dev/null
	done
}

finish_test() {
	local code=$? i
	trap - EXIT
	for ((i = ${#at_exit_commands[@]} - 1; i >= 0; i--)); do
		eval "${at_exit_commands[i]}" >>"$T/at_exit.log" 2>&1
	done
	case $code-$0 in 0-*/host/* | 0-*/attack/*) check_leftovers ;; esac
	if [ "$code" = 0 ]; then
		echo "1..$test_count"
		[ "$test_failed" = 0 ] || code=1
	elif [ "$code" != 77 ]; then
		echo "# ended early with status $code"
	fi
	cd / && rm -rf --one-file-system "$T"
	exit "$code"
}
trap finish_test EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

labctl() {
	"$LABCTL" "$@"
}

run() {
	status=0
	"$@" >"$T/stdout" 2>"$T/stderr" </dev/null || status=$?
	out=$(tr -d '\0' <"$T/stdout")
	err=$(tr -d '\0' <"$T/stderr")
}

report() { # 0|1 WHAT [DIAGNOSTIC]
	test_count=$((test_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $test_count - $2"
		return 0
	fi
	test_failed=$((test_failed + 1))
	echo "not ok $test_count - $2"
	[ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
	if [ -n "${status:-}" ]; then
		printf 'the last run: status %s\n--- stdout\n%s\n--- stderr\n%s\n' \
			"$status" "${out:0:4000}" "${err:0:4000}" | sed 's/^/#   /'
	fi
	return 0
}

ok() {
	local what=$1 result=0
	shift
	"$@" >"$T/ok.log" 2>&1 || result=1
	report $result "$what" "$* failed: $(head -c 2000 "$T/ok.log" | tr -d '\0')"
}

not_ok() {
	local what=$1 result=1
	shift
	"$@" >"$T/ok.log" 2>&1 || result=0
	report $result "$what" "$* succeeded: $(head -c 2000 "$T/ok.log" | tr -d '\0')"
}

is() {
	local result=0
	[ "$2" = "$3" ] || result=1
	report $result "$1" "got '$2', want '$3'"
}

like() {
	local result=0
	grep -Eq -e "$3" <<<"$2" || result=1
	report $result "$1" "'${2:0:2000}' does not match /$3/"
}

unlike() {
	local result=0
	! grep -Eq -e "$3" <<<"$2" || result=1
	report $result "$1" "'${2:0:2000}' matches /$3/"
}

skip() {
	test_count=$((test_count + 1))
	echo "ok $test_count - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 77
}

wait_for() {
	local deadline=$((${EPOCHREALTIME/./} + $1 * ${LABCTL_TEST_SLOW:-1} * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		sleep 0.02 # bounded by the deadline above
	done
}

at_most() {
	echo "$(($1 * ${LABCTL_TEST_SLOW:-1}))"
}

use_images() {
	local part
	mkdir -p "$LABCTL_ROOT/lib" "$SHARED_STATE/initial"
	for part in "$SHARED_STATE"/*; do
		[ "${part##*/}" != labs ] || continue # a test's labs are its own
		[ -e "$LABCTL_ROOT/lib/${part##*/}" ] || ln -s "$part" "$LABCTL_ROOT/lib/"
	done
}

have_cgroup1() {
	awk '$3 == "cgroup" && /memory/ { found = 1 } END { exit !found }' /proc/mounts
}

have_cgroup2() { # with controllers: an empty one beside v1 does not count
	local at
	at=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$at" ] && grep -qw memory "$at/cgroup.controllers"
}

# Says why a need is not met, or nothing.
unmet() {
	case $1 in
	root) [ "$(id -u)" = 0 ] || echo "not root" ;;
	user) [ "$(id -u)" != 0 ] || echo "runs as root" ;;
	cgroup) have_cgroup1 || have_cgroup2 || echo "no memory controller is mounted" ;;
	cgroup1) have_cgroup1 || echo "no cgroup v1 memory controller is mounted" ;;
	cgroup2) have_cgroup2 || echo "no cgroup v2 with controllers is mounted" ;;
	overlay) grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null ||
		echo "the kernel has no overlayfs" ;;
	image:*) built "${1#image:}" ||
		echo "the image ${1#image:} is not built: sudo make images" ;;
	fast)
		[ "${LABCTL_TEST_SLOW:-1}" -lt 5 ] ||
			echo "it measures whole exercises, LABCTL_TEST_SLOW=$LABCTL_TEST_SLOW"
		;;
	program:*) command -v "${1#program:}" >/dev/null || echo "${1#program:} is not installed" ;;
	git) git -C "$TOP" rev-parse --git-dir >/dev/null 2>&1 || echo "not a git checkout" ;;
	*) echo "unknown need" ;;
	esac
}

built() {
	[ -e "$SHARED_STATE/images/$1" ]
}

read -r -a test_needs < <(sed -n '2,8s/^# needs: *//p' "$0")
for test_need in "${test_needs[@]}"; do
	test_reason=$(unmet "$test_need")
	[ -z "$test_reason" ] || skip_all "needs $test_need: $test_reason"
	case $test_need in image:*) use_images ;; esac
done
