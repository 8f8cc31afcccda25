/* SPDX-License-Identifier: Apache-2.0 */
/* What workload.py asks to be sent, and what the checker gets to see. */

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench/load.h"
#include "spec/json.h"

/* A request must stay one request: no blank or line break in its first line. */
static bool is_plain(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return *text != '\0';
}

static int add_request(struct load_plan *plan, size_t index, const json_t *j, struct err *e)
{
	const char *method = json_string_value(json_array_get(j, 0));
	const char *path = json_string_value(json_array_get(j, 1));
	const json_t *body = json_array_get(j, 2);
	struct str text = STR_INIT;

	if (!method || !path || !is_plain(method) || !is_plain(path) || path[0] != '/' ||
	    json_array_size(j) > 3 || (body && !json_is_string(body)))
		return fail(e, ERR_SPEC, 0,
			    "workload.py: requests[%zu] is not [\"METHOD\", \"/path\"] or "
			    "[\"METHOD\", \"/path\", \"body\"] in plain ASCII",
			    index);
	str_addf(&text, "%s %s HTTP/1.1\r\nHost: lab\r\n", method, path);
	if (body)
		str_addf(&text, "Content-Length: %zu\r\n", json_string_length(body));
	str_add(&text, "\r\n");
	if (body)
		str_addn(&text, json_string_value(body), json_string_length(body));
	struct load_request *r = &plan->requests[plan->request_count++];

	r->write = strcmp(method, "GET") != 0;
	r->size = text.len;
	r->bytes = str_take(&text);
	return 0;
}

int load_parse(struct load_plan *plan, const char *json, size_t size, struct err *e)
{
	cleanup(json_free) json_t *root = json_read_text("workload.py", json, size, e);
	json_t *list = NULL;

	if (!root || json_get_array(root, "requests", &list, "workload.py", e))
		return -1;
	size_t count = json_array_size(list);

	if (count > 2 * (size_t)LOAD_REQUESTS_MAX)
		return fail(e, ERR_SPEC, 0, "workload.py: %zu requests; at most %d", count,
			    2 * LOAD_REQUESTS_MAX);
	plan->requests =
	    xreallocarray(plan->requests, plan->request_count + count + 1, sizeof(*plan->requests));
	for (size_t i = 0; i < count; i++)
		if (add_request(plan, i, json_array_get(list, i), e))
			return -1;
	return 0;
}

void load_plan_done(struct load_plan *plan)
{
	for (size_t i = 0; i < plan->request_count; i++)
		free(plan->requests[i].bytes);
	free(plan->requests);
	plan->requests = NULL;
	plan->request_count = 0;
}

void load_output(const struct load_result *r, struct str *out)
{
	json_t *root = json_object(), *list = json_array();

	for (size_t i = 0; i < r->answer_count; i++) {
		const struct load_answer *a = &r->answers[i];
		json_t *body = json_stringn(a->body.data, a->body.len);
		json_t *answer =
		    json_pack("{s:I, s:s, s:i, s:[I, I], s:o}", "request", (json_int_t)a->request,
			      "phase", a->open ? "open" : "closed", "status", a->status, "seen",
			      (json_int_t)a->seen_least, (json_int_t)a->seen_most, "body",
			      body ? body : json_null());

		json_array_append_new(list, answer);
	}
	json_object_set_new(root, "answers", list);
	cleanup_free char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);

	str_add(out, text);
	json_decref(root);
}
