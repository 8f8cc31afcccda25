#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
. "$(dirname "$0")/../lib.sh"

refused() { # WORDS ARG...
	local words=$1
	shift
	run labctl run "$@"
	is "$*: exit 2" "$status" 2
	like "$*: why" "$err" "$words"
}

refused "it has no values" algorithm --sweep cpu=
refused "'colour': that is no limit" algorithm --sweep colour=1
refused "did you mean 'memory'" algorithm --sweep memry=64M
refused "at least 4.0 MiB" algorithm --sweep memory=1K
refused "this host has" algorithm --sweep cpu=1000
refused "contradict" algorithm --sweep cpu=1 --cpu 1
refused "at most 48" algorithm --sweep "pids=$(seq -s, 21 27)" \
	--sweep "memory=$(seq -s M, 11 17)M"
refused "name one" algorithm database --sweep cpu

run labctl run algorithm --sweep cpu=0.5,1 --sweep memory=32M,64M --seed 3 --budget 5s --dry-run
is "a plan" "$status" 0
like "how long it takes at most" "$out" "4 points, 5.00 s each, 20.0 s in all at most"
like "the points" "$out" "cpu 0.5, memory 64M"
first=$out
run labctl run algorithm --sweep cpu=0.5,1 --sweep memory=32M,64M --seed 3 --budget 5s --dry-run
is "the same seed: the same order" "$out" "$first"
