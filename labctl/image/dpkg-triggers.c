/* SPDX-License-Identifier: Apache-2.0 */
#include "image/dpkg-assemble.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "image/dpkg.h"

static int add_named_interest(struct assembly *a, const char *trigger, const char *package,
			      struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup_free char *name = xasprintf("triggers/%s", trigger);
	cleanup_free char *path = xasprintf(DPKG_DIR "/%s", name);

	if (strchr(trigger, '/'))
		return fail(e, ERR_SPEC, 0, "'%s' of %s is no name of a trigger", trigger, package);
	if (view_read(a->view, path, &text, DPKG_FILE_MAX, e) < 0)
		return -1;
	str_addf(&text, "%s\n", package);
	return dpkg_write_db(a, name, &text, e);
}

/* One line of a package's triggers file (deb-triggers(5)). What it activates, dpkg activates. */
static int add_interest(struct assembly *a, struct str *files, const struct unpacked *p,
			const char *line, struct err *e)
{
	char directive[32], trigger[512];

	if (sscanf(line, "%31s %511s", directive, trigger) != 2 ||
	    !str_starts(directive, "interest"))
		return 0;
	cleanup_free char *package = xasprintf(
	    "%s%s", p->info_name, str_eq(directive, "interest-noawait") ? "/noawait" : "");

	if (trigger[0] != '/')
		return add_named_interest(a, trigger, package, e);
	str_addf(files, "%s %s\n", trigger, package);
	return 0;
}

static int add_interests(struct assembly *a, struct str *files, const struct unpacked *p,
			 struct err *e)
{
	cleanup(str_done) struct str text = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;
	cleanup_free char *path = xasprintf(DPKG_DIR "/info/%s.triggers", p->info_name);

	if (view_read(a->view, path, &text, DPKG_FILE_MAX, e) < 0)
		return -1;
	strv_split(&lines, text.data, '\n');
	for (size_t i = 0; i < lines.len; i++)
		if (add_interest(a, files, p, lines.items[i], e))
			return -1;
	return 0;
}

static bool is_set_off(const struct assembly *a, const char *trigger)
{
	size_t len = strlen(trigger);

	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < a->packages[i].files.len; k++) {
			const char *file = a->packages[i].files.items[k];

			if (strncmp(file, trigger, len) == 0 &&
			    (file[len] == '/' || file[len] == '\0'))
				return true;
		}
	return false;
}

/*
 * Who waits for which path, and which of these paths got files now. dpkg reads the latter from
 * triggers/Unincorp when it starts, and leaves out packages that it configures anyway.
 */
int dpkg_write_triggers(struct assembly *a, struct err *e)
{
	cleanup(str_done) struct str activated = STR_INIT;
	cleanup(strv_done) struct strv lines = STRV_INIT;
	cleanup(str_done) struct str files = STR_INIT; /* lines "<path> <package>[/noawait]" */
	int result = view_read(a->view, DPKG_DIR "/triggers/File", &files, DPKG_FILE_MAX, e);

	for (size_t i = 0; i < a->count && result >= 0; i++)
		result = add_interests(a, &files, &a->packages[i], e);
	strv_split(&lines, files.data, '\n');
	for (size_t i = 0; i < lines.len; i++) {
		lines.items[i][strcspn(lines.items[i], " ")] = '\0';
		if (is_set_off(a, lines.items[i]))
			str_addf(&activated, "%s -\n", lines.items[i]);
	}
	if (result >= 0)
		result = dpkg_write_db(a, "triggers/File", &files, e);
	if (result >= 0)
		result = dpkg_write_db(a, "triggers/Unincorp", &activated, e);
	return result < 0 ? -1 : 0;
}
