/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_REPORT_HTML_H
#define LABCTL_REPORT_HTML_H

/*
 * The only ways text gets into an HTML document. Nothing that came from outside
 * is added with str_add: html_text for what stands between tags or in a
 * quoted attribute, html_data for JSON in a script element.
 */

#include <jansson.h>

#include "base/str.h"

/* & < > " ' as references; control characters that HTML forbids, and bytes that are no UTF-8, as
 * U+FFFD. */
void html_text(struct str *out, const char *text);

/* JSON with every character escaped that could end the element, or a line of JavaScript. */
void html_data(struct str *out, const json_t *json);

/* 'sha256-...' of a script's text, as a Content-Security-Policy names it. */
void html_add_hash(struct str *out, const char *text, size_t size);

#endif
