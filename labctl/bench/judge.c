/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge stays up for a whole run. It sees outputs of code that nobody
 * trusts, so one may drive it out of memory or time, or make check.py raise:
 * then that output is wrong, and a new judge is started for the next. (Were it
 * check.py's own mistake, it would refuse the baseline too, which run.c calls
 * the exercise's fault.) Whatever else goes wrong with it is the fault of the
 * exercise's files, and ends the run with their name: also where it does not
 * answer, for it prints where it is shortly before its time is over.
 */
#include "bench/judge.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "bench/fault.h"
#include "bench/patience.h"

/* Weyl increment: neighbouring calls get unrelated generators. */
static const uint64_t CALL_STEP = 0x9e3779b97f4a7c15;
static const int64_t ANSWER_MIN_NS = 10 * NS_PER_S;
static const int64_t ANSWER_MAX_NS = 300 * NS_PER_S;
static const int64_t JUDGE_FRAME_BYTES = INT64_C(256) << 20;
static const int64_t JUDGE_OUTPUT_BYTES = INT64_C(1) << 20;

enum { ANSWER_FACTOR = 2 /* times what a sample may take: trial.c wants half for the baseline */ };

void judge_init(struct judge *j, struct setting *s)
{
	*j = (struct judge){.setting = s, .worker = WORKER_INIT};
}

static void stop(struct judge *j)
{
	worker_done(&j->worker);
	j->running = false;
}

void judge_destroy(struct judge *j)
{
	stop(j);
	for (size_t i = 0; i < j->known_count; i++)
		free(j->known[i].reason);
	free(take_ptr(j->known));
	j->known_count = 0;
	j->known_cap = 0;
}

/* The oracle is the baseline, so it has the exercise's own limit, and some more. */
static struct patience patience(const struct judge *j)
{
	int64_t limit = ANSWER_FACTOR * j->setting->exercise->limits.time_ns;

	if (limit <= 0 || limit > ANSWER_MAX_NS)
		limit = ANSWER_MAX_NS;
	return (struct patience){.limit_ns = limit < ANSWER_MIN_NS ? ANSWER_MIN_NS : limit};
}

/* It did not answer in time. Who waits wants to know which line to look at. */
static int blame_line(struct judge *j, const struct patience *p, struct err *e)
{
	struct fault *f = &j->blamed;
	cleanup_free char *function = take_ptr(f->words);
	char limit[32];

	str_human_ns(p->limit_ns, limit, sizeof(limit));
	if (p->left_ns < p->limit_ns) {
		fault_done(f);
		fail(e, ERR_HOST, 0,
		     "exercise '%s': its judge had too little of the CPUs to answer",
		     j->setting->exercise->name);
		stop(j);
		return hint(e, "try again when the machine has less to do");
	}
	f->words =
	    xasprintf("%s() had not ended after %s: an endless loop? The oracle has %d times "
		      "a sample's limit of time ('time' in exercise.yaml)",
		      function, limit, ANSWER_FACTOR);
	fail(e, ERR_SPEC, 0, "exercise '%s': its judge: %s, line %lld: %s",
	     j->setting->exercise->name, f->file, (long long)f->line, f->words);
	stop(j);
	return hint(e,
		    "the judge makes the input and asks the baseline for the right answer: "
		    "`labctl exercise check %s`",
		    j->setting->exercise->name);
}

/* What the judge did instead of answering, as an error of the exercise. */
static int blame_exercise(struct judge *j, enum worker_event event, const struct patience *p,
			  struct err *e)
{
	cleanup_free char *words = fault_words(&j->worker, event, p->limit_ns);

	fault_done(&j->blamed);
	if (event == WORKER_DEADLINE && fault_stuck(j->worker.tail.data, &j->blamed))
		return blame_line(j, p, e);
	fault_raised(&j->worker, event, &j->blamed);
	fail(e, ERR_SPEC, 0, "exercise '%s': its judge: %s", j->setting->exercise->name, words);
	stop(j);
	return hint(e, "workload.py and check.py run in it: `labctl exercise check %s`",
		    j->setting->exercise->name);
}

static int start(struct judge *j, struct err *e)
{
	struct guest guest;
	enum worker_event event = WORKER_FRAME;
	struct patience p = patience(j);
	int rc = guest_init(&guest, j->setting, GUEST_JUDGE, NULL, "judge.py", e);

	strv_add(&guest.argv, GUEST_EXERCISE_DIR);
	strv_addf(&guest.env, "LABCTL_JUDGE_SECONDS=%lld", (long long)(p.limit_ns / NS_PER_S));
	if (!rc)
		rc = worker_start(&j->worker, guest_spec(&guest), JUDGE_FRAME_BYTES,
				  JUDGE_OUTPUT_BYTES, e);
	guest_done(&guest);
	if (!rc)
		rc = patience_wait(&j->worker, &p, "the judge starts", &event, e);
	if (rc) {
		stop(j);
		return wrap(e, "start the judge of '%s'", j->setting->exercise->name);
	}
	if (event != WORKER_FRAME || j->worker.frame_type != FRAME_READY)
		return blame_exercise(j, event, &p, e);
	j->running = true;
	return 0;
}

static int ask(struct judge *j, enum frame_type type, const struct iovec *pieces, int count,
	       struct patience *p, enum worker_event *event, struct err *e)
{
	const char *what =
	    type == FRAME_CHECK ? "the judge looks at an output" : "the judge makes an input";
	int64_t begin = clock_now_ns();
	char time[32];

	if (!j->running && start(j, e))
		return -1;
	if (worker_post(&j->worker, type, pieces, count, e) ||
	    patience_wait(&j->worker, p, what, event, e)) {
		stop(j);
		return wrap(e, "ask the judge of '%s'", j->setting->exercise->name);
	}
	log_verbose("judge: %s in %s", type == FRAME_CHECK ? "an output checked" : "an input made",
		    str_human_ns(clock_now_ns() - begin, time, sizeof(time)));
	return 0;
}

int judge_workload(struct judge *j, uint64_t seed, struct str *input, struct err *e)
{
	enum worker_event event;
	cleanup_free char *request =
	    xasprintf("{\"seed\": %llu, \"size\": \"%s\", \"parameters\": %s}",
		      (unsigned long long)seed, j->setting->size->name, j->setting->parameters);
	struct iovec piece = {request, strlen(request)};
	struct patience p = patience(j);

	if (ask(j, FRAME_WORKLOAD, &piece, 1, &p, &event, e))
		return -1;
	if (event != WORKER_FRAME || j->worker.frame_type != FRAME_RESULT)
		return blame_exercise(j, event, &p, e);
	str_clear(input);
	str_addn(input, j->worker.frame.data, j->worker.frame.len);
	return 0;
}

uint64_t judge_call_seed(uint64_t seed, size_t call)
{
	struct rng rng;

	if (call == 0)
		return seed;
	rng_init(&rng, seed + CALL_STEP * call);
	return rng_u64(&rng) >> 11; /* JSON numbers are exact to 53 bits */
}

int judge_inputs(struct judge *j, uint64_t seed, struct payloads *inputs, struct err *e)
{
	size_t calls = setting_calls(j->setting);

	payloads_done(inputs);
	if (j->setting->lab && lab_reset(j->setting->lab, e))
		return -1;
	for (size_t i = 0; i < calls; i++)
		if (judge_workload(j, judge_call_seed(seed, i), payloads_add(inputs), e))
			return -1;
	return 0;
}

static struct judged *find_known(struct judge *j, const char *input, const char *output)
{
	for (size_t i = 0; i < j->known_count; i++)
		if (str_eq(j->known[i].input, input) && str_eq(j->known[i].output, output))
			return &j->known[i];
	return NULL;
}

/* Reads {"ok": bool, "reason": "..."} into k. */
static int read_answer(struct judge *j, struct judged *k, struct err *e)
{
	json_error_t why;
	json_t *answer =
	    json_loadb(j->worker.frame.data, j->worker.frame.len, JSON_REJECT_DUPLICATES, &why);
	const json_t *ok = json_object_get(answer, "ok");
	const char *reason = json_string_value(json_object_get(answer, "reason"));

	if (!json_is_boolean(ok)) {
		json_decref(answer);
		return fail(e, ERR_BUG, 0, "read the judge's answer: it has no \"ok\"");
	}
	k->right = json_is_true(ok);
	k->reason = fault_clean(reason && *reason ? reason : "the checker gave no reason");
	json_decref(answer);
	return 0;
}

/* Asks about a new output. What stops the judge here is the output's doing, so it is wrong. */
static int ask_verdict(struct judge *j, const struct str *input, const struct str *output,
		       struct judged *k, struct err *e)
{
	enum worker_event event;
	struct patience p = patience(j);
	uint8_t size[4];
	struct iovec pieces[3] = {
	    {size, sizeof(size)}, {input->data, input->len}, {output->data, output->len}};

	for (size_t i = 0; i < sizeof(size); i++)
		size[i] = (uint8_t)(input->len >> (8 * i));
	if (ask(j, FRAME_CHECK, pieces, 3, &p, &event, e))
		return -1;
	if (event == WORKER_FRAME && j->worker.frame_type == FRAME_RESULT)
		return read_answer(j, k, e);
	cleanup_free char *words = fault_words(&j->worker, event, p.limit_ns);

	k->right = false;
	k->reason = xasprintf("the checker could not take the output: %s", words);
	stop(j);
	return 0;
}

int judge_check(struct judge *j, const struct str *input, const struct str *output, bool *right,
		const char **reason, struct err *e)
{
	struct judged fresh = {0};

	hash_hex(input->data, input->len, fresh.input);
	hash_hex(output->data, output->len, fresh.output);
	/* What was left on the disk may differ while the output does not. */
	const bool again = j->setting->disk.what && j->setting->disk.what->durable.len > 0;
	struct judged *k = again ? NULL : find_known(j, fresh.input, fresh.output);

	if (!k) {
		if (ask_verdict(j, input, output, &fresh, e))
			return -1;
		mem_grow(&j->known, &j->known_cap, j->known_count + 1, sizeof(*j->known));
		k = &j->known[j->known_count++];
		*k = fresh;
	}
	*right = k->right;
	*reason = k->reason;
	return 0;
}

/* The earlier call that gave the same output as this one, which is wrong; count: none did. */
static size_t given_before(const struct payloads *outputs, size_t call)
{
	const struct str *now = &outputs->items[call];

	for (size_t i = 0; i < call; i++)
		if (outputs->items[i].len == now->len &&
		    memcmp(outputs->items[i].data, now->data, now->len) == 0)
			return i;
	return outputs->count;
}

static char *wrong_words(const struct payloads *outputs, size_t call, const char *reason)
{
	size_t before = given_before(outputs, call);

	if (outputs->count == 1)
		return xstrdup(reason);
	if (before < outputs->count)
		return xasprintf("call %zu of the process gave the answer of call %zu again, but "
				 "had another input: something stays from call to call",
				 call + 1, before + 1);
	return xasprintf("call %zu of the process: %s", call + 1, reason);
}

int judge_check_all(struct judge *j, const struct payloads *inputs, const struct payloads *outputs,
		    char **words, struct err *e)
{
	*words = NULL;
	for (size_t i = 0; i < outputs->count && !*words; i++) {
		const char *reason;
		bool right;

		if (judge_check(j, &inputs->items[i], &outputs->items[i], &right, &reason, e))
			return -1;
		if (!right)
			*words = wrong_words(outputs, i, reason);
	}
	return 0;
}
