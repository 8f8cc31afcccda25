#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The size of the stripped binary, and the memory that labctl has resident
# while it supervises a sandbox.
set -eu
cd "$(dirname "$0")/../.."

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
strip -o "$T/labctl" "$LABCTL"
size=$(stat -c %s "$T/labctl")

mkfifo "$T/hold"
"$T/labctl" exec --memory 64M --pids 16 --cpu 1 --time 60s sh -c 'echo up; read line' <"$T/hold" >"$T/out" &
labctl=$!
exec 9>"$T/hold"
deadline=$((SECONDS + 10))
until grep -q up "$T/out" || [ $SECONDS -ge $deadline ]; do read -r -t 0.02 <> <(:) || :; done
resident=$(awk '/^VmRSS/ { print $2 * 1024 }' /proc/$labctl/status)
own=$(awk '/^Rss(Anon|Shmem)/ { sum += $2 } END { print sum * 1024 }' /proc/$labctl/status)
exec 9>&-
wait $labctl || :

awk -v size="$size" -v rss="$resident" -v own="$own" 'BEGIN {
	printf "stripped binary %.2f MB; resident %.2f MB, of which %.2f MB its own\n", size / 1e6, rss / 1e6, own / 1e6
	printf "row footprint-binary %.2fMB - - <=2MB %s\n", size / 1e6, size <= 2e6 ? "ok" : "short"
	printf "row footprint-memory %.2fMB - - <=10MB %s\n", rss / 1e6, rss <= 10e6 ? "ok" : "short"
}'
