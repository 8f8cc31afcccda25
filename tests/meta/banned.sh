#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Functions with a safer sister in base/, or none at all.
. "$(dirname "$0")/../lib.sh"
cd "$TOP" || exit 1

uses() { # NAMES: calls of them in labctl/, outside of comments
	grep -nE "(^|[^a-zA-Z0-9_.>])($1)[ ]*\(" labctl/*.c labctl/*/*.[ch] |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)|^labctl/base/mem\.[ch]:'
}

banned() { # NAMES WHAT-INSTEAD
	is "${1//|/, }: $2" "$(uses "$1")" ""
}

banned 'strcpy|strcat|strncpy|strncat|sprintf|vsprintf|stpcpy|gets|strtok' 'use struct str'
banned 'atoi|atol|atoll|atof|scanf|fscanf' 'use str_to_...'
banned 'system|popen|tmpnam|tempnam|mktemp' 'use proc_run'
banned 'alloca|setjmp|longjmp' 'not here'
banned 'gmtime|gmtime_r|localtime|localtime_r|ctime|asctime|setlocale' 'no locale, no time zone'
banned 'rand|srand|random|srandom|drand48' 'use rng'
banned 'sleep|usleep' 'wait for events with a deadline'
is "signal() only to ignore or reset" "$(uses 'signal|siginterrupt' | grep -v 'SIG_[ID]')" ""
banned "malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf" "use base/mem.h"
is "no goto" "$(grep -nE '(^|[;{}[:space:]])goto [a-z_]+;' labctl/*.c labctl/*/*.c)" ""
is "open(2) only with O_CLOEXEC" \
	"$(grep -nE '(^|[^a-z_])(open|openat)\(' labctl/*/*.c | grep -E 'O_(RD|WR|PATH)' |
		grep -vE 'O_CLOEXEC|fd_open|open\("/dev/null", O_RDWR\)|^[^:]*:[0-9]+:[[:space:]]*\*')" ""
