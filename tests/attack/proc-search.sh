#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# What do the processes that show tell? A grader's secrets in its environment or command line, and
# what labctl was started with.
. "$(dirname "$0")/lib.sh"

secret="seed-$RANDOM$RANDOM"
cp "$attack/reach" "$T/reach-$secret"
SEED=$secret hold grader "$T/reach-$secret" victim "$secret"
ln -s "$rootfs" "$T/$secret"
SEED=$secret run labctl exec --rootfs "$T/$secret" -- /attack/reach search-proc "$secret"
refused "nothing of it shows inside"

control "outside it does" "$attack/reach" search-proc "$secret"
