#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain fast
# timeout: 120
. "$(dirname "$0")/../lib.sh"

run labctl explain ffi
is "explains" "$status" 0
like "the function" "$out" '^ +likeness \(baseline.py:[0-9]+\) +[0-9]{5,} .* 9[0-9]'
like "no foreign code yet" "$out" "It calls no foreign code"

run labctl explain ffi ctypes_element --instrument foreign
like "how it is built, and how long that takes" "$out" '^build: [0-9.]+ m?s'
like "a call for each window" "$out" '^ +likeness +ctypes +34320 .* ctypes_element.py:[0-9]+$'
like "in units that have a name" "$out" "^ +function +by +calls .* microseconds each "
like "what crossing costs" "$out" "^ +getting there and back"

run labctl explain ffi cffi_api --instrument foreign
like "cffi: a call for each picture" "$out" '^ +search +cffi +16 '
run labctl explain ffi extension --instrument foreign
like "so a module" "$out" '^ +search +module +16 '
run labctl explain ffi rust --instrument foreign
like "so Rust" "$out" '^ +search +ctypes +16 '
