#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
# The jars of a pom.xml: pinned, kept, and nothing else believed. mvn is a stand-in.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

archive '{"core": {"essential": true}}'
serve
image base 'release: trixie'
image jars 'parent: base' 'build:' '  maven: pom.xml' '  steps: ["true"]' '  keep: [/opt/x]'
echo '<project/>' >"$T/data/images/jars/pom.xml"
mkdir "$T/bin"
cat >"$T/bin/mvn" <<'E2'
#!/bin/bash
echo mvn >>"$T/called"
case $(cat "$T/mood") in
offline) echo "[INFO] trying"; echo "[ERROR] Could not resolve org.x:y:jar:1.0" >&2; exit 1 ;;
esac
for word; do case $word in -DoutputDirectory=*) dir=${word#*=} ;; -Dmaven.repo.local=*) mkdir -p "${word#*=}" ;; esac; done
mkdir -p "$dir/org/x/y/1.0" "$dir/org/x/a/2.0"
cat "$T/mood" >"$dir/org/x/y/1.0/y-1.0.jar"
echo a >"$dir/org/x/a/2.0/a-2.0.jar"
E2
chmod +x "$T/bin/mvn"
export T PATH=$T/bin:$PATH
calls() {
	wc -l <"$T/called"
}

echo good >"$T/mood"
run labctl image lock jars
is "locks" "$status" 0
good=$(echo good | sha256sum | cut -c1-64)
like "each jar by size and digest" "$(cat "$(lock_of jars)")" "path: org/x/y/1.0/y-1.0.jar, size: 5, sha256: $good"
like "and pom.xml" "$(cat "$(lock_of jars)")" "^pom: $(sha256sum <"$T/data/images/jars/pom.xml" | cut -c1-64)"
is "they are in the cache" "$(cat "$LABCTL_ROOT/lib/cache/sha256/${good:0:2}/$good")" good
ok "and Maven's own things are gone" test ! -e "$LABCTL_ROOT/lib/cache/maven"

before=$(calls)
run labctl image fetch --locked jars
is "fetched once, Maven is not asked again" "$status $(calls)" "0 $before"
echo bad >"$T/mood"
labctl image lock --update jars >/dev/null
like "a new lock keeps the jars of the old" "$(cat "$(lock_of jars)")" "$good"

rm "$LABCTL_ROOT/lib/cache/sha256/${good:0:2}/$good"
run labctl image fetch jars
is "a jar with another digest: exit 3" "$status" 3
like "which one, and both digests" "$err" "another 'org/x/y/1.0/y-1.0.jar' than the one that is locked: its SHA-256 is $(echo bad | sha256sum | cut -c1-64), the lock says $good"

echo offline >"$T/mood"
run labctl image fetch jars
is "no network for Maven: exit 4" "$status" 4
like "with its own words" "$err" "image jars: Maven failed: Could not resolve org.x:y:jar:1.0"
like "and where to look" "$err" "settings.xml"

echo '<project></project>' >"$T/data/images/jars/pom.xml"
run labctl image fetch --locked jars
like "another pom.xml makes the lock stale" "$err" "pom.xml has changed since it was locked"

mkdir "$T/few"
for program in gpgv tr cat rm mkdir; do
	ln -s "$(command -v $program)" "$T/few/"
done
PATH=$T/few run labctl image fetch jars
is "no mvn at all: exit 4" "$status" 4
like "says so" "$err" "there is no mvn in PATH"
like "and what to install" "$err" "apt-get install maven"
