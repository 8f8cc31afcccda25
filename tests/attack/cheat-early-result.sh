#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python program:python3
#
# Answer before the question: a result on the channel while the file is being imported, so that the
# clock stops as soon as it starts.
. "$(dirname "$0")/lib.sh"

cat >"$T/solution.py" <<'PY'
import os

for fd in range(3, 70):
    try:
        os.write(fd, b"R\x02\x00\x00\x00{}O\x02\x00\x00\x00{}")
    except OSError:
        pass


def run(ctx, data):
    return {}
PY
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 2)s"
is "the answer is no" "$status" 1
like "the result is judged like any other" "$(tr -s ' \n' ' ' <"$T/stdout")" "try: (wrong|failed)"

# What it wrote is two whole frames, as the harness writes them.
mkfifo "$T/channel"
# shellcheck disable=SC2016
control "who takes the first result takes this one" sh -c '
	cd "$1" && { timeout "$2" cat channel >frames & } && python3 -c "import solution" 3>channel && wait &&
		grep -qa "^R.*O.*{}" frames' sh "$T" "$(at_most 5)"
