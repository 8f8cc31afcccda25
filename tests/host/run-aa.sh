#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl run "$TOP/tests/fixtures/count" --aa --budget "$(at_most 4)s"
is "measures the baseline against itself" "$status" 0
like "its second copy has a ratio near 1" "$out" "^baseline again +(0\.[6-9]|1\.[0-4])"
like "the noise floor is told" "$out" "Noise floor: [0-9.]+%"
