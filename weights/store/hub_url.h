/* Addresses of files on the Hub, as people paste them from a browser or from other tools. */
#ifndef DP_WEIGHTS_STORE_HUB_URL_H
#define DP_WEIGHTS_STORE_HUB_URL_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether a text is meant as such an address: "https://…", "http://…" or "hf://…". */
bool dp_hub_url_is(const char *text);

/* Write an address as OWNER/REPO@REVISION:FILE; weights/store/hub_ref.h checks the parts. On
 * huggingface.co, hf.co or $HF_ENDPOINT it is HOST/OWNER/REPO/KIND/REVISION/FILE, where KIND is
 * resolve, blob, raw or tree; else it is hf://OWNER/REPO[@REVISION]/FILE. Escapes are decoded,
 * a query is dropped. DP_USAGE, with the form to give, if it is none of these or names no file. */
DP_MUST_CHECK dp_code dp_hub_url_name(char *out, size_t size, const char *text,
                                      dp_err *err);

#endif
