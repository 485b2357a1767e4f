#include "config.h"

#include "tui/draw/errands.h"

#include "engine/core/arith.h"
#include "weights/data/samples.h"
#include "weights/io/train_process.h"
#include "weights/store/registry.h"
#include "weights/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A request is a word, then words as its arguments, each with its NUL. An answer is a code and a
 * number, then a text: the message of a failure, or the name of a file. */
typedef enum errand {
    FETCH = 'f',
    TRAIN = 't',
    END = 'e',
    CREATE = 'c',
    DISCARD = 'd'
} errand;
enum { CODE, NUMBER, TEXT, MAX_WORDS = 16, MAX_CHILDREN = 4 };

/* ---- in the process outside ------------------------------------------------------------- */

/* The children that run, the file made last ("": none), and the folders that the pad holds. */
typedef struct children {
    bool running[MAX_CHILDREN];
    dp_child child[MAX_CHILDREN];
    char made[DP_ERRANDS_NAME];
    dp_own_folders folders;
} children;

/* Split the arguments of a request; the last one must end, too. −1 if they are too many. */
static int split(const char *word[MAX_WORDS], const dp_aide_message *m)
{
    const char *text = (const char *)m->data;
    int n = 0;
    if (m->size < 2 || text[m->size - 1] != '\0')
        return 0;
    for (size_t at = 1; at < m->size; at += strlen(text + at) + 1) {
        if (n == MAX_WORDS)
            return -1;
        word[n++] = text + at;
    }
    return n;
}

static dp_code fetch(dp_child *out, const char *const *word, int n, dp_err *err)
{
    for (int i = 0; i < n; i++)
        if (!dp_registry_find(word[i]))
            return dp_fail(err, DP_USAGE, "%s: not a model of the registry", word[i]);
    if (n < 1)
        return dp_fail(err, DP_USAGE, "no model to fetch");
    return dp_hub_client_spawn(out, word, n, false, true, err);
}

/* Train from the carried network and not from the fine-tuned one, so that a sample the user has
 * removed has no effect any more. */
static dp_code train(dp_child *out, const char *const *word, int n, dp_err *err)
{
    char samples[PATH_MAX], output[PATH_MAX];
    const dp_carried *base = n == 1 ? dp_store_base(word[0]) : NULL;
    if (!base)
        return dp_fail(err, DP_USAGE, "only carried networks can be trained");
    dp_code code = dp_samples_path(samples, err);
    if (!code)
        code = dp_store_personal_path(output, base, err);
    return code ? code : dp_train_process_start(out, samples, base->name, output, err);
}

/* Start a child in a free place, whose number is returned. */
static dp_code start(int *number, children *c, errand what, const char *const *word,
                     int n, dp_err *err)
{
    int i = 0;
    while (i < MAX_CHILDREN && c->running[i])
        i++;
    if (i == MAX_CHILDREN)
        return dp_fail(err, DP_USAGE, "too many helpers at a time");
    dp_code code = what == FETCH ? fetch(&c->child[i], word, n, err)
                                 : train(&c->child[i], word, n, err);
    c->running[i] = !code;
    *number = i;
    return code;
}

/* The request's second byte is the number of the child, its third whether to stop it. */
static int end(children *c, const dp_aide_message *m)
{
    const int i = m->size == 3 ? m->data[1] : MAX_CHILDREN;
    if (i >= MAX_CHILDREN || !c->running[i])
        return 0;
    c->running[i] = false;
    c->child[i].at_end = m->data[2] == 0;
    return dp_child_end(&c->child[i]);
}

static void end_all(children *c)
{
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (c->running[i])
            dp_child_end(&c->child[i]);
}

/* Make a file with a name of the present time. */
static dp_code create(int *fd, char name[DP_ERRANDS_NAME], dp_err *err)
{
    char stamp[32];
    const time_t now = time(NULL);
    strftime(stamp, sizeof stamp, "digit-%Y%m%d-%H%M%S", localtime(&now));
    snprintf(name, DP_ERRANDS_NAME, "%s.ndjson", stamp);
    for (int i = 2; i < 1000; i++) {
        *fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (*fd >= 0)
            return DP_OK;
        if (errno != EEXIST)
            break;
        snprintf(name, DP_ERRANDS_NAME, "%s-%d.ndjson", stamp, i);
    }
    dp_fail(err, DP_IO, "%s: %s", name, strerror(errno));
    name[0] = '\0';
    return DP_IO;
}

