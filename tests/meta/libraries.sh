#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every shared library costs each start of labctl a tenth of a millisecond: docs/decisions/lazy-libraries.md.
. "$(dirname "$0")/../lib.sh"

needed=$(readelf -d "$TOP/build/labctl" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
like "labctl is linked with libc" "$needed" "libc.so"
unlike "and without libm: a function that is new here belongs into labctl/base/maths.c" "$needed" "libm.so"
unlike "and without the libraries of base/lib.h" "$needed" "curl|solv|archive|pq|hiredis|memcached|cgroup|sqlite"
