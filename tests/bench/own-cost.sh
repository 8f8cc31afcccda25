#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# own-cost: CPU time spent outside the guest on one sample. Counted are labctl itself (starting the
# sandbox, the protocol, the readings, removing the sandbox), the helpers that make namespaces, init
# from its clone to its end, and the guest's first process until it execs; not the guest, the
# services of a lab, nor what the kernel does later in threads of its own. Bar: at most 1 ms, median.
# Every sample's record has it (own_cpu_ns), so this runs the smallest exercise.
set -eu

record=$(mktemp)
trap 'rm -f "$record"' EXIT
"${LABCTL:-build/labctl}" --quiet run ./tests/fixtures/count --budget 8s --precision 0.1% \
	--json "$record" >/dev/null
python3 - "$record" <<'END'
import json
import statistics
import sys

samples = json.load(open(sys.argv[1]))["samples"]
costs = sorted(sample["own_cpu_ns"] / sample["batch"] / 1e6 for sample in samples)
median = statistics.median(costs)
print(f"{len(costs)} samples: median {median:.2f} ms, "
      f"tenth {costs[len(costs) // 10]:.2f} ms, nine tenths {costs[len(costs) * 9 // 10]:.2f} ms")
print(f"row own-cost {median:.2f}ms - - <=1ms {'ok' if median <= 1 else 'short'}")
END
