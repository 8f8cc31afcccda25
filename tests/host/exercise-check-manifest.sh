#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/holes.sh"

# shellcheck disable=SC2034 # of holes.sh
seeds=2

finds "a wrong answer that students would be shown" "^FAIL exercise.yaml:36: .* is not 'hidden: true'" \
	exercise.yaml '/hidden: true/d'
finds "an instrument that is none" "^FAIL exercise.yaml:[0-9]+: there is no instrument 'tuba': .*profile" \
	exercise.yaml 's/^explain:.*/explain: [tuba]/'
finds "an image that is none" "^FAIL exercise.yaml:5: there is no image 'pyhton'" \
	exercise.yaml 's/^image:.*/image: pyhton/'
finds "a service that is none" "^FAIL exercise.yaml:6: there is no service 'mysql'" \
	exercise.yaml 's/^measure:.*/services: [mysql]\n&/'
finds "a variant that the manifest forgot" "^FAIL variants/seen.py: exercise.yaml does not name it" \
	exercise.yaml 's/file: variants.seen.py/file: variants\/baseline.py/'
finds "a README of another exercise" '^FAIL README.md:[0-9]+: there is no "labctl explain shop"' \
	README.md 's/labctl explain shop/labctl explain sorting/'
