/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for libFuzzer in the ordinary run: feeds every file of a corpus
 * directory to the target, under the sanitizers, and prints TAP.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int list_files(const char *dir_name, struct strv *names)
{
	DIR *dir = opendir(dir_name);

	if (!dir)
		return -1;
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			strv_add(names, entry->d_name);
	closedir(dir);
	strv_sort(names);
	return 0;
}

int main(int argc, char **argv)
{
	cleanup(strv_done) struct strv names = STRV_INIT;

	if (argc != 2 || list_files(argv[1], &names)) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
		return 2;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("ok 1 - empty input\n");
	for (size_t i = 0; i < names.len; i++) {
		cleanup_free char *path = path_join(argv[1], names.items[i]);
		cleanup(str_done) struct str text = STR_INIT;
		struct err e;

		if (fd_read_file_at(AT_FDCWD, path, &text, 1 << 24, &e)) {
			fprintf(stderr, "%s\n", e.msg);
			return 1;
		}
		printf("# %s\n", names.items[i]);
		fflush(stdout);
		/* an exact copy, so that reading one byte too far is caught */
		cleanup_free uint8_t *copy = xmemdup(text.data, text.len);

		LLVMFuzzerTestOneInput(copy, text.len);
		printf("ok %zu - %s\n", i + 2, names.items[i]);
	}
	printf("1..%zu\n", names.len + 1);
	return 0;
}
