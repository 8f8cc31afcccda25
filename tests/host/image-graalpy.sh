#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:graalpy
# timeout: 400
# GraalPy as an interpreter.
. "$(dirname "$0")/../lib.sh"

graalpy() {
	labctl exec -i graalpy --memory 768M "$@"
}
# On a host that has not run it yet, labctl first prepares it for the CPU, and says so.
graalpy -- true >"$T/first" 2>&1
run graalpy -- graalpy -c 'import sys; print(sys.argv[1:], sys.executable); sys.exit(7)' a 'b c'
is "arguments, exit status" "$status $out" "7 ['a', 'b c'] /usr/local/bin/graalpy"
is "nothing on standard error" "$err" ""
echo 'import sys; print("read", sys.argv[1:])' >"$T/program"
out=$(graalpy -- graalpy - one <"$T/program")
is "a program from standard input" "$out" "read ['one']"
run graalpy -- sh -c 'echo "print(6 * 7)" > /tmp/x.py; cd /tmp; HOME=/nonexistent python3 -m x'
is "a module, by the name of python3, without a home" "$status $out$err" "0 42"
# A thread of the JVM takes the signal while the program goes on.
run graalpy -- graalpy -c 'import os, signal, time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)'
is "ended by a signal" "$status" 143
run graalpy -e LABCTL_COMPILE_LOG=/tmp/log -- graalpy -c '
def loop(n):
    return sum(i * i % 7 for i in range(n))
for _ in range(300): loop(3000)
print(sum("opt done" in line for line in open("/tmp/log")) > 0)'
is "it compiles" "$out" True
run labctl exec -i graalpy --memory 256M -- graalpy -c pass
is "too little memory: exit 1" "$status" 1
like "in words" "$err" "^graalpy: 256 MiB of memory are too little for a JVM with a compiler: it needs 512 MiB"
