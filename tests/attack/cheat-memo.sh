#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python program:python3
# timeout: 180
#
# Keep answers from call to call of one process: looked up by the input, or just the last one.
. "$(dirname "$0")/lib.sh"

cp -r "$TOP/tests/fixtures/count" "$T/count"
sed -i 's/measure: time/measure: series/; s/budget: \(.*\)/budget: \1\n    calls: 24/; s/words: 2500/words: 1000/' \
	"$T/count/exercise.yaml"
cat >"$T/memo.py" <<'EOF'
known = {}


def count(words):
    seen, counts = [], []
    for word in words:
        if word not in seen:
            seen.append(word)
            counts.append(0)
        counts[seen.index(word)] += 1
    return dict(zip(seen, counts))


def run(ctx, data):
    key = tuple(data["words"])
    if key not in known:
        known[key] = count(key)
    return known[key]
EOF
sed 's/key = .*/key = "the last one"/; s/count(key)/count(data["words"])/' "$T/memo.py" >"$T/blind.py"

run labctl run "$T/count" --try "$T/memo.py" --budget "$(at_most 2)s" --json "$T/record.json"
ok "a memo by the input does the work in every call" python3 -c "
import json
cpu = [[], []]
for s in json.load(open('$T/record.json'))['samples']:
    assert s['ending'] == 'ok' and len(s['series']['calls_ns']) == 24, s
    cpu[s['variant']].append(s['usage']['cpu_ns'])
assert min(cpu[1]) > max(cpu[0]) / 4, cpu"
ok "all samples of a block had the same inputs" python3 -c "
import json
digests = {}
for s in json.load(open('$T/record.json'))['samples']:
    digests.setdefault(s['input_seed'], set()).add((s['input_bytes'], s['output_digest']))
assert digests and all(len(seen) == 1 for seen in digests.values()), digests"

run labctl run "$T/count" --try "$T/blind.py" --budget "$(at_most 2)s"
is "the last answer again: the answer is no" "$status" 1
like "and the student is told what stayed" "$(tr -s ' \n' ' ' <"$T/stdout")" \
	"try: wrong: call 2 of the process gave the answer of call 1 again, but had another input"

control "with one input both would be fast, and right" python3 -c "
import sys, time
sys.path.insert(0, '$T')
import blind, memo
data = {'words': [str(i % 800) for i in range(1000)]}
for program in blind, memo:
    begin = time.process_time()
    first = program.run(None, data)
    took = time.process_time() - begin
    begin = time.process_time()
    assert program.run(None, data) == first
    assert time.process_time() - begin < took / 5"
