/* SPDX-License-Identifier: Apache-2.0 */
#include "spec/config.h"

#include "base/mem.h"
#include "base/path.h"

static const struct field config_fields[] = {
    {.key = "mirror",
     .type = FIELD_STRING,
     .offset = offsetof(struct config, mirror),
     .help = "URL of the Debian mirror to fetch packages from, instead of apt's"},
    {.key = "keyring",
     .type = FIELD_STRING,
     .offset = offsetof(struct config, keyring),
     .help = "keyring that signs the mirror's index, instead of Debian's"},
    {.type = FIELD_END},
};

const struct schema config_schema = {
    .title = "labctl.yaml",
    .summary = "What differs from host to host: `/etc/labctl/labctl.yaml`; it may be missing.",
    .size = sizeof(struct config),
    .fields = config_fields,
};

int config_load(struct config *out, struct err *e)
{
	cleanup_free char *path = path_join(path_config_dir(), "labctl.yaml");

	*out = (struct config){0};
	return path_exists(path) ? schema_load(&config_schema, path, out, e) : 0;
}

void config_done(struct config *c)
{
	schema_done(&config_schema, c);
}
