/* SPDX-License-Identifier: Apache-2.0 */
#include "image/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/lib.h"
#include "base/mem.h"

static struct {
	LIB_FN(archive_read_new);
	LIB_FN(archive_read_free);
	LIB_FN(archive_read_support_filter_gzip);
	LIB_FN(archive_read_support_filter_xz);
	LIB_FN(archive_read_support_filter_zstd);
	LIB_FN(archive_read_support_format_tar);
	LIB_FN(archive_read_open_memory);
	LIB_FN(archive_read_next_header);
	LIB_FN(archive_read_data_block);
	LIB_FN(archive_error_string);
	LIB_FN(archive_entry_pathname);
	LIB_FN(archive_entry_filetype);
	LIB_FN(archive_entry_perm);
	LIB_FN(archive_entry_uid);
	LIB_FN(archive_entry_gid);
	LIB_FN(archive_entry_mtime);
	LIB_FN(archive_entry_size);
	LIB_FN(archive_entry_symlink);
	LIB_FN(archive_entry_hardlink);
} la;

static const struct lib_symbol symbols[] = {
    LIB_SYM(la, archive_read_new),
    LIB_SYM(la, archive_read_free),
    LIB_SYM(la, archive_read_support_filter_gzip),
    LIB_SYM(la, archive_read_support_filter_xz),
    LIB_SYM(la, archive_read_support_filter_zstd),
    LIB_SYM(la, archive_read_support_format_tar),
    LIB_SYM(la, archive_read_open_memory),
    LIB_SYM(la, archive_read_next_header),
    LIB_SYM(la, archive_read_data_block),
    LIB_SYM(la, archive_error_string),
    LIB_SYM(la, archive_entry_pathname),
    LIB_SYM(la, archive_entry_filetype),
    LIB_SYM(la, archive_entry_perm),
    LIB_SYM(la, archive_entry_uid),
    LIB_SYM(la, archive_entry_gid),
    LIB_SYM(la, archive_entry_mtime),
    LIB_SYM(la, archive_entry_size),
    LIB_SYM(la, archive_entry_symlink),
    LIB_SYM(la, archive_entry_hardlink),
    LIB_END,
};

static struct lib library = {
    .names = {"libarchive.so.13"}, .package = "libarchive13", .symbols = symbols};

struct tarball {
	struct archive *archive;
	int64_t offset; /* of the next byte of the member's content */
	/* A piece that libarchive gave while zeros of the hole before it are still owed. */
	const void *piece;
	size_t piece_size;
	int64_t piece_offset;
};

int tarball_prepare(struct err *e)
{
	return lib_open(&library, e);
}

static int damaged(struct tarball *t, struct err *e)
{
	const char *why = la.archive_error_string(t->archive);

	return fail(e, ERR_SPEC, 0, "the archive is damaged: %s", why ? why : "unknown reason");
}

/* A warning here only says that a helper program would be used, and then it is missing. */
static bool support_filters(struct archive *a)
{
	return la.archive_read_support_filter_gzip(a) >= ARCHIVE_WARN &&
	       la.archive_read_support_filter_xz(a) == ARCHIVE_OK &&
	       la.archive_read_support_filter_zstd(a) >= ARCHIVE_WARN;
}

static struct tarball *open_archive(const void *bytes, size_t size, bool filters, struct err *e)
{
	if (tarball_prepare(e))
		return NULL;
	struct tarball *t = xcalloc(1, sizeof(*t));

	t->archive = la.archive_read_new();
	if (!t->archive || (filters && !support_filters(t->archive)) ||
	    la.archive_read_support_format_tar(t->archive) != ARCHIVE_OK ||
	    la.archive_read_open_memory(t->archive, bytes, size) != ARCHIVE_OK) {
		damaged(t, e);
		tarball_close(t);
		return NULL;
	}
	return t;
}

struct tarball *tarball_open(const void *bytes, size_t size, struct err *e)
{
	return open_archive(bytes, size, true, e);
}

struct tarball *tarball_open_plain(const void *bytes, size_t size, struct err *e)
{
	return open_archive(bytes, size, false, e);
}

void tarball_close(struct tarball *t)
{
	if (!t)
		return;
	la.archive_read_free(t->archive);
	free(t);
}

static void set_type(struct archive_entry *entry, struct tarball_member *out)
{
	out->link = la.archive_entry_hardlink(entry);
	if (out->link) {
		out->type = TARBALL_HARDLINK;
		out->type_name = "hard link";
		return;
	}
	switch (la.archive_entry_filetype(entry)) {
	case AE_IFREG:
		out->type = TARBALL_FILE;
		out->type_name = "file";
		break;
	case AE_IFDIR:
		out->type = TARBALL_DIR;
		out->type_name = "directory";
		break;
	case AE_IFLNK:
		out->type = TARBALL_SYMLINK;
		out->type_name = "symbolic link";
		out->link = la.archive_entry_symlink(entry);
		break;
	case AE_IFCHR:
	case AE_IFBLK:
		out->type = TARBALL_OTHER;
		out->type_name = "device";
		break;
	default:
		out->type = TARBALL_OTHER;
		out->type_name = "special file";
	}
}

int tarball_next(struct tarball *t, struct tarball_member *out, struct err *e)
{
	struct archive_entry *entry;
	int r = la.archive_read_next_header(t->archive, &entry);

	if (r == ARCHIVE_EOF)
		return 0;
	if (r != ARCHIVE_OK)
		return damaged(t, e);
	*out = (struct tarball_member){
	    .path = la.archive_entry_pathname(entry),
	    .mode = la.archive_entry_perm(entry) & 07777,
	    .uid = (uid_t)la.archive_entry_uid(entry),
	    .gid = (gid_t)la.archive_entry_gid(entry),
	    .mtime = la.archive_entry_mtime(entry),
	    .size = la.archive_entry_size(entry),
	};
	set_type(entry, out);
	if (!out->path || ((out->type == TARBALL_SYMLINK) && !out->link))
		return fail(e, ERR_SPEC, 0, "the archive is damaged: a member without a name");
	t->offset = 0;
	t->piece = NULL;
	return 1;
}

static const char zeros[65536];

static int give(struct tarball *t, const void *bytes, size_t n, const void **data, size_t *size)
{
	*data = bytes;
	*size = n;
	t->offset += (int64_t)n;
	return 1;
}

int tarball_read(struct tarball *t, const void **data, size_t *size, struct err *e)
{
	if (!t->piece) {
		la_int64_t offset;
		int r = la.archive_read_data_block(t->archive, &t->piece, &t->piece_size, &offset);

		if (r == ARCHIVE_EOF) {
			t->piece = NULL;
			return 0;
		}
		if (r != ARCHIVE_OK || offset < t->offset)
			return damaged(t, e);
		t->piece_offset = offset;
	}
	if (t->offset < t->piece_offset) {
		int64_t hole = t->piece_offset - t->offset;

		return give(t, zeros, (size_t)hole < sizeof(zeros) ? (size_t)hole : sizeof(zeros),
			    data, size);
	}
	return give(t, take_ptr(t->piece), t->piece_size, data, size);
}
