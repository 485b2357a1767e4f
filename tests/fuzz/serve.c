/* A client of predict --listen, and the messages of the helper that downloads. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tui/predict/client.h"
#include "weights/io/json_memory.h"
#include "weights/store/hub_client.h"
#include "weights/store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_LINE = 64 };

static dp_batch *the_batch(void)
{
    static dp_batch *batch;
    static const dp_answer_options options = { .model = "nano", .form = DP_ANSWER_JSON };
    dp_model *model;
    if (batch)
        return batch;
    dp_expect(dp_store_open(&model, "nano", NULL, NULL) == DP_OK,
              "the smallest network can be opened");
    dp_expect(dp_batch_create(&batch, model, &options, NULL) == DP_OK, "there is memory");
    dp_model_unref(model);
    return batch;
}

/* Answer all records that are there; the number of good ones is added to *good. */
static int answer(dp_client *c, dp_batch *b)
{
    int n = 0;
    while (dp_client_is_ready(c) && !dp_batch_full(b) && dp_client_add(c, b))
        ;
    if (dp_batch_count(b) > 0)
        dp_batch_predict(b);
    for (; n < dp_batch_count(b); n++)
        dp_client_answer(c, b, n);
    dp_batch_empty(b);
    return n;
}

/* What a client is answered that sends its bytes in pieces of this size. */
static dp_text converse(const uint8_t *data, size_t size, size_t piece)
{
    static int ends[2]; /* kept open: to make sockets takes longer than to use them */
    char left[128];
    dp_client *c;
    dp_text answers = { 0 };
    dp_expect(ends[0] > 0 ||
                  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0,
              "there is a socket");
    while (recv(ends[0], left, sizeof left, 0) > 0) /* by a run whose memory was short */
        ;
    dp_expect(dp_client_create(&c, dup(ends[0]), MAX_LINE, NULL) == DP_OK, "and memory");
    for (size_t at = 0; at < size && !c->at_end; at += piece) {
        const size_t n = size - at < piece ? size - at : piece;
        dp_expect(send(ends[1], data + at, n, 0) == (ssize_t)n, "a socket has room");
        for (int empty = 0; !empty;) {
            dp_client_receive(c);
            answer(c, the_batch());
            dp_expect(!c->failed, "a client that talks nonsense does not fail");
            dp_text_append(&answers, c->out.bytes ? c->out.bytes : "", c->out.size);
            c->out.size = 0;
            empty =
                recv(ends[0], &(char){ 0 }, 1, MSG_PEEK) < 0 && !dp_client_is_ready(c);
        }
        dp_expect(c->in.size - c->taken <= MAX_LINE + 1,
                  "a client holds one line at most");
    }
    dp_client_end(c);
    answer(c, the_batch());
    dp_text_append(&answers, c->out.bytes ? c->out.bytes : "", c->out.size);
    c->out.size = 0;
    dp_expect(dp_client_is_done(c), "a client that has ended is done");
    dp_client_free(c);
    dp_expect(!answers.failed, "there is memory");
    return answers;
}

/* Each line is a JSON object; it is good if it has no error. */
static bool check_answers(const dp_text *answers)
{
    bool good = true;
    for (const char *at = answers->bytes, *end; at && *at; at = end + 1) {
        end = strchr(at, '\n');
        dp_expect(end != NULL, "an answer is a line");
        json_error_t where;
        json_t *json = dp_json_load(at, (size_t)(end - at), &where);
        dp_expect(json_is_object(json), "an answer is an object");
        good &= !json_is_string(json_object_get(json, "error"));
        json_decref(json);
    }
    return good;
}

/* The first byte chooses the size of the pieces. The answers are the same to the bytes in one piece. */
static bool run_listen(const uint8_t *data, size_t size)
{
    if (size < 2)
        return false;
    const size_t piece = data[0] % 32 + 8;
    dp_text in_pieces = converse(data + 1, size - 1, piece);
    dp_text whole = converse(data + 1, size - 1, size);
    dp_expect(
        in_pieces.size == whole.size &&
            (whole.size == 0 || memcmp(in_pieces.bytes, whole.bytes, whole.size) == 0),
        "answers do not depend on how the bytes arrive");
    const bool good = whole.size > 0 && check_answers(&whole);
    dp_text_clear(&in_pieces);
    dp_text_clear(&whole);
    return good;
}

/* ---- messages of digitpad-hub --------------------------------------------------------- */

static bool has_ended(void *context, int id, bool stop)
{
    (void)context, (void)id, (void)stop;
    return true;
}

/* It is good if the last event ends a download. */
static bool run_events(const uint8_t *data, size_t size)
{
    int ends[2];
    dp_child child;
    dp_hub_client *client;
    dp_hub_event e = { .kind = DP_HUB_START };
    bool good = false;
    dp_expect(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 &&
                  write(ends[1], data, size) == (ssize_t)size && close(ends[1]) == 0,
              "a pipe has room");
    dp_child_adopt(&child, ends[0], has_ended, NULL, 1);
    dp_expect(dp_hub_client_adopt(&client, &child, NULL) == DP_OK, "there is memory");
    while (e.kind != DP_HUB_END) {
        dp_expect(dp_hub_client_next(&e, client), "a pipe that is closed has an end");
        if (e.kind == DP_HUB_END)
            break;
        good = e.kind == DP_HUB_DONE;
        dp_expect(memchr(e.model, '\0', sizeof e.model) != NULL, "a name is a text");
        dp_expect(e.kind != DP_HUB_ERROR ||
                      (e.err.code >= DP_OK && e.err.code <= DP_INTERNAL),
                  "codes are known");
    }
    dp_hub_client_free(client);
    return good;
}

const dp_target dp_targets_serve[] = {
    { "listen", run_listen, NULL, 96 },
    { "events", run_events, NULL, 256 },
    { 0 },
};
