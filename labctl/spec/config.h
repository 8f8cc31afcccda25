/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SPEC_CONFIG_H
#define LABCTL_SPEC_CONFIG_H

/* <config>/labctl.yaml: what differs from host to host. */

#include "base/err.h"
#include "spec/schema.h"

struct config {
	char *mirror;  /* URL, or NULL: the host's apt configuration decides */
	char *keyring; /* of the archive's keys, or NULL: Debian's own */
};

/* A host without the file has all defaults. */
int config_load(struct config *out, struct err *e);
void config_done(struct config *c);

extern const struct schema config_schema;

#endif
