/* SPDX-License-Identifier: Apache-2.0 */
#define CURL_DISABLE_TYPECHECK
#include "image/transfer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/lib.h"
#include "base/mem.h"

enum {
	CONNECT_TIMEOUT_S = 10,
	STALL_TIMEOUT_S = 30, /* less than a byte a second for so long: broken */
	BUFFER_BYTES = 256 * 1024,
	REDIRECTS_MAX = 5,
};

static struct {
	LIB_FN(curl_global_init);
	LIB_FN(curl_easy_init);
	LIB_FN(curl_easy_setopt);
	LIB_FN(curl_easy_getinfo);
	LIB_FN(curl_easy_strerror);
	LIB_FN(curl_easy_cleanup);
	LIB_FN(curl_multi_init);
	LIB_FN(curl_multi_setopt);
	LIB_FN(curl_multi_add_handle);
	LIB_FN(curl_multi_remove_handle);
	LIB_FN(curl_multi_perform);
	LIB_FN(curl_multi_poll);
	LIB_FN(curl_multi_info_read);
	LIB_FN(curl_multi_strerror);
	LIB_FN(curl_multi_cleanup);
} curl;

static const struct lib_symbol symbols[] = {
    LIB_SYM(curl, curl_global_init),      LIB_SYM(curl, curl_easy_init),
    LIB_SYM(curl, curl_easy_setopt),      LIB_SYM(curl, curl_easy_getinfo),
    LIB_SYM(curl, curl_easy_strerror),    LIB_SYM(curl, curl_easy_cleanup),
    LIB_SYM(curl, curl_multi_init),       LIB_SYM(curl, curl_multi_setopt),
    LIB_SYM(curl, curl_multi_add_handle), LIB_SYM(curl, curl_multi_remove_handle),
    LIB_SYM(curl, curl_multi_perform),    LIB_SYM(curl, curl_multi_poll),
    LIB_SYM(curl, curl_multi_info_read),  LIB_SYM(curl, curl_multi_strerror),
    LIB_SYM(curl, curl_multi_cleanup),    LIB_END,
};

static struct lib lib = {
    .names = {"libcurl-gnutls.so.4", "libcurl.so.4"},
    .package = "libcurl3-gnutls",
    .symbols = symbols,
};

struct transfer_pool {
	CURLM *multi;
};

struct handle { /* what libcurl needs to stay in place */
	CURL *easy;
	char error[CURL_ERROR_SIZE];
};

struct transfer_pool *transfer_pool_open(size_t parallel, struct err *e)
{
	struct transfer_pool *p;

	if (lib_open(&lib, e))
		return NULL;
	curl.curl_global_init(CURL_GLOBAL_DEFAULT);
	p = xcalloc(1, sizeof(*p));
	p->multi = curl.curl_multi_init();
	if (!p->multi) {
		free(p);
		fail(e, ERR_HOST, 0, "libcurl gives no multi handle");
		return NULL;
	}
	curl.curl_multi_setopt(p->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)parallel);
	curl.curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, (long)parallel);
	return p;
}

void transfer_pool_close(struct transfer_pool *p)
{
	if (!p)
		return;
	curl.curl_multi_cleanup(p->multi);
	free(p);
}

static size_t receive(char *data, size_t one, size_t size, void *arg)
{
	struct transfer *t = arg;

	return t->sink(t->arg, data, one * size) ? one * size : 0;
}

static void set_options(struct transfer *t, struct handle *h)
{
	CURL *c = h->easy;

	curl.curl_easy_setopt(c, CURLOPT_URL, t->url);
	curl.curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,file");
	curl.curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl.curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl.curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl.curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl.curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl.curl_easy_setopt(c, CURLOPT_USERAGENT, "labctl");
	curl.curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	curl.curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl.curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_TIMEOUT_S);
	curl.curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
	curl.curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error);
	curl.curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive);
	curl.curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl.curl_easy_setopt(c, CURLOPT_PRIVATE, t);
	if (t->proxy)
		curl.curl_easy_setopt(c, CURLOPT_PROXY, t->proxy);
	if (t->userpwd)
		curl.curl_easy_setopt(c, CURLOPT_USERPWD, t->userpwd);
	if (t->resume_from)
		curl.curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->resume_from);
}

