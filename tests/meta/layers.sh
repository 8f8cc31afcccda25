#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The layer rule: each layer includes only what stands left of it,
#
#	base <- spec <- {image, sandbox, stats} <- lab <- bench <- grade
#	     <- {book, engine, report, web} <- cmd <- main.c
#
# and those in braces do not know each other. Files in cmd/ parse, call and
# print, so none of them includes a header of the kernel's.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

declare -A rank=([gen]=-1 [base]=0 [spec]=1 [image]=2 [sandbox]=2 [stats]=2 [lab]=3 [bench]=4 [grade]=5
	[book]=6 [engine]=6 [report]=6 [web]=6 [cmd]=7)

# FILE:LAYER pairs that break the rule. An include of the own layer is written in full too.
wrong_includes() {
	local file layer included
	while IFS=: read -r file included; do
		layer=${file#labctl/}
		layer=${layer%%/*}
		[ "$layer" != main.c ] || continue
		if [ -z "${rank[$layer]:-}" ]; then
			echo "$file: '$layer' is no layer"
		elif [ -z "${rank[$included]:-}" ]; then
			echo "$file includes \"$included...\", which is no layer (write \"layer/file.h\")"
		elif [ "$layer" != "$included" ] && [ "${rank[$included]}" -ge "${rank[$layer]}" ]; then
			echo "$file: $layer must not include $included"
		fi
	done < <(grep -Ho '^#include "[^"/]*' labctl/*/*.[ch] | sed 's/:#include "/:/' | sort -u)
}

is "every include points left" "$(wrong_includes)" ""
is "no kernel header in cmd/" \
	"$(grep -nE '#include <(linux/|sched\.h|sys/(mount|prctl|syscall|ptrace|wait)\.h)' labctl/cmd/*.[ch])" ""

# A large library stands behind one file of ours.
for library in archive curl/curl solv/pool libcgroup seccomp libpq-fe hiredis/hiredis \
	libmemcached/memcached sqlite3; do
	users=$(grep -lE "#include <${library}[./]" labctl/*/*.[ch] | wc -l)
	ok "$library stands behind one file" [ "$users" -le 1 ]
done
