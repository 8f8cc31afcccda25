#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl explain algorithm --instrument profil
is "an instrument that there is not: exit 2" "$status" 2
like "it is named" "$err" "there is no instrument 'profil'"
like "and those that there are" "$err" "growth, memory, plans, profile"