static void discard(children *c)
{
    if (*c->made)
        unlink(c->made);
    c->made[0] = '\0';
}

static void answer(dp_aide_message *m, dp_code code, int number, const char *text)
{
    m->data[CODE] = (unsigned char)code;
    m->data[NUMBER] = (unsigned char)number;
    m->size =
        TEXT + 1 + (size_t)snprintf((char *)m->data + TEXT, sizeof(dp_err), "%s", text);
}

static void handle(void *context, dp_aide_message *m)
{
    children *c = context;
    const char *word[MAX_WORDS];
    dp_err err;
    int number = 0;
    m->fd = -1;
    if (m->size == 0) {
        end_all(c);
        dp_own_folders_release(&c->folders);
        return;
    }
    const errand what = (errand)m->data[0];
    dp_code code = DP_OK;
    if (what == END)
        number = end(c, m);
    else if (what == CREATE)
        code = create(&m->fd, c->made, &err);
    else if (what == DISCARD)
        discard(c);
    else if (!(code = start(&number, c, what, word, split(word, m), &err)))
        m->fd = dup(c->child[number].fd);
    answer(m, code, number, code ? err.msg : what == CREATE ? c->made : "");
}

/* ---- in the pad ----------------------------------------------------------------------- */

dp_code dp_errands_start(dp_errands *out, const dp_own_folders *folders, dp_err *err)
{
    static children c;
    c.folders = *folders;
    return dp_aide_start(&out->aide, handle, &c, err);
}

void dp_errands_end(dp_errands *e)
{
    dp_aide_end(&e->aide);
}

/* Begin a request. */
static dp_aide_message request(errand what)
{
    dp_aide_message m = { .size = 1, .fd = -1 };
    m.data[0] = (unsigned char)what;
    return m;
}

/* Append a word. False if it does not fit. */
static bool append(dp_aide_message *m, const char *word)
{
    const size_t n = strlen(word) + 1;
    if (n > sizeof m->data - m->size)
        return false;
    memcpy(m->data + m->size, word, n);
    m->size += n;
    return true;
}

/* Send a request; the failure of the errand is that of the call. */
static dp_code ask(dp_aide_message *m, dp_errands *e, dp_err *err)
{
    dp_code code = dp_aide_ask(&e->aide, m, err);
    if (!code && m->data[CODE] != DP_OK)
        code = dp_fail(err, (dp_code)m->data[CODE], "%s", (const char *)m->data + TEXT);
    return code;
}

static bool end_child(void *context, int id, bool stop)
{
    dp_aide_message m = request(END);
    m.data[m.size++] = (unsigned char)id;
    m.data[m.size++] = stop;
    return ask(&m, context, NULL) == DP_OK && m.data[NUMBER] == 1;
}

static dp_code start_child(dp_child *out, dp_errands *e, errand what,
                           const char *const *word, int n, dp_err *err)
{
    dp_aide_message m = request(what);
    for (int i = 0; i < n; i++)
        if (!append(&m, word[i]))
            return dp_fail(err, DP_USAGE, "too many names");
    dp_code code = ask(&m, e, err);
    if (!code)
        dp_child_adopt(out, m.fd, end_child, e, m.data[NUMBER]);
    return code;
}

dp_code dp_errands_fetch(dp_hub_client **out, dp_errands *e, const char *const *models,
                         int n, dp_err *err)
{
    dp_child child;
    dp_code code = start_child(&child, e, FETCH, models, n, err);
    if (!code && (code = dp_hub_client_adopt(out, &child, err)))
        dp_child_end(&child);
    return code;
}

dp_code dp_errands_train(dp_child *out, dp_errands *e, const char *base, dp_err *err)
{
    return start_child(out, e, TRAIN, &base, 1, err);
}

dp_code dp_errands_create(int *fd, char name[DP_ERRANDS_NAME], dp_errands *e, dp_err *err)
{
    dp_aide_message m = request(CREATE);
    dp_code code = ask(&m, e, err);
    if (code)
        return code;
    *fd = m.fd;
    snprintf(name, DP_ERRANDS_NAME, "%.63s", (const char *)m.data + TEXT);
    return DP_OK;
}

void dp_errands_discard(dp_errands *e)
{
    dp_aide_message m = request(DISCARD);
    if (ask(&m, e, NULL) != DP_OK)
        return; /* the file remains, and nothing more can be done */
}
