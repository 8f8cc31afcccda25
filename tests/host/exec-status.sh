#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec sh -c 'echo out; echo err >&2; exit 3'
is "the exit status is passed on" "$status" 3
is "standard output is passed on" "$out" out
is "standard error is passed on, and nothing added" "$err" err

run labctl exec sh -c 'kill -SEGV $$'
is "a signal is 128 and its number" "$status" 139
like "and named" "$err" "killed by SIGSEGV"

is "standard input is passed on" "$(echo hello | labctl exec cat)" hello

run labctl exec no-such-program
is "a missing program is the guest's fault" "$status" 5
like "and named" "$err" "run 'no-such-program' in the sandbox: No such file"

run labctl exec --cwd /none true
is "so is a missing directory" "$status" 5

run labctl exec -- sh -c 'echo "$0 $1" -v' a b
is "options of the command are the command's" "$out" "a b -v"

labctl exec --output 1G yes 2>"$T/err" | head -1 >"$T/out"
is "when the reader goes, the guest hears of it" "${PIPESTATUS[0]}/$(cat "$T/out")" 141/y
