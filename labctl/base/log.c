/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages and progress on standard error. A bar is drawn over itself on a
 * terminal, at most 10 times a second; elsewhere a task prints its beginning,
 * at most one line a second, and its end. One lock keeps threads that
 * download from writing into each other's lines. Each line is one write(2),
 * so lines of several processes stay whole too.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

static enum log_level level = LOG_NORMAL;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	char *what;
	char *unit;
	int64_t total, done;
	int64_t begun_ns, shown_ns;
	bool active, terminal, drawn;
} task;

void log_set_level(enum log_level new_level)
{
	level = new_level;
}

enum log_level log_level(void)
{
	return level;
}

static void put(const struct str *s)
{
	fd_write_all(STDERR_FILENO, s->data, s->len, NULL);
}

/* One message line; a bar that stands there is wiped first and drawn again by the next update. */
__attribute__((format(printf, 2, 0))) static void message(const char *prefix, const char *fmt,
							  va_list ap)
{
	cleanup(str_done) struct str line = STR_INIT;
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	pthread_mutex_lock(&lock);
	if (task.drawn)
		str_add(&line, "\r\033[K");
	str_addf(&line, "%s%s\n", prefix, text);
	put(&line);
	task.drawn = false;
	task.shown_ns = 0;
	pthread_mutex_unlock(&lock);
	free(text);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	message("", fmt, ap);
	va_end(ap);
}

void log_verbose(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	message("", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message("labctl: warning: ", fmt, ap);
	va_end(ap);
}

static void add_amount(struct str *s, int64_t amount)
{
	char text[32];

	if (str_eq(task.unit, "B"))
		str_add(s, str_human_bytes(amount, text, sizeof(text)));
	else
		str_addf(s, "%lld", (long long)amount);
}

/* "what: 12.0 MiB of 80.1 MiB (15 %), detail" */
static void add_state(struct str *s, const char *detail)
{
	str_addf(s, "%s: ", task.what);
	add_amount(s, task.done);
	if (task.total > 0) {
		str_add(s, " of ");
		add_amount(s, task.total);
	}
	if (task.unit && !str_eq(task.unit, "B") && *task.unit)
		str_addf(s, " %s", task.unit);
	if (task.total > 0)
		str_addf(s, " (%d%%)", (int)(100.0 * (double)task.done / (double)task.total));
	if (detail && *detail)
		str_addf(s, ", %s", detail);
}

static void draw_bar(const char *detail)
{
	enum { WIDTH = 20, COLUMNS = 79 };
	cleanup(str_done) struct str line = STR_INIT, state = STR_INIT;

	str_add(&line, "\r");
	if (task.total > 0) {
		double part = (double)task.done / (double)task.total;
		int filled = (int)(WIDTH * (part < 0 ? 0 : part > 1 ? 1 : part));

		str_addc(&line, '[');
		for (int i = 0; i < WIDTH; i++)
			str_addc(&line, i < filled ? '#' : '.');
		str_add(&line, "] ");
	}
	add_state(&state, detail);
	str_addn(&line, state.data,
		 state.len < COLUMNS - WIDTH - 3 ? state.len : COLUMNS - WIDTH - 3);
	str_add(&line, "\033[K");
	put(&line);
	task.drawn = true;
}

static void print_line(const char *detail)
{
	cleanup(str_done) struct str line = STR_INIT;

	add_state(&line, detail);
	str_addc(&line, '\n');
	put(&line);
}

void log_progress_begin(const char *what, int64_t total, const char *unit)
{
	if (level < LOG_NORMAL)
		return;
	pthread_mutex_lock(&lock);
	free(task.what);
	free(task.unit);
	task.what = xstrdup(what);
	task.unit = xstrdup(unit);
	task.total = total;
	task.done = 0;
	task.begun_ns = clock_now_ns();
	task.shown_ns = task.begun_ns;
	task.active = true;
	task.terminal = isatty(STDERR_FILENO);
	task.drawn = false;
	if (task.terminal)
		draw_bar(NULL);
	pthread_mutex_unlock(&lock);
}

void log_progress_update(int64_t done, const char *detail)
{
	pthread_mutex_lock(&lock);
	if (task.active) {
		int64_t now = clock_now_ns();
		int64_t pause = task.terminal ? NS_PER_S / 10 : NS_PER_S;

		if (done >= 0)
			task.done = done;
		if (now - task.shown_ns >= pause) {
			task.shown_ns = now;
			if (task.terminal)
				draw_bar(detail);
			else
				print_line(detail);
		}
	}
	pthread_mutex_unlock(&lock);
}

void log_progress_end(const char *outcome)
{
	pthread_mutex_lock(&lock);
	if (task.active) {
		cleanup(str_done) struct str line = STR_INIT;
		char took[32];

		if (task.drawn)
			str_add(&line, "\r\033[K");
		if (outcome)
			str_addf(&line, "%s: %s (%s)\n", task.what, outcome,
				 str_human_ns(clock_now_ns() - task.begun_ns, took, sizeof(took)));
		put(&line);
		task.active = task.drawn = false;
	}
	pthread_mutex_unlock(&lock);
}
