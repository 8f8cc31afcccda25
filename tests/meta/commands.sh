#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:man
#
# Every command says what it does, on standard output, within 80 columns; has a
# test and a manual page; and a wrong option is an error on standard error.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

commands() {
	sed -n 's/^COMMAND(\([a-z]*\))$/\1/p' labctl/cmd/commands.def
}

# "image build", from the help of "image".
subcommands() {
	labctl help "$1" | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p; /^Commands:/,/^$/s/^  \([a-z]*\)$/\1/p'
}

paths() {
	local command sub
	for command in $(commands); do
		echo "$command"
		for sub in $(subcommands "$command"); do
			echo "$command $sub"
		done
	done
}

too_wide() {
	awk 'length($0) > 80' "$T/stdout"
}

ok "some commands exist" [ -n "$(commands)" ]
while read -r path; do
	# shellcheck disable=SC2086
	run labctl help $path
	is "help $path: exit 0" "$status" 0
	is "help $path: nothing on standard error" "$err" ""
	is "help $path: within 80 columns" "$(too_wide)" ""
	like "help $path: begins with the usage" "$out" "^Usage: labctl $path"
	# shellcheck disable=SC2086
	run labctl $path --no-such-option
	is "$path: an unknown option is exit 2" "$status" 2
	is "$path: and nothing on standard output" "$out" ""
	like "$path: but a message on standard error" "$err" "^labctl: "
done < <(paths)

unset status # what follows is about files
for command in $(commands); do
	ok "$command has a test" compgen -G "tests/*/$command-*.sh"
	ok "$command has a manual page" test -f "docs/man/labctl-$command.1"
	labctl help --man "$command" >"$T/page.1"
	cat "docs/man/labctl-$command.1" >>"$T/page.1"
	is "and it is sound" "$(man --warnings -l "$T/page.1" 2>&1 >/dev/null)" ""
	ok "$command is one file" test -f "labctl/cmd/cmd-$command.c"
done

labctl help --man >"$T/labctl.1"
cat docs/man/labctl.1 >>"$T/labctl.1"
is "labctl(1) is sound" "$(man --warnings -l "$T/labctl.1" 2>&1 >/dev/null)" ""
