#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
# timeout: 120
#
# Whoever ends all labs does not end a measurement that somebody is waiting for.
. "$(dirname "$0")/../lib.sh"

labctl exercise new "$T/shop" >/dev/null
sed -i 's/^measure:.*/services: [redis]\n&/' "$T/shop/exercise.yaml"
"$LABCTL" run "$T/shop" --budget 300s >/dev/null 2>&1 &
pid=$!
is_measuring() { labctl ps | grep -q "^run-shop-$pid "; }
wait_for 60 is_measuring
labctl up ada --cpu 0.5 >/dev/null

run labctl down --all
is "the others go" "$status" 0
like "by name" "$out" "^lab ada is down$"
like "the run's is left alone" "$out" "^lab run-shop-$pid is left alone: a run is measuring in it$"
ok "and answers" is_measuring
kill -INT $pid
wait $pid
is "it goes with its run" "$(labctl ps --json)" "[]"
