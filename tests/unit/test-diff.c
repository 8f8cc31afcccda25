/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "deb.h"
#include "image/diff.h"
#include "image/gc.h"
#include "image/record.h"
#include "image/store.h"

static char *state_dir;

/* Makes a layer whose listing is this text; only the listing is looked at. */
static void make_layer(const char *lines, struct strv *layers)
{
	cleanup_free char *text = xasprintf("labctl-layer 1\n%s", lines);
	char digest[HASH_HEX_SIZE];

	hash_hex(text, strlen(text), digest);
	cleanup_free char *name = xasprintf("lib/layers/%s/listing", digest);

	scratch_file(state_dir, name, text);
	strv_add(layers, digest);
}

/* An image of two layers and one package; its digest. The caller frees. */
static char *make_image(const char *name, const char *upper, const char *lower, const char *package,
			const char *version)
{
	struct record_package p = {(char *)package, (char *)version, (char *)"amd64"};
	cleanup(strv_done) struct strv layers = STRV_INIT;
	char digest[HASH_HEX_SIZE];
	struct err e;

	make_layer(upper, &layers);
	make_layer(lower, &layers);
	record_digest(name, &layers, digest);
	struct record r = {.schema = 1,
			   .name = (char *)name,
			   .digest = digest,
			   .inputs = digest,
			   .lock = digest,
			   .layers = layers,
			   .packages = &p,
			   .package_count = 1};

	assert_int_equal(record_save(&r, &e), 0);
	return xstrdup(digest);
}

static const char base[] = "d 755 0 0 1 - - etc\nf 644 0 0 1 1 aa etc/conf\n"
			   "f 644 0 0 1 1 bb etc/gone\n"
			   "d 755 0 0 1 - - usr\nd 755 0 0 1 - - usr/share\n"
			   "d 755 0 0 1 - - usr/share/doc\nf 644 0 0 1 1 cc usr/share/doc/x\n";

static const struct diff_file *find(const struct diff *d, const char *path)
{
	for (size_t i = 0; i < d->file_count; i++)
		if (str_eq(d->files[i].path, path))
			return &d->files[i];
	return NULL;
}

static void compares_layers_as_they_are_merged(void **state)
{
	struct diff d;
	struct err e;

	(void)state;
	free(make_image("one", "", base, "tool", "1"));
	free(make_image("two",
			"f 755 0 0 2 1 aa etc/conf\nw - - - - - - etc/gone\n"
			"f 644 0 0 1 1 dd etc/new\n",
			base, "tool", "1"));
	assert_int_equal(diff_images("one", "two", &d, &e), 0);
	assert_int_equal(d.file_count, 3);
	assert_int_equal(d.package_count, 0);
	assert_string_equal(find(&d, "/etc/conf")->what, "mode");
	assert_int_equal(find(&d, "/etc/gone")->change, DIFF_REMOVED);
	assert_int_equal(find(&d, "/etc/new")->change, DIFF_ADDED);
	diff_done(&d);
	assert_int_equal(diff_images("two", "two", &d, &e), 0);
	assert_int_equal(d.file_count, 0);
	diff_done(&d);
}

static void an_opaque_directory_hides_what_was_there(void **state)
{
	struct diff d;
	struct err e;

	(void)state;
	free(make_image("one", "", base, "tool", "1"));
	free(make_image("opaque", "d 755 0 0 1 - - etc trusted.overlay.opaque=79\n", base, "tool",
			"1"));
	assert_int_equal(diff_images("one", "opaque", &d, &e), 0);
	assert_int_equal(d.file_count, 3); /* two files, and the mark on the directory */
	assert_int_equal(find(&d, "/etc/conf")->change, DIFF_REMOVED);
	diff_done(&d);
}

static void hard_links_count_as_the_file(void **state)
{
	struct diff d;
	struct err e;

	(void)state;
	free(make_image("copy", "f 644 0 0 1 1 aa a\nf 644 0 0 1 1 aa b\n", "", "tool", "1"));
	free(make_image("link", "f 644 0 0 1 1 aa a\nh - - - - - a b\n", "", "tool", "1"));
	assert_int_equal(diff_images("copy", "link", &d, &e), 0);
	assert_int_equal(d.file_count, 0);
	diff_done(&d);
}

static void says_whether_timings_can_change(void **state)
{
	static const char docs[] = "f 644 0 0 1 1 zz usr/share/doc/x\n";
	static const char code[] = "f 755 0 0 1 1 zz usr/bin/tool\n";
	static const char other[] = "f 755 0 0 1 1 yy usr/bin/tool\n";
	struct diff d;
	struct err e;

	(void)state;
	free(make_image("one", "", base, "tool", "1"));
	free(make_image("docs", docs, base, "tool", "2"));
	assert_int_equal(diff_images("one", "docs", &d, &e), 0);
	assert_int_equal(d.package_count, 1);
	assert_int_equal(d.file_count, 1);
	assert_int_equal(d.timing.len, 0);
	diff_done(&d);
	free(make_image("code", code, base, "libc6", "1"));
	free(make_image("other", other, base, "libc6", "2"));
	assert_int_equal(diff_images("code", "other", &d, &e), 0);
	assert_int_equal(d.timing.len, 1);
	assert_string_equal(d.timing.items[0], "libc6: the C library and its allocator");
	diff_done(&d);
	free(make_image("other", other, base, "libc6", "1"));
	assert_int_equal(diff_images("code", "other", &d, &e), 0);
	assert_string_equal(d.timing.items[0],
			    "1 file that programs may run or read, such as /usr/bin/tool");
	diff_done(&d);
}

static void images_are_found_by_name_and_digest(void **state)
{
	cleanup_free char *old = make_image("found", "", base, "tool", "1");
	cleanup_free char *new = make_image("found", "f 644 0 0 1 1 aa x\n", base, "tool", "1");
	struct record r;
	struct err e;

	(void)state;
	assert_int_equal(record_load("found", &r, &e), 0);
	assert_string_equal(r.digest, new);
	assert_true(record_is_named(&r));
	record_done(&r);
	cleanup_free char *prefix = xstrndup(old, 8);

	assert_int_equal(record_load(prefix, &r, &e), 0);
	assert_string_equal(r.digest, old);
	assert_false(record_is_named(&r));
	record_done(&r);
	assert_int_equal(record_load("nothing", &r, &e), -1);
	assert_non_null(strstr(e.hint, "the images are: base"));
}

static void gc_takes_earlier_builds(void **state)
{
	cleanup_free char *old = make_image("kept", "", base, "tool", "1");
	cleanup_free char *new = make_image("kept", "f 644 0 0 1 1 aa y\n", base, "tool", "1");
	const struct gc_options options = {.dry_run = false};
	cleanup(gc_report_done) struct gc_report report;
	struct record r;
	struct err e;

	(void)state;
	assert_int_equal(gc_run(&options, &report, &e), 0);
	assert_int_equal(record_load(old, &r, &e), -1);
	assert_int_equal(record_load(new, &r, &e), 0);
	assert_true(store_has(r.layers.items[0]));
	record_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    unit(compares_layers_as_they_are_merged),
	    unit(an_opaque_directory_hides_what_was_there),
	    unit(hard_links_count_as_the_file),
	    unit(says_whether_timings_can_change),
	    unit(images_are_found_by_name_and_digest),
	    unit(gc_takes_earlier_builds),
	};

	state_dir = scratch_make();
	setenv("LABCTL_ROOT", state_dir, 1);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove(state_dir);
	return failed;
}
