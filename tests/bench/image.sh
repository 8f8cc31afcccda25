#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A cold build of python, postgres, redis and memcached, beside mmdebstrap
# installing the very same packages: both from files on this disk, neither
# with network. labctl makes four images in layers, hashed and stored;
# mmdebstrap one tree with all of it, as a directory and so without the time
# for a tar file. They take turns; the medians count.
set -eu
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-3}
images=(base python postgres redis memcached)

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
command -v mmdebstrap >/dev/null || { echo "needs mmdebstrap"; exit 77; }
work=$(mktemp -d /var/tmp/labctl-bench.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
export LABCTL_ROOT=$work/root

# The packages, and a flat archive of them for mmdebstrap.
mkdir -p "$work/root/lib" "$work/archive"
[ ! -d /var/lib/labctl/cache ] || ln -s /var/lib/labctl/cache "$work/root/lib/cache"
"$LABCTL" --quiet image fetch --json "${images[@]}" >"$work/fetched"
python3 - "$work" <<'END'
import json, lzma, os, re, sys
work = sys.argv[1]
cache = f"{work}/root/lib/cache/sha256"
locks = [open(i["lock"]).read() for i in json.load(open(f"{work}/fetched"))]
wanted, names = {}, []
for lock in locks:
    for name, pool, sha in re.findall(r"\{name: ([^,]+), .*pool: ([^,]+), .*sha256: (\w+)", lock):
        if sha in wanted:
            continue
        wanted[sha] = pool
        names.append(name)
        os.makedirs(os.path.dirname(f"{work}/archive/{pool}"), exist_ok=True)
        os.link(os.path.realpath(f"{cache}/{sha[:2]}/{sha}"), f"{work}/archive/{pool}")
open(f"{work}/names", "w").write(",".join(names))
machine = re.search(r"^architecture: (\w+)", locks[0], re.M)[1]
release = re.search(r"release_sha256: (\w+)", locks[0])[1]
text = open(f"{cache}/{release[:2]}/{release}").read()
packed = re.search(r" (\w{64}) +\d+ main/binary-%s/Packages\.xz\n" % machine, text)[1]
with lzma.open(f"{cache}/{packed[:2]}/{packed}", "rt") as f, \
        open(f"{work}/archive/Packages", "w") as out:
    for stanza in f.read().split("\n\n"):
        sha = re.search(r"^SHA256: (\w+)$", stanza, re.M)
        if sha and sha[1] in wanted:
            out.write(stanza + "\n\n")
END

seconds() { # CMD...: how long it takes; says so on standard error if it fails
	local begun=${EPOCHREALTIME/./}
	"$@" >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; return 1; }
	echo $(((${EPOCHREALTIME/./} - begun) / 1000))
}

median() {
	sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}

ours() {
	"$LABCTL" image build --locked "${images[@]}" ||
		"$LABCTL" image build "${images[@]}"
}

peer() {
	mmdebstrap --mode=root --variant=custom --format=directory --skip=check/empty \
		--include="$(cat "$work/names")" trixie "$work/peer" \
		"deb [trusted=yes] copy:$work/archive ./"
}

for ((round = 1; round <= rounds; round++)); do
	seconds ours >>"$work/ours" # once more, from nothing
	rm -rf --one-file-system "$work/root/lib/"{layers,images,keep,stage}
	rm -rf --one-file-system "$work/peer"
	mkdir "$work/peer"
	seconds peer >>"$work/peers"
	echo "round $round: labctl $(tail -1 "$work/ours") ms, mmdebstrap $(tail -1 "$work/peers") ms"
done
awk -v ours="$(median <"$work/ours")" -v peer="$(median <"$work/peers")" 'BEGIN {
	ratio = ours / peer
	printf "row image %.1fs %.1fs %.2f <=0.4 %s\n", ours / 1000, peer / 1000, ratio,
		ratio <= 0.4 ? "ok" : "short"
}'
