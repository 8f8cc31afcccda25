#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

labctl completion bash >"$T/completion"
ok "the script is valid bash" bash -n "$T/completion"
# shellcheck source=/dev/null
. "$T/completion"

complete_line() { # WORD...: what is offered for the last one
	COMP_WORDS=(labctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_labctl
	echo "${COMPREPLY[*]}"
}

is "commands" "$(complete_line hel)" "help"
is "options of a command" "$(complete_line help --ma)" "--man"
is "global options" "$(complete_line --vers)" "--version"

run labctl completion
is "a shell must be named" "$status" 2
like "which" "$err" "labctl completion bash"
