#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis image:memcached fast
# timeout: 240
. "$(dirname "$0")/../lib.sh"

run labctl explain caching
is "explains" "$status" 0
like "requests by kind" "$out" '^ +GET /package +[0-9]{3}'
run labctl explain caching redis --instrument services
like "the hit ratio" "$out" "hit ratio [0-9.]+ %"
