#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `labctl image build` of all images when there is nothing to do: what each
# `make run` pays. Median of 51.
set -eu
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-51}

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
"$LABCTL" image build >/dev/null # now there is nothing to do
for ((round = 0; round < rounds; round++)); do
	begun=${EPOCHREALTIME/./}
	"$LABCTL" image build >/dev/null
	echo $((${EPOCHREALTIME/./} - begun))
done | sort -n | awk '{ us[NR] = $1 } END {
	median = us[int((NR + 1) / 2)] / 1000
	printf "median of %d: %.1f ms (from %.1f to %.1f)\n", NR, median, us[1] / 1000, us[NR] / 1000
	printf "row image-noop %.1fms - - <=50ms %s\n", median, median <= 50 ? "ok" : "short"
}'
