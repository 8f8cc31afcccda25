/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"

static int saved = -1;

/* Standard error goes to a memory file until end_capture. */
static void begin_capture(void)
{
	cleanup_fd int fd = memfd_create("stderr", MFD_CLOEXEC);

	saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	dup2(fd, STDERR_FILENO);
}

static void end_capture(struct str *text)
{
	lseek(STDERR_FILENO, 0, SEEK_SET);
	fd_read_all(STDERR_FILENO, text, 1 << 20, NULL);
	dup2(saved, STDERR_FILENO);
	fd_close(&saved);
}

static void levels_choose_what_is_said(void **state)
{
	cleanup(str_done) struct str text = STR_INIT;

	(void)state;
	begin_capture();
	for (int level = LOG_QUIET; level <= LOG_VERBOSE; level++) {
		log_set_level((enum log_level)level);
		log_info("info %d", level);
		log_verbose("verbose %d", level);
		log_warn("warn %d", level);
	}
	end_capture(&text);
	assert_string_equal(text.data, "labctl: warning: warn 0\n"
				       "info 1\nlabctl: warning: warn 1\n"
				       "info 2\nverbose 2\nlabctl: warning: warn 2\n");
}

static void progress_in_a_log_is_few_lines(void **state)
{
	cleanup(str_done) struct str text = STR_INIT;

	(void)state;
	log_set_level(LOG_NORMAL);
	begin_capture();
	log_progress_begin("fetch", 1000, "B");
	for (int i = 0; i < 1000; i++)
		log_progress_update(i, "detail");
	log_progress_end("done");
	log_progress_update(1, "late");
	end_capture(&text);
	assert_true(str_starts(text.data, "fetch: done ("));
	assert_int_equal(text.data[text.len - 1], '\n');
	assert_ptr_equal(strchr(text.data, '\n'), text.data + text.len - 1);
}

UNIT_TESTS(unit(levels_choose_what_is_said), unit(progress_in_a_log_is_few_lines))
