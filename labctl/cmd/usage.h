/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_CMD_USAGE_H
#define LABCTL_CMD_USAGE_H

/* What a command says about itself, made from its table: --help and its manual page. */

#include "base/str.h"
#include "cmd/command.h"

/* `path` is what is typed to reach the command: "exec", "image build". */
void usage_help(const struct command *c, const char *path, struct str *out);

/* All commands, one line each. */
void usage_overview(struct str *out);

/* The same as manual pages (man(7)): what docs/man/ has to add is put behind it by the Makefile. */
void usage_man(const struct command *c, const char *path, struct str *out);
void usage_man_overview(struct str *out);

#endif
