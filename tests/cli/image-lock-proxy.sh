#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:gpg program:gpgv program:python3
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/archive.sh"

command -v apt-config >/dev/null || skip_all "needs apt-config: it is not installed"

archive '{"core": {"essential": true}}'
serve
image base 'release: trixie'
proxy=$MIRROR

mkdir -p "$T/apt/auth.conf.d"
printf 'Dir::Etc "%s/apt";\nAcquire::http::Proxy "%s";\nAcquire::http::Proxy::127.0.0.1 "DIRECT";\n' \
	"$T" "$proxy" >"$T/apt.conf"
export APT_CONFIG=$T/apt.conf LABCTL_MIRROR=http://archive.invalid

run labctl image lock
is "through apt's proxy" "$status" 0
like "the proxy was asked for the whole URL" "$(cat "$A/requests")" \
	"GET http://archive.invalid/dists/trixie/InRelease"

LABCTL_MIRROR=$MIRROR run labctl image lock --update
like "not for a host that apt reaches directly" "$(tail -1 "$A/requests")" "^GET /dists/"

faults "dists/ password:me:secret"
LABCTL_MIRROR=$MIRROR run labctl image lock --update
like "a server that wants a password" "$err" "the server answers 401"
echo "machine $MIRROR login me password secret" >"$T/apt/auth.conf.d/test.conf"
LABCTL_MIRROR=$MIRROR run labctl image lock --update
is "has it from apt's auth.conf" "$status" 0
unlike "and it is shown to nobody" "$(LABCTL_MIRROR=$MIRROR labctl -v image lock --update 2>&1)" "secret"
