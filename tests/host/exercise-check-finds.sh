#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# finds NAME PATTERN: a skeleton with one hole, made by standard input (a sed script for FILE $3)
finds() {
	rm -rf "$T/shop"
	labctl exercise new "$T/shop" >/dev/null
	sed -i 's/REPLACE: //' "$T"/shop/*.* "$T"/shop/variants/*
	sed -i "$4" "$T/shop/$3"
	run labctl exercise check "$T/shop" --quick --seeds 4
	is "$1: exit 1" "$status" 1
	like "$1: is said" "$out" "$2"
}

finds "chance from elsewhere" "^FAIL workload.py: 4 of 4 seeds gave another input" \
	workload.py 's/rng.randrange(receipts)/__import__("random").randrange(receipts)/'
finds "seeds without effect" "^FAIL workload.py: 3 of 4 seeds gave the same input" \
	workload.py '/^def make/a\    rng.seed(1)'
finds "a checker that takes anything" "^FAIL check.py: takes null for a right answer" \
	check.py 's/return difference(want, got)/return None/'
finds "a checker that refuses the baseline" "^FAIL check.py: refuses the baseline with seed" \
	check.py 's/return difference(want, got)/return "no"/'
finds "a wrong answer that is right" "^FAIL variants/unordered.py: 'unordered' is not caught" \
	variants/unordered.py 's/sorted({\(.*\)})/list(dict.fromkeys(\1))/'
finds "a baseline that dies" "^FAIL exercise 'shop': its judge: baseline.py, line [0-9]+: ValueError: roll torn" \
	variants/baseline.py 's/^def run.*/&\n    raise ValueError("roll torn")/'
finds "a workload that dies" "^FAIL exercise 'shop': its judge: workload.py" \
	workload.py 's/^def make.*/&\n    raise ValueError("no roll")/'
finds "a step that is missing" '^FAIL README.md: there is no "## 3. Improve"' \
	README.md 's/^## 3/## Then/'
finds "a variant nobody explains" "^FAIL NOTES.md: says nothing of \`seen\`" \
	NOTES.md '/seen/d'
finds "what is still the skeleton's" "^FAIL README.md:2: still the skeleton's: a thing" \
	README.md '2s/.*/REPLACE: a thing/'