static void release(struct transfer_pool *p, struct transfer *t)
{
	struct handle *h = take_ptr(t->handle);

	if (!h)
		return;
	curl.curl_multi_remove_handle(p->multi, h->easy);
	curl.curl_easy_cleanup(h->easy);
	free(h);
}

int transfer_start(struct transfer_pool *p, struct transfer *t, struct err *e)
{
	struct handle *h = xcalloc(1, sizeof(*h));
	CURLMcode code;

	h->easy = curl.curl_easy_init();
	if (!h->easy) {
		free(h);
		return fail(e, ERR_HOST, 0, "libcurl gives no handle for '%s'", t->url);
	}
	t->handle = h;
	set_options(t, h);
	code = curl.curl_multi_add_handle(p->multi, h->easy);
	if (code) {
		release(p, t);
		return fail(e, ERR_HOST, 0, "start fetching '%s': %s", t->url,
			    curl.curl_multi_strerror(code));
	}
	return 0;
}

static enum transfer_outcome outcome_of_status(long status)
{
	switch (status) {
	case 404:
	case 410:
		return TRANSFER_MISSING;
	case 401:
	case 403:
	case 407:
		return TRANSFER_DENIED;
	case 416:
		return TRANSFER_NO_RANGE;
	case 408:
	case 425:
	case 429:
		return TRANSFER_BROKEN;
	default:
		return status >= 500 ? TRANSFER_BROKEN : TRANSFER_REFUSED;
	}
}

static enum transfer_outcome outcome_of(CURLcode code, long status)
{
	static const struct {
		CURLcode code;
		enum transfer_outcome outcome;
	} known[] = {
	    {CURLE_OK, TRANSFER_WHOLE},
	    {CURLE_FILE_COULDNT_READ_FILE, TRANSFER_MISSING},
	    {CURLE_RANGE_ERROR, TRANSFER_NO_RANGE},
	    {CURLE_BAD_DOWNLOAD_RESUME, TRANSFER_NO_RANGE},
	    {CURLE_WRITE_ERROR, TRANSFER_STOPPED},
	    {CURLE_UNSUPPORTED_PROTOCOL, TRANSFER_REFUSED},
	    {CURLE_URL_MALFORMAT, TRANSFER_REFUSED},
	    {CURLE_TOO_MANY_REDIRECTS, TRANSFER_REFUSED},
	    {CURLE_PEER_FAILED_VERIFICATION, TRANSFER_REFUSED},
	    {CURLE_SSL_CACERT_BADFILE, TRANSFER_REFUSED},
	};

	if (code == CURLE_HTTP_RETURNED_ERROR)
		return outcome_of_status(status);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].code == code)
			return known[i].outcome;
	}
	return TRANSFER_BROKEN;
}

static void conclude(struct transfer *t, CURLcode code)
{
	const struct handle *h = t->handle;
	long status = 0;

	curl.curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	t->outcome = outcome_of(code, status);
	if (code == CURLE_HTTP_RETURNED_ERROR)
		snprintf(t->why, sizeof(t->why), "the server answers %ld", status);
	else
		snprintf(t->why, sizeof(t->why), "%s",
			 h->error[0] ? h->error : curl.curl_easy_strerror(code));
}

static struct transfer *next_ended(struct transfer_pool *p)
{
	struct transfer *t = NULL;
	const CURLMsg *m;
	int left;

	while ((m = curl.curl_multi_info_read(p->multi, &left))) {
		if (m->msg != CURLMSG_DONE)
			continue;
		curl.curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		conclude(t, m->data.result);
		release(p, t);
		return t;
	}
	return NULL;
}

struct transfer *transfer_wait(struct transfer_pool *p, int timeout_ms)
{
	struct transfer *t = next_ended(p);
	int running;

	if (t)
		return t;
	curl.curl_multi_perform(p->multi, &running);
	t = next_ended(p);
	if (t)
		return t;
	curl.curl_multi_poll(p->multi, NULL, 0, timeout_ms, NULL);
	curl.curl_multi_perform(p->multi, &running);
	return next_ended(p);
}

void transfer_cancel(struct transfer_pool *p, struct transfer *t)
{
	release(p, t);
}
