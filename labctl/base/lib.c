/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lib.h"

#include <dlfcn.h>

/* One missing symbol makes the whole library unusable: better now than at the first call. */
static int find_symbols(const struct lib *lib, void *handle, const char *soname, struct err *e)
{
	for (const struct lib_symbol *s = lib->symbols; s->name; s++) {
		*s->slot = dlsym(handle, s->name);
		if (!*s->slot) {
			fail(e, ERR_HOST, 0, "%s has no function %s: it is too old or too new",
			     soname, s->name);
			return hint(e, "install the release's own package: apt-get install %s",
				    lib->package);
		}
	}
	return 0;
}

int lib_open(struct lib *lib, struct err *e)
{
	const char *const *name = lib->names;
	void *handle = NULL;

	if (lib->handle)
		return 0;
	for (; name < lib->names + 3 && *name; name++) {
		handle = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
		if (handle)
			break;
	}
	if (!handle) {
		const char *why = dlerror();

		fail(e, ERR_HOST, 0, "load the library %s: %s", lib->names[0],
		     why ? why : "not found");
		return hint(e, "apt-get install %s", lib->package);
	}
	if (find_symbols(lib, handle, *name, e)) {
		dlclose(handle);
		return -1;
	}
	lib->handle = handle;
	return 0;
}
