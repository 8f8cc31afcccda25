#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# The steps of `build:` begin when all that they need is here. The image has no packages, so nothing
# else holds them back, and its tool is in the cache: from that one on they may begin, were it not
# for the jar that Maven still fetches. Then labctl has no child but Maven.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

tool=$(grep -m 1 'name: libstdc++6,' "$TOP/images/graalpy/image.lock")
digest=$(sed 's/.*sha256: \([0-9a-f]*\).*/\1/' <<<"$tool")
shelf=cache/sha256/${digest:0:2}
[ -f "$SHARED_STATE/$shelf/$digest" ] || skip_all "a package is no longer in the cache: $tool"
rm "$LABCTL_ROOT/lib/cache"
mkdir -p "$LABCTL_ROOT/lib/$shelf"
ln -s "$SHARED_STATE/$shelf/$digest" "$LABCTL_ROOT/lib/$shelf/"

child made 'build:' '  packages:' '    - libstdc++6' '  maven: pom.xml' '  steps:' \
	'    - mkdir /opt/made && cp /maven/y-1.jar /opt/made/' '  keep:' '    - /opt/made'
dir=$T/data/images/made
echo '<project/>' >"$dir/pom.xml"
echo 'a jar' >"$T/jar"
{
	echo 'build_requested: [libstdc++6]'
	echo "pom: $(sha256sum <"$dir/pom.xml" | cut -c1-64)"
	printf 'build_packages:\n%s\n' "$tool"
	echo 'jars:'
	echo "  - {path: x/y/1/y-1.jar, size: $(stat -c %s "$T/jar"), sha256: $(sha256sum <"$T/jar" | cut -c1-64)}"
} >>"$dir/image.lock"
mkdir "$T/bin"
cat >"$T/bin/mvn" <<END
#!/bin/bash
tr ' ' '\n' <"/proc/\$PPID/task/\$PPID/children" | grep -vxc "\$\$" >"$T/others"
for word; do
	case \$word in -DoutputDirectory=*) out=\${word#*=}/x/y/1 ;; esac
done
mkdir -p "\$out" && cp "$T/jar" "\$out/y-1.jar"
END
chmod 755 "$T/bin/mvn"

PATH=$T/bin:$PATH run labctl image build made
is "the image is built" "$status" 0
is "while Maven fetched, nothing else was done" "$(cat "$T/others")" 0
ok "with the jar" cmp "$T/jar" "$(tree_of made)/opt/made/y-1.jar"
