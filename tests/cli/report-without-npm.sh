#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The chart libraries are fetched with npm. Without it, or without its registry, that is said, and nothing
# half-made is left.
. "$(dirname "$0")/../lib.sh"

libraries=$TOP/labctl/report/page/libraries.sh
mkdir "$T/bin"
printf '#!/bin/sh\necho "npm error network request to registry failed" >&2\nexit 1\n' >"$T/bin/npm"
chmod +x "$T/bin/npm"
run env PATH="$T/bin:$PATH" "$libraries" "$T/out/libraries.js"
is "no registry" "$status" 4
like "npm's own words" "$err" "network request to registry failed"
like "what follows from it" "$err" "npm could not fetch the chart libraries"
not_ok "nothing is taken for them" test -e "$T/out/libraries.js"

rm "$T/bin/npm"
for program in dirname sh; do ln -s "$(command -v $program)" "$T/bin/"; done
run env PATH="$T/bin" "$libraries" "$T/out/libraries.js"
is "no npm" "$status" 4
like "says what will lack" "$err" "npm is not installed; labctl report --html will lack its charts"
