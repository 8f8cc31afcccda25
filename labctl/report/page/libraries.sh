#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: labctl/report/page/libraries.sh OUT
#
# Fetches the chart libraries with npm, from the registry that npm is set up
# for, as package-lock.json pins them (SHA-512 of every package), and writes OUT:
# their licences, then D3 and Plot as their makers bundled them. No script of a
# package is run.

set -eu
out=$1
from=$(dirname "$0")
work=${out%/*}/npm

if ! command -v npm >/dev/null; then
	echo "report: npm is not installed; labctl report --html will lack its charts" >&2
	exit 4
fi
rm -rf "$work"
mkdir -p "$work"
cp "$from/package.json" "$from/package-lock.json" "$work/"
if ! (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 \
	--fetch-timeout=30000 >npm.log 2>&1); then
	tail -5 "$work/npm.log" >&2
	echo "report: npm could not fetch the chart libraries" >&2
	exit 4
fi

# A text that several packages share stands once, below all their names.
licences() {
	cd "$work/node_modules"
	for file in */LICENSE* @*/*/LICENSE*; do
		[ -f "$file" ] && echo "$(sha256sum <"$file" | cut -c1-16) $file"
	done | sort | while read -r sum file; do
		if [ "$sum" != "${last:-}" ]; then
			[ -z "${last:-}" ] || cat "$text"
			last=$sum text=$file
			echo
		fi
		echo "== ${file%/*}"
		echo "$text" >../last
	done
	cat "$(cat ../last)"
}

{
	echo '/*! The licences of the libraries in this page.'
	licences | sed 's|\*/|* /|g; s|<!--|<! --|g; s|</script|< /script|g'
	echo '*/'
	cat "$work/node_modules/d3/dist/d3.min.js"
	echo
	cat "$work/node_modules/@observablehq/plot/dist/plot.umd.min.js"
} | tr -d '\r' >"$out.new"
mv "$out.new" "$out"
rm -rf "$work"
