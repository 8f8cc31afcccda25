#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:dask
# timeout: 300
. "$(dirname "$0")/../lib.sh"

words() { # what the record says of each failure
	python3 -c '
import json, sys
for s in json.load(open(sys.argv[1]))["samples"]:
    if s["ending"] != "ok":
        print(s["ending"], s["words"])' "$1"
}

# In the middle: the file has a worker use more memory than its machine has.
run labctl run parallel --cpu 1 --try "$TOP/tests/fixtures/machines/hog.py" --machines \
	--budget 30s --json "$T/killed.json"
said=$(words "$T/killed.json")
like "the machine is named, and why it is gone" "$said" \
	"^limit-memory machine 'worker-1' ended: killed: out of memory at its limit of 192 MiB"

# Before it is ready: the others do not wait for it.
cp -r "$TOP/exercises/parallel" "$T/parallel"
sed -i 's/memory: 192M/memory: 12M/' "$T/parallel/exercise.yaml"
run labctl run "$T/parallel" --cpu 1 --variant dask,shared --budget 10s --json "$T/small.json"
is "that is no error of the run, but not as expected" "$status" 1
like "named too" "$(words "$T/small.json")" \
	"machine '(scheduler|worker-[12])' ended before it was ready: killed: out of memory"
like "the other variant goes on" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/small.json")" \
	"^shared right"

# A program that fails has last words.
sed -i 's/memory: 12M/memory: 192M/; s|/lab/exercise/machines/worker.py|-c, "exit(\\"no work today\\")"|' \
	"$T/parallel/exercise.yaml"
run labctl run "$T/parallel" --cpu 1 --variant dask --budget 30s --json "$T/broken.json"
like "its last words" "$(words "$T/broken.json")" \
	"machine 'worker-[12]' ended before it was ready: .*no work today"
