#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 150
. "$(dirname "$0")/../lib.sh"

# A file is taken when the run begins. What its name leads to later neither runs nor is recorded:
# here it would give a wrong answer.
right=$TOP/tests/fixtures/count/variants/dictionary.py
wrong=$T/wrong.py
cat >"$wrong" <<'END'
def run(ctx, data): return "exchanged"
END

judged() { # the input is made: the file was looked at, and no sample of it has been taken
	grep -q "^judge: an input made" "$T/stderr"
}

# try FILE WHAT CMD...: measures FILE, and does CMD after it was looked at
try() {
	local file=$1 what=$2 digest pid
	shift 2
	digest=$(sha256sum <"$file")
	rm -f "$T/stderr" # of the last run: it says the same
	labctl run --verbose "$TOP/tests/fixtures/count" --try "$file" --budget "$(at_most 5)s" \
		--json "$T/record.json" >"$T/stdout" 2>"$T/stderr" &
	pid=$!
	ok "$what: in time" wait_for 60 judged
	"$@"
	wait "$pid"
	like "$what: what was handed in is measured" \
		"$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try right"
	like "$what: and recorded" "$(cat "$T/record.json")" "\"file_digest\": *\"${digest%% *}\""
}

ln -s "$right" "$T/link.py"
try "$T/link.py" "a link that is turned" ln -sfn "$wrong" "$T/link.py"

cp "$right" "$T/solution.py"
try "$T/solution.py" "a file that is replaced" cp --remove-destination "$wrong" "$T/solution.py"

cp "$right" "$T/solution.py"
try "$T/solution.py" "a file that is written over" cp "$wrong" "$T/solution.py"
is "no copy is left" "$(find "$LABCTL_ROOT/run/submissions" -type f ! -name .lock)" ""

# What a killed labctl leaves, the next one removes.
touch "$LABCTL_ROOT/run/submissions/killed"
run labctl gc
like "gc finds a copy that nobody holds" "$out" "^removed submission killed$"

# Sources too: what a sanitizer looks at is what is measured.
pairs=$TOP/tests/fixtures/pairs
mkdir "$T/desk"
cp "$pairs/variants/compiled.py" "$T/desk/solution.py"
cp "$pairs/variants/kernel.c" "$T/desk/"
echo "/* never built before: $T */" >>"$T/desk/kernel.c"
building() {
	grep -q "^pairs: building kernel.c" "$T/stderr"
}
rm -f "$T/stderr"
labctl run "$pairs" --try "$T/desk/solution.py" --budget "$(at_most 5)s" --precision 50% \
	--json "$T/record.json" >"$T/stdout" 2>"$T/stderr" &
pid=$!
ok "sources: in time" wait_for 60 building
echo "this is no C" >"$T/desk/kernel.c"
wait "$pid"
like "sources that are exchanged: what was handed in is built, twice" \
	"$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try right"
