#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `graalpy -c pass` in its image against the same GraalPy as it is usually set
# up: the jars on the module path of Debian's Java runtime (an image made for
# this bench, and removed). Turn by turn, medians; bar 0.5. ROUNDS=7.

set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/labctl-bench.XXXXXX")
plain=$work/data/images/graalpy-plain
trap 'build/labctl image rm graalpy-plain >/dev/null 2>&1; rm -rf "$work"' EXIT
build/labctl image build graalpy >/dev/null || { echo "no image graalpy" && exit 77; }

mkdir -p "$plain"
cp -r images/base "$work/data/images/"
cp images/graalpy/pom.xml images/graalpy/image.lock "$plain/" # of the lock the jars hold
cat >"$plain/image.yaml" <<'EOF'
summary: GraalPy on the module path of Debian's Java
parent: base
packages: [openjdk-25-jre-headless]
build:
  maven: pom.xml
  steps:
    - mkdir -p /opt/graalpy/compiler /opt/graalpy/lib; cp /maven/* /opt/graalpy/lib
    - cd /opt/graalpy/lib; mv compiler-* collections-* word-* truffle-compiler-* ../compiler
  keep: [/opt/graalpy]
steps:
  - >-
    java -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI
    --upgrade-module-path=/opt/graalpy/compiler -p /opt/graalpy/lib -XX:+UseSerialGC
    --enable-native-access=ALL-UNNAMED,org.graalvm.truffle --sun-misc-unsafe-memory-access=allow
    -Dpolyglot.engine.userResourceCache=/tmp/resources
    -m org.graalvm.py.launcher/com.oracle.graal.python.shell.GraalPythonMain -c
    "import java; assert java.type('org.graalvm.polyglot.Engine').copyResources(java.type('java.nio.file.Path').of('/opt/graalpy/resources'))"
EOF
LABCTL_DATA=$work/data build/labctl image build graalpy-plain >/dev/null || exit 1

usual() {
	build/labctl exec -i graalpy-plain --memory 1G -- java -XX:+UnlockExperimentalVMOptions \
		-XX:+EnableJVMCI --upgrade-module-path=/opt/graalpy/compiler -p /opt/graalpy/lib \
		--enable-native-access=ALL-UNNAMED,org.graalvm.truffle \
		--sun-misc-unsafe-memory-access=allow \
		-Dpolyglot.engine.resourcePath=/opt/graalpy/resources -XX:+UseSerialGC -XX:-UsePerfData \
		-Xmx512m -m org.graalvm.py.launcher/com.oracle.graal.python.shell.GraalPythonMain \
		--python.Executable=/usr/local/bin/graalpy -c pass
}

ours() {
	build/labctl exec -i graalpy --memory 1G -- graalpy -c pass
}

seconds() { # CMD
	local begun=$EPOCHREALTIME
	"$@" || exit 1
	awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}

ours && usual || exit 1 # the class cache is derived, and all files are in memory
for ((i = 0; i < ${ROUNDS:-7}; i++)); do
	seconds usual >>"$work/usual"
	seconds ours >>"$work/ours"
done
median() {
	sort -n "$1" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}
awk -v ours="$(median "$work/ours")" -v usual="$(median "$work/usual")" 'BEGIN {
	printf "row graalpy-start %.2fs %.2fs %.2fx <=0.5x %s\n", ours, usual, ours / usual,
		ours <= 0.5 * usual ? "ok" : "short" }'
