#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/lib.sh"

# What is built comes home as an archive that the guest writes. This one writes its own, with names
# that lead out, a link to go through, and a hole larger than any disk.
rm -f "$LABCTL_ROOT/lib/built"
mkdir "$LABCTL_ROOT/lib/built"
cp -r "$TOP/tests/fixtures/pairs" "$T/pairs"
sed -i "s/ commands:/ commands: ['python3 step >\&3']/; s/kernel.c\]/kernel.c, step]/; /- gcc/d; /sanitize:/d" \
	"$T/pairs/exercise.yaml"

# Python that adds members to the archive `a`; file(NAME) is one.
build_with() {
	cat >"$T/pairs/step" <<EOF
import io, sys, tarfile
a = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.GNU_FORMAT)
def file(name, kind=tarfile.REGTYPE, link="", size=4):
    m = tarfile.TarInfo(name)
    m.type, m.linkname, m.size = kind, link, size
    a.addfile(m, io.BytesIO(b"evil") if size else None)
$1
a.close()
EOF
	run labctl run "$T/pairs"
	text=$(tr -s '\n ' ' ' <"$T/stdout")
}

evil() {
	find "$LABCTL_ROOT/lib/built/" "$T/root/lib/" -maxdepth 3 -name 'evil*' 2>/dev/null
}

build_with 'file("../evil")'
like "a name that leads up" "$text" "does not build: it left the file '../evil'"
build_with "file('$LABCTL_ROOT/lib/built/evil')"
like "an absolute name" "$text" "does not build: it left the file '/"
build_with 'file("way", tarfile.SYMTYPE, "..", 0); file("way/evil")'
like "a link to go through" "$text" "does not build: it left the symbolic link 'way'"
build_with 'file("evil", tarfile.LNKTYPE, "/etc/shadow", 0)'
like "a hard link to a file of the host" "$text" "does not build: it left the hard link"
build_with 'file("evil", tarfile.CHRTYPE, "", 0)'
like "a device" "$text" "does not build: it left the device"
build_with 'file("evil\x1b[2J\x07/x")'
like "a name that would write to a terminal" "$text" "does not build: it left the file 'evil"
unlike "... is told without" "$(cat -v <<<"$out$err")" '\^\[\[2J|\^G'
build_with 'for n in range(1100): file("evil%d" % n, size=0)'
like "files without end" "$text" "does not build: it left more than 1000 files"
# Compressed, some 60 MiB of them would be 10^9.
build_with 'import gzip
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as inner: inner.addfile(tarfile.TarInfo("evil"))
sys.stdout.buffer.write(gzip.compress(b.getvalue())); sys.stdout.flush()'
like "a compressed archive is none" "$text" "does not build: the archive is damaged"
build_with 'a.fileobj.write(bytes(8000)); a.fileobj.write(b"x" * 9000)'
unlike "no archive at all is no reason to stop labctl" "$err" "bug|Segmentation"
is "nothing came out" "$(evil)" ""

# Four bytes at the end of 1 TiB of nothing.
build_with 'm = tarfile.TarInfo("hole"); m.type, m.size = tarfile.GNUTYPE_SPARSE, 4
def large(n): return b"\x80" + n.to_bytes(11, "big")
b = bytearray(m.tobuf(tarfile.GNU_FORMAT))
b[386:398], b[398:410], b[483:495] = large((1 << 40) - 4), b"%011o\0" % 4, large(1 << 40)
b[148:156] = b" " * 8
b[148:156] = b"%06o\0 " % sum(b)
a.fileobj.write(bytes(b) + b"evil" + bytes(508))'
like "a hole of 1 TiB" "$text" "does not build: it left more than 64 MiB"

mkdir -p "$T/control/in"
python3 -c 'import io, sys, tarfile
a = tarfile.open(sys.argv[1], "w")
m = tarfile.TarInfo("../evil")
m.size = 4
a.addfile(m, io.BytesIO(b"evil"))' "$T/a.tar"
control "unpacked by one who trusts it, it comes out" sh -c 'cd "$1/control/in" && tar -xPf "$1/a.tar" && [ -e ../evil ]' sh "$T"

# Whoever takes any kind of archive, takes this one.
gzip -k "$T/a.tar"
control "uncompressed by one who trusts it" sh -c 'tar -tPf "$1/a.tar.gz" | grep -qx ../evil' sh "$T"
