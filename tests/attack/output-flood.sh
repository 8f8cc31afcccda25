#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Output without end.
. "$(dirname "$0")/lib.sh"

box --output 1M -- /attack/flood output $((16 << 20))
ended "ended by the limit" 153 "more output than its limit of 1.0 MiB"
is "no byte more came out" "$(wc -c <"$T/stdout")" $((1 << 20))

control "without the limit all of it" "$attack/flood" output $((16 << 20))
is "... comes" "$(wc -c <"$T/stdout")" $((16 << 20))
