#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Docs that are made from tables say what the tables say; `make docs` makes them.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

for page in manifest record; do
	"$TOP/build/tests/meta/document" $page >"$T/$page.md"
	ok "docs/$page.md is what the tables say (make docs)" diff "docs/$page.md" "$T/$page.md"
done
