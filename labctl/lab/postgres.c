/* SPDX-License-Identifier: Apache-2.0 */

/*
 * PostgreSQL. Its cluster is the initial state, made by the image's own
 * /usr/lib/labctl/init with the settings beside it (images/postgres/files/).
 *
 * Two ways in: the lab's role `lab`, which owns the database `lab`, by TCP
 * from inside the lab; and the superuser, by the socket in /run/labctl, which
 * only the host reaches. Asking for counters is the latter's.
 */
#include <fcntl.h>
#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/lib.h"
#include "base/mem.h"
#include "lab/service.h"
#include "spec/json.h"

enum { PORT = 5432 };

static struct {
	LIB_FN(PQconnectdb);
	LIB_FN(PQstatus);
	LIB_FN(PQerrorMessage);
	LIB_FN(PQexec);
	LIB_FN(PQresultStatus);
	LIB_FN(PQgetvalue);
	LIB_FN(PQntuples);
	LIB_FN(PQclear);
	LIB_FN(PQfinish);
} pq;

static const struct lib_symbol symbols[] = {
    LIB_SYM(pq, PQconnectdb),    LIB_SYM(pq, PQstatus),
    LIB_SYM(pq, PQerrorMessage), LIB_SYM(pq, PQexec),
    LIB_SYM(pq, PQresultStatus), LIB_SYM(pq, PQgetvalue),
    LIB_SYM(pq, PQntuples),      LIB_SYM(pq, PQclear),
    LIB_SYM(pq, PQfinish),       LIB_END,
};

static struct lib libpq = {.names = {"libpq.so.5"}, .package = "libpq5", .symbols = symbols};

static int load(struct err *e)
{
	return lib_open(&libpq, e);
}

/* A buffer cache of an eighth of the lab's memory, 64 MiB at most: the rest is for the page cache,
 * the workspace and the other services. */
static void command(const struct limits *lab, struct strv *argv, struct strv *env)
{
	int64_t buffers = 64 << 20;

	if (lab->memory_bytes && lab->memory_bytes / 8 < buffers)
		buffers = lab->memory_bytes / 8;
	strv_add(argv, "/usr/lib/postgresql/17/bin/postgres");
	strv_add(argv, "-D");
	strv_add(argv, "/var/lib/postgresql/data");
	strv_add(argv, "-c");
	strv_addf(argv, "shared_buffers=%lldkB", (long long)(buffers >> 10));
	strv_add(env, "TZ=UTC");
}

static json_t *describe(const struct service_address *at)
{
	return json_pack("{s:s,s:i,s:s,s:s}", "host", "127.0.0.1", "port", at->port, "user", "lab",
			 "dbname", "lab");
}

/* ---- asking ---- */

static void close_client(void *client)
{
	if (client)
		pq.PQfinish(client);
}

static int fail_pq(PGconn *c, const char *what, struct err *e)
{
	cleanup_free char *words = xstrdup(pq.PQerrorMessage(c));

	for (char *p = words; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	return fail(e, ERR_HOST, 0, "%s: %s", what, words);
}

/* The only cell of the only row; the caller frees. NULL: error. */
static char *ask(PGconn *c, const char *query, const char *what, struct err *e)
{
	PGresult *r = pq.PQexec(c, query);
	ExecStatusType status = pq.PQresultStatus(r);
	char *value = NULL;

	if (status == PGRES_TUPLES_OK && pq.PQntuples(r) > 0)
		value = xstrdup(pq.PQgetvalue(r, 0, 0));
	else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		value = xstrdup("");
	else
		fail_pq(c, what, e);
	pq.PQclear(r);
	return value;
}

static int connect_client(const struct service_address *at, void **client, struct err *e)
{
	cleanup_fd int run_fd = fd_open_at(AT_FDCWD, at->run_dir, O_PATH | O_DIRECTORY, 0, e);

	if (run_fd < 0 || load(e))
		return -1;
	cleanup_free char *where =
	    xasprintf("host=/proc/self/fd/%d port=%d user=postgres dbname=lab connect_timeout=10 "
		      "application_name=labctl",
		      run_fd, at->port);
	PGconn *c = pq.PQconnectdb(where);
	cleanup_free char *one = NULL;

	if (!c || pq.PQstatus(c) != CONNECTION_OK)
		fail_pq(c, "connect to PostgreSQL", e);
	else
		one = ask(c, "SELECT 1", "ask PostgreSQL for an answer", e);
	if (one) {
		*client = c;
		return 0;
	}
	close_client(c);
	return -1;
}

/* Statements are keyed by their id, so that two readings can be subtracted. What labctl itself asks
 * is another role's, and left out. */
static json_t *counters(void *client, struct err *e)
{
	static const char query[] =
	    "SELECT json_build_object("
	    " 'database', (SELECT row_to_json(d) FROM (SELECT numbackends, xact_commit,"
	    "   xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched, tup_inserted,"
	    "   tup_updated, tup_deleted, temp_files, temp_bytes, deadlocks, blk_read_time,"
	    "   blk_write_time FROM pg_stat_database WHERE datname = 'lab') d),"
	    " 'wal', (SELECT row_to_json(w) FROM (SELECT wal_records, wal_bytes, wal_sync"
	    "   FROM pg_stat_wal) w),"
	    " 'statements', (SELECT coalesce(json_object_agg(queryid, row_to_json(s)), '{}') FROM"
	    "   (SELECT queryid, left(query, 1000) AS query, calls, rows,"
	    "     total_exec_time AS exec_ms, total_plan_time AS plan_ms,"
	    "     shared_blks_hit, shared_blks_read, shared_blks_written, temp_blks_written,"
	    "     wal_bytes FROM pg_stat_statements WHERE userid = 'lab'::regrole AND toplevel"
	    "     AND queryid IS NOT NULL ORDER BY total_exec_time DESC LIMIT 50) s))";
	cleanup_free char *text = ask(client, query, "read PostgreSQL's counters", e);

	return text ? json_read_text("PostgreSQL's counters", text, strlen(text), e) : NULL;
}

/* Every table and index of the database, every fork of each; and what planning looks at. */
static int touch(void *client, struct err *e)
{
	static const char query[] =
	    "SELECT sum(pg_prewarm(c.oid, 'buffer', f.fork)) FROM pg_class c,"
	    " (VALUES ('main'), ('fsm'), ('vm')) AS f(fork)"
	    " WHERE c.relkind IN ('r', 'i', 't', 'm') AND c.relnamespace NOT IN"
	    " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
	    " AND pg_relation_size(c.oid, f.fork) > 0";
	static const char planning[] =
	    "SELECT count(*) FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename"
	    " LEFT JOIN pg_index i ON i.indrelid = c.oid LEFT JOIN pg_am a ON a.oid = c.relam"
	    " WHERE lower(s.attname) LIKE 'a%' AND c.relname = ANY (ARRAY['x'])";
	cleanup_free char *tables = ask(client, query, "open every table", e);
	cleanup_free char *catalogs = tables ? ask(client, planning, "open the catalogs", e) : NULL;

	return catalogs ? 0 : -1;
}

/* Written when the server ends: labs begin to count at zero. */
static const char *const discard[] = {"var/lib/postgresql/data/pg_stat/pgstat.stat", NULL};

const struct service_type service_postgres = {
    .name = "postgres",
    .user = "postgres",
    .port = PORT,
    .tells = true,
    .initialise = "/usr/lib/labctl/init",
    .discard = discard,
    .command = command,
    .describe = describe,
    .load = load,
    .connect = connect_client,
    .counters = counters,
    .touch = touch,
    .close = close_client,
};
