/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A student reads these lines more often than any other that labctl prints, so
 * each says what happened, where, and what usually causes it.
 */
#include "bench/fault.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

enum { WORDS_MAX = 400 };

#define GUEST_EXERCISE "/lab/exercise" /* setting.h: what a guest sees */

/* U+200E, U+200F, U+2028..U+202E, U+2060..U+206F: not the quotation marks of compilers, which stand
 * between them. */
static bool reorders(unsigned char second, unsigned char third)
{
	if (second == 0x81)
		return third >= 0xa0;
	return third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae);
}

/* Length of the well-formed UTF-8 sequence at s that is no control character; 0: none. */
static size_t printable_length(const unsigned char *s)
{
	size_t length = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if (s[0] < 0x20 || s[0] == 0x7f || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* C1 controls (an 8-bit escape), and what reorders text on the screen. */
	if (s[0] == 0xc2 && s[1] < 0xa0)
		return 0;
	if (s[0] == 0xe2 && (s[1] == 0x80 || s[1] == 0x81) && reorders(s[1], s[2]))
		return 0;
	return length;
}

static char *clean(const char *text, bool keep_blanks)
{
	cleanup(str_done) struct str out = STR_INIT;
	bool blank = true;

	for (const unsigned char *s = (const unsigned char *)text; *s && out.len < WORDS_MAX;) {
		size_t length = printable_length(s);
		bool space = *s < 0x21 || *s == 0x7f;

		if (space && (keep_blanks || !blank))
			str_addc(&out, ' ');
		else if (!space && length > 0)
			str_addn(&out, s, length);
		else if (!space)
			str_addc(&out, '?');
		blank = space;
		s += length > 0 ? length : 1;
	}
	if (out.len >= WORDS_MAX)
		str_add(&out, "...");
	return str_take(&out);
}

char *fault_clean(const char *text)
{
	return clean(text, false);
}

char *fault_clean_line(const char *line)
{
	return clean(line, true);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The harness' own complaints need no name of a class: their message says it all. */
static bool of_harness(const char *type)
{
	return str_eq(type, "Misshapen") || str_eq(type, "Unserialisable");
}

bool fault_raised(const struct worker *w, enum worker_event event, struct fault *out)
{
	json_error_t why;

	if (event != WORKER_FRAME || w->frame_type != FRAME_ERROR)
		return false;
	json_t *error = json_loadb(w->frame.data, w->frame.len, 0, &why);
	const char *type = text_of(error, "type");
	const bool named = *type && !of_harness(type);
	cleanup_free char *words =
	    xasprintf("%s%s%s", named ? type : "", named ? ": " : "", text_of(error, "message"));
	const bool readable = json_is_object(error);

	if (readable)
		*out = (struct fault){
		    .file = fault_clean(text_of(error, "file")),
		    .line = json_integer_value(json_object_get(error, "line")),
		    .words = fault_clean(words),
		};
	json_decref(error);
	return readable;
}

void fault_done(struct fault *f)
{
	free(f->file);
	free(f->words);
	*f = (struct fault){0};
}

/* "solution.py, line 12: ZeroDivisionError: division by zero" */
static char *raised_words(const struct worker *w)
{
	cleanup(fault_done) struct fault f = {0};
	cleanup(str_done) struct str text = STR_INIT;

	if (!fault_raised(w, WORKER_FRAME, &f))
		return xstrdup("it reported an error that cannot be read");
	str_add(&text, f.file);
	if (f.line > 0)
		str_addf(&text, ", line %lld", (long long)f.line);
	str_addf(&text, ": %s", f.words);
	return fault_clean(text.data);
}

/* The `File "...", line 7 in run` that tells most: of the exercise, else the innermost. */
static const char *crash_frame(const char *fatal)
{
	const char *first = strstr(fatal, "File \"");

	for (const char *p = first; p; p = strstr(p + 1, "File \""))
		if (str_starts(p, "File \"/lab/") && !str_starts(p, "File \"/lab/harness/"))
			return p;
	return first;
}

/* Where the interpreter crashed, as Python's faulthandler printed it: "solution.py, line 7 in run";
 * NULL: it did not. */
static char *crash_place(const char *tail)
{
	const char *fatal = strstr(tail, "Fatal Python error");
	const char *frame = fatal ? crash_frame(fatal) : NULL;

	if (!frame)
		return NULL;
	frame += strlen("File \"");
	cleanup_free char *file = xstrndup(frame, strcspn(frame, "\"\n"));
	const char *rest = frame + strlen(file) + (frame[strlen(file)] == '"');
	cleanup_free char *place =
	    xasprintf("%s%.*s", path_base(file), (int)strcspn(rest, "\n"), rest);

	return fault_clean(place);
}

/*
 *	Timeout (0:00:08)!
 *	Thread 0x00007f... (most recent call first):
 *	  File "/lab/exercise/variants/baseline.py", line 12 in common
 *
 * A thread of workload.py's own may stand there too; the main thread, which answers, comes last.
 */
bool fault_stuck(const char *tail, struct fault *out)
{
	static const char thread[] = "Thread 0x", frame[] = "  File \"" GUEST_EXERCISE "/";
	const char *at = NULL;

	for (const char *p = strstr(tail, thread); p; p = strstr(p + 1, thread))
		at = p;
	at = at ? strstr(at, frame) : NULL;
	if (!at)
		return false;
	at += strlen(frame);
	cleanup_free char *file = xstrndup(at, strcspn(at, "\"\n"));
	const char *line = strstr(at, ", line ");
	const char *in = line ? strstr(line, " in ") : NULL;

	if (!in)
		return false;
	cleanup_free char *function = xstrndup(in + 4, strcspn(in + 4, "\n"));

	*out = (struct fault){.file = fault_clean(file),
			      .line = strtoll(line + strlen(", line "), NULL, 10),
			      .words = fault_clean(function)};
	return true;
}

/* The last line that is not empty of what the guest printed; NULL: nothing. */
static char *last_line(const struct str *tail)
{
	size_t end = tail->len;

	while (end > 0 && strchr(" \t\r\n", tail->data[end - 1]))
		end--;
	size_t begin = end;

	while (begin > 0 && tail->data[begin - 1] != '\n')
		begin--;
	if (begin == end)
		return NULL;
	cleanup_free char *line = xstrndup(tail->data + begin, end - begin);

	return fault_clean(line);
}

/* What a crash usually means. Python code alone does not crash. */
static const char *crash_meaning(int signal)
{
	switch (signal) {
	case SIGSEGV:
	case SIGBUS:
		return "foreign code touched memory that is not its own";
	case SIGFPE:
		return "foreign code divided by zero";
	case SIGILL:
		return "foreign code reached an instruction that is none";
	case SIGABRT:
		return "foreign code gave up";
	default:
		return NULL;
	}
}

static char *ended_words(const struct worker *w)
{
	const struct sandbox_outcome *o = &w->outcome;
	const char *meaning = o->ending == SANDBOX_SIGNALED ? crash_meaning(o->status) : NULL;
	cleanup(str_done) struct str text = STR_INIT;

	if (o->ending == SANDBOX_EXITED)
		str_addf(&text, "it exited with status %d before it gave a result", o->status);
	else
		str_add(&text, o->words);
	if (meaning)
		str_addf(&text, ": %s", meaning);
	cleanup_free char *place = crash_place(w->tail.data);
	cleanup_free char *line = last_line(&w->tail);

	if (place)
		str_addf(&text, "; the interpreter crashed in %s", place);
	else if (line && (o->ending == SANDBOX_EXITED || o->ending == SANDBOX_SIGNALED))
		str_addf(&text, "; its last words: %s", line);
	return str_take(&text);
}

char *fault_words(const struct worker *w, enum worker_event event, int64_t limit_ns)
{
	char size[32];

	switch (event) {
	case WORKER_FRAME:
		if (w->frame_type == FRAME_ERROR)
			return raised_words(w);
		return xasprintf("it sent a frame '%c' out of turn", w->frame_type);
	case WORKER_DEADLINE:
		return xasprintf("no result within %s: an endless loop, or far too slow",
				 str_human_ns(limit_ns, size, sizeof(size)));
	case WORKER_FLOOD:
		return xasprintf("stopped: it printed more than %s; run() returns its result, "
				 "printing is for traces",
				 str_human_bytes(w->output_limit, size, sizeof(size)));
	case WORKER_GARBLED:
		return xasprintf("stopped: %s", w->why);
	case WORKER_ENDED:
		return ended_words(w);
	}
	return xstrdup("it did something unknown");
}

enum result_ending fault_ending(const struct worker *w, enum worker_event event)
{
	static const enum result_ending of_sandbox[] = {
	    [SANDBOX_EXITED] = ENDING_EXITED,         [SANDBOX_SIGNALED] = ENDING_SIGNALED,
	    [SANDBOX_LIMIT_TIME] = ENDING_LIMIT_TIME, [SANDBOX_LIMIT_MEMORY] = ENDING_LIMIT_MEMORY,
	    [SANDBOX_LIMIT_PIDS] = ENDING_LIMIT_PIDS, [SANDBOX_LIMIT_OUTPUT] = ENDING_LIMIT_OUTPUT,
	    [SANDBOX_LIMIT_DISK] = ENDING_LIMIT_DISK, [SANDBOX_KILLED] = ENDING_SIGNALED,
	};

	switch (event) {
	case WORKER_FRAME:
		return ENDING_ERROR;
	case WORKER_DEADLINE:
		return ENDING_LIMIT_TIME;
	case WORKER_FLOOD:
	case WORKER_GARBLED:
		return ENDING_LIMIT_OUTPUT;
	case WORKER_ENDED:
		return of_sandbox[w->outcome.ending];
	}
	return ENDING_HOST;
}
