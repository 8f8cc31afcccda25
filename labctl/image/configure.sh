# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What happens inside the build sandbox, as its root, without network: run by
# `sh -c` from build-layer.c, which made the tree. All packages are unpacked;
# dpkg's database says so.
#
#	arguments: PACKAGE... -- [USER STEP]...
#
# PACKAGE: those with a preinst, in order. USER STEP: the image's own steps.
set -eu
umask 022

# No init runs here, so nothing is to be registered with it or started. The
# modules that py3compile would compile, package by package, are compiled at
# once further down. A key made here would be everybody's.
tools=$(mktemp -d)
for tool in invoke-rc.d update-rc.d systemctl deb-systemd-helper deb-systemd-invoke \
	py3compile py3clean pypy3compile pypy3clean make-ssl-cert; do
	ln -s /bin/true "$tools/$tool"
done
path=$PATH
PATH=$tools:$path
export PATH

export DPKG_ADMINDIR=/var/lib/dpkg DPKG_ROOT='' DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT=1
while [ "$1" != -- ]; do
	DPKG_MAINTSCRIPT_PACKAGE=${1%%:*} DPKG_MAINTSCRIPT_NAME=preinst \
		DPKG_MAINTSCRIPT_ARCH=$ARCHITECTURE "/var/lib/dpkg/info/$1.preinst" install || {
		echo "labctl: the preinst script of $1 ended with status $?"
		exit 1
	}
	shift
done
shift
unset DPKG_ADMINDIR DPKG_ROOT DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT

# unsafe-io: the layer is synced once, when it is complete.
dpkg --force-unsafe-io --force-confold --force-confdef --configure --pending
problems=$(dpkg --audit)
if [ -n "$problems" ]; then
	echo "$problems"
	exit 1
fi

PATH=$path
if [ -x /usr/bin/python3 ]; then
	# Sources get no later time than the layer's other files, or their compiled
	# form would be out of date from the start.
	for dir in /usr/lib/python3 /usr/share/python3 /usr/local/lib; do
		[ ! -d "$dir" ] || find "$dir" -name '*.py' -newermt "@$EPOCH" -exec touch -d "@$EPOCH" {} +
	done
	for dir in /usr/lib/python3/dist-packages /usr/share/python3; do
		[ ! -d "$dir" ] || /usr/bin/python3 -m compileall -q "$dir"
	done
fi

# Tools that honour this make the same output at any time. (Not before: with it
# set, Python would compile its library into files that check their source.)
export SOURCE_DATE_EPOCH="$EPOCH"
while [ $# -gt 0 ]; do
	if [ "$1" = root ]; then
		/bin/sh -e -c "$2" || status=$?
	else
		runuser -u "$1" -- /bin/sh -e -c "$2" || status=$?
	fi
	if [ "${status:-0}" != 0 ]; then
		echo "labctl: this step ended with status $status: $2"
		exit 1
	fi
	shift 2
done

# debconf keeps what filled in its last questions, names of temporary files too.
answers=/var/cache/debconf/config.dat
! grep -qs ' = /tmp/' $answers || sed -i 's|\( = /tmp/\).*|\1|' $answers

# The day a password was last changed, for accounts made today.
[ ! -f /etc/shadow ] || sed -i -E "s/^([^:]*:[^:]*:)[0-9]+:/\1$((EPOCH / 86400)):/" /etc/shadow
