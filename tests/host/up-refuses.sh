#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
run labctl up
is "no name: exit 2" "$status" 2
run labctl up ../ada
like "a bad name" "$err" "'../ada' is no name for a lab"
run labctl up ada --with rediss
is "an unknown service: exit 2" "$status" 2
like "names the nearest" "$err" "did you mean 'redis'"
run labctl up ada --with redis,redis
like "a service twice" "$err" "asked for twice"
run labctl up ada --profile labb
like "an unknown profile" "$err" "did you mean 'lab'"
run labctl up ada --image pyton
like "an unknown image" "$err" "did you mean 'python'"
run labctl up ada --with redis --dataset debian
is "a data set whose service is not asked for: exit 2" "$status" 2
like "names the service" "$err" "needs the service 'postgres'"
run labctl down ada
is "down of what is not up: exit 2" "$status" 2
like "says so" "$err" "there is no lab 'ada'"
ok "up" labctl up ada --with none
run labctl up ada --with none
is "twice: exit 2" "$status" 2
like "says what to do" "$err" "labctl shell ada"
run labctl logs ada redis
like "no such service" "$err" "has no service 'redis'"
