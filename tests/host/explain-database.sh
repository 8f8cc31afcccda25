#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres fast
# timeout: 240
. "$(dirname "$0")/../lib.sh"

run labctl explain database
is "explains" "$status" 0
like "the program's own line that waits for the server" "$out" '^ +baseline.py:[0-9]+ +[0-9.]+ .*db.execute\('
is "not the library's" "$(grep -c '^ *connection.py:' "$T/stdout")" 0
like "the server's work by statement" "$out" "SELECT needs_id, kind FROM dependency"
like "the sequential scan" "$out" '^ +[0-9] +dependency +[0-9]+ +[0-9]{6}'
like "the slow-query log, with the plan" "$out" "slow-query log of baseline"
like "of the slow statement" "$out" "1: the slowest, [0-9.]+ ms"
run labctl explain database index --instrument plans
like "what set-up changed" "$out" '^  - Seq Scan on dependency'
like "into what" "$out" '^  \+ (Index|Bitmap)'
like "what it costs" "$out" "what the indexes cost: [0-9]+ rows written"
