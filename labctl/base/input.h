/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_BASE_INPUT_H
#define LABCTL_BASE_INPUT_H

/*
 * Files that somebody else laid out for us to read, as a student's sources:
 * plain files, and not by links of theirs to what is not theirs. Who runs labctl may
 * read more than they may, and what it reads goes where they see it.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* A descriptor. Links count as their owner's word: one of root's or of the caller's is followed,
 * another's only to a file of the same owner. ERR_USAGE: it is no such file. */
int input_open(const char *path, struct err *e);

int input_read(const char *path, struct str *out, size_t max_bytes, struct err *e);

#endif
