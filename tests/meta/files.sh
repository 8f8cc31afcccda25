#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What must, and what must not, stand in the files of the repository.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

tracked() { # [GLOB...]
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -- "$@"
	else
		local glob
		for glob in "${@:-*}"; do
			find . -path ./build -prune -o -type f -name "${glob##*/}" -printf '%P\n'
		done
	fi
}

existing() {
	while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

spdx_wrong() {
	tracked '*.c' '*.h' '*.def' '*.sh' '*.py' '*.yaml' 'Makefile' '*.1' 'tests/run' 'tests/lint' \
		'.ci/*' | grep -v '^tests/fuzz/corpus/' | existing | tr '\n' '\0' |
		xargs -0 awk 'FNR == 1 { count[FILENAME] = 0 }
			FNR <= 5 && /SPDX-License-Identifier: / { count[FILENAME]++ }
			END { for (f in count) if (count[f] != 1) print f " has " count[f] }'
}
is "one SPDX line in the head of every source file" "$(spdx_wrong)" ""

# The words and names below are put together so that this file does not hold them.
found() { # REGEX [EXCLUDED-GLOB]
	tracked | existing | grep -vE "^(LICENSE|.*\.lock|${2:-none})$" |
		tr '\n' '\0' | xargs -0 grep -nIE -e "$1" 2>/dev/null | head -20
}
unfinished="TO""DO|FIX""ME|X""XX|HA""CK"
is "nothing is marked as unfinished" "$(found "\\b($unfinished)\\b")" ""
is "no path of one machine" "$(found "(^|[^a-zA-Z0-9_.])/(wo""rk|fa""rm)/")" ""
registries="deb\\.debian|debian\\.org|pypi\\.org|pythonhosted|maven\\.(org|apache)|npmjs|docker\\.io|ghcr\\.io|quay\\.io|mirror\\.[a-z]+\\."
is "no registry's host name" "$(found "($registries)" 'tests/meta/files\.sh')" ""

top_level() {
	tracked | sed 's,/.*,,' | sort -u |
		grep -vxE 'Makefile|labctl|images|exercises|cgroups|tests|docs|README.md|CHANGELOG.md|LICENSE|\.ci|\.gitignore|\.clang-format|\.clang-tidy'
}
is "nothing else at the top" "$(top_level)" ""

too_long() {
	tracked 'labctl/*.c' 'labctl/*.h' | existing | tr '\n' '\0' | xargs -0 wc -l |
		awk '$1 > 800 && $2 != "total" { print $2 ": " $1 " lines" }'
}
is "no file over 800 lines" "$(too_long)" ""

# A function's size, by the braces in column 0 that the format check guarantees.
long_functions() {
	tracked 'labctl/*.c' | existing | tr '\n' '\0' | xargs -0 awk '
		FNR == 1 { begun = 0 }
		/^\{/ { begun = FNR }
		/^\}/ && begun { if (FNR - begun > 100) print FILENAME ":" begun ": " FNR - begun " lines"; begun = 0 }'
}
is "no function over 100 lines" "$(long_functions)" ""
