#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What the docs point at exists: files named in backticks, and relative links.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

mapfile -t pages < <(ls README.md docs/*.md docs/decisions/*.md exercises/*/README.md 2>/dev/null)

# `sandbox/init.c`, `tests/run`: a path of ours, relative to labctl/ or to the top.
missing_files() {
	local page path
	for page in "$@"; do
		# shellcheck disable=SC2016 # the backticks are markdown's
		grep -oE '`(labctl|base|spec|image|sandbox|stats|lab|bench|grade|cmd|tests|docs|images|exercises|cgroups)/[a-zA-Z0-9_./-]+`' "$page" |
			tr -d '`' | grep -vE 'NAME|-x\.' | sort -u | while read -r path; do
			[ -e "$path" ] || [ -e "labctl/$path" ] || [ -e "$(dirname "$page")/$path" ] ||
				echo "$page: $path"
		done
	done
}

missing_links() {
	local page link
	for page in "$@"; do
		grep -oE '\]\([^)#:]+(#[^)]*)?\)' "$page" | sed 's/^](//; s/)$//; s/#.*//' |
			sort -u | while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
		done
	done
}

is "files that the docs name exist" "$(missing_files "${pages[@]}")" ""
is "links lead somewhere" "$(missing_links "${pages[@]}")" ""
