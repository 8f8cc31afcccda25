#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/holes.sh"

# shellcheck disable=SC2034 # of holes.sh
seeds=4

finds "chance from elsewhere" "^FAIL workload.py:11: 4 of 4 seeds gave another input" \
	workload.py 's/rng.randrange(receipts)/__import__("random").randrange(receipts)/'
finds "seeds without effect" "^FAIL workload.py:11: 3 of 4 seeds gave the same input" \
	workload.py '/^def make/a\    rng.seed(1)'
finds "a checker that takes anything" "^FAIL check.py:16: takes null for a right answer" \
	check.py 's/return difference(want, got)/return None/'
finds "a checker that refuses the baseline" "^FAIL check.py:16: refuses the baseline with seed ([0-9]+): no \(again: --seed \1\)" \
	check.py 's/return difference(want, got)/return "no"/'
finds "a wrong answer that is right" "^FAIL exercise.yaml:36: 'unordered' is not caught" \
	variants/unordered.py 's/sorted({\(.*\)})/list(dict.fromkeys(\1))/'
finds "a baseline that dies" "^FAIL variants/baseline.py:[0-9]+: ValueError: roll torn" \
	variants/baseline.py 's/^def run.*/&\n    raise ValueError("roll torn")/'
finds "a workload that dies" "^FAIL workload.py:12: ValueError: no roll" \
	workload.py 's/^def make.*/&\n    raise ValueError("no roll")/'
finds "a step that is missing" '^FAIL README.md: there is no "## 3. Improve"' \
	README.md 's/^## 3/## Then/'
finds "a variant nobody explains" "^FAIL NOTES.md: says nothing of \`seen\`" \
	NOTES.md '/seen/d'
finds "what is still the skeleton's" "^FAIL README.md:2: still the skeleton's: a thing" \
	README.md '2s/.*/REPLACE: a thing/'
finds "a syntax error in the oracle" "^FAIL check.py:17: SyntaxError: " \
	check.py 's/return difference(want, got)/return difference(want, got/'
finds "an oracle that says yes or no" "^FAIL check.py:16: refuses the baseline .*must return a text" \
	check.py 's/return difference(want, got)/return want == got/'
finds "a wrong answer that does not run" "^FAIL exercise.yaml:36: 'unordered' is no wrong answer, it fails" \
	variants/unordered.py 's/^def customers.*/&\n    raise KeyError(1)/'
finds "a right variant that is wrong" "^FAIL exercise.yaml:[0-9]+: seen: expected faster, ran once: wrong: " \
	variants/seen.py 's/^def customers.*/&\n    return []/'
finds "a right variant that dies" "^FAIL exercise.yaml:[0-9]+: seen: expected faster, ran once: error: .*torn" \
	variants/seen.py 's/^def customers.*/&\n    raise ValueError("torn")/'
