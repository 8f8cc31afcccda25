#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# One sandbox, /bin/true: all isolation and limits on, the whole process from
# cold to cleaned up. Beside it, in alternating runs with the same root tree:
# bubblewrap, which sets no limits; runc; and the floor of this machine, a bare
# clone3 with the same groups and mounts (tools/floor.c).
set -eu
cd "$(dirname "$0")/../.."
runs=${RUNS:-150}
tools=build/tests/bench/tools

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
root=$("$LABCTL" image show base 2>/dev/null | grep -o '/[^ ]*/root$' | head -1) || true
[ -n "$root" ] || { echo "needs the image base: sudo make images"; exit 77; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

limits=(--memory 256M --pids 64 --cpu 1 --time 10s --disk 100M --nofile 256)
ours=("$LABCTL" exec --image base "${limits[@]}" /bin/true)
bwrap=(bwrap --unshare-all --ro-bind "$root" / --proc /proc --dev /dev --tmpfs /tmp /bin/true)
floor=("$tools/floor" "$root" /bin/true)
runc=(runc --root "$T/state" run -b "$T" "labctl-bench-$$")
(cd "$T" && runc spec)
sed -i 's|"terminal": true|"terminal": false|; s|"sh"|"/bin/true"|
	s|"path": "rootfs"|"path": "'"$root"'"|
	s|"resources": {|"resources": {"memory": {"limit": 268435456}, "pids": {"limit": 64}, "cpu": {"cpus": "0"},|' "$T/config.json"

mapfile -t lines < <($tools/alternate "$runs" -- "${ours[@]}" -- "${bwrap[@]}" -- "${runc[@]}" -- "${floor[@]}")
[ ${#lines[@]} = 4 ] || exit 1
printf '%-12s %9s %9s %9s %9s   (us, %s alternating runs)\n' "" median p10 p90 least "$runs"
names=(labctl bubblewrap runc floor)
for i in 0 1 2 3; do
	read -r median p10 p90 least _ <<<"${lines[i]}"
	printf '%-12s %9s %9s %9s %9s\n' "${names[i]}" "$median" "$p10" "$p90" "$least"
	medians[i]=$median
done
awk -v a="${medians[0]}" -v b="${medians[1]}" -v c="${medians[2]}" -v f="${medians[3]}" '
function row(name, peer, bar) {
	ratio = sprintf("%.2f", a / peer)
	printf "row %s %.2fms %.2fms %s <=%s %s\n", name, a / 1000, peer / 1000, ratio, bar, a / peer <= bar ? "ok" : "short"
}
BEGIN {
	printf "labctl takes %.2f times the floor\n", a / f
	row("sandbox", b, 1.0)
	row("sandbox-runc", c, 0.25)
}'
