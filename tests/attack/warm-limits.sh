#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
#
# On the stage that the samples of a run have in common a guest has the limits of every guest, also
# where labctl was started with less: no core dumps (core-dumps), and the files of its own limit.
. "$(dirname "$0")/lib.sh"

cat >"$T/solution.py" <<'END'
import resource
from collections import Counter


def run(ctx, data):
    core, files = (resource.getrlimit(which) for which in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE))
    if core != (1, 1) or files != (1024, 1024):
        raise Exception(f"limits: {core} {files}")
    return Counter(data["words"])
END
less=(prlimit --core=0 --nofile=300)
"${less[@]}" prlimit --nofile=1024 true 2>/dev/null ||
	skip_all "this root may not raise a limit (no CAP_SYS_RESOURCE)"
run "${less[@]}" "$LABCTL" run "$TOP/tests/fixtures/count" --try "$T/solution.py" \
	--budget "$(at_most 5)s" --precision 20%
is "samples are taken" "$status" 0
unlike "and each had the limits of a guest" "$out$err" "limits:"

run "${less[@]}" prlimit --core --nofile --noheadings --raw -o SOFT,HARD
is "control: labctl had others" "$out" "0 0
300 300"
