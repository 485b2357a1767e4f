#include "config.h"

#include "tests/fuzz/expect.h"

#include "engine/core/arith.h"
#include "tests/tempdir.h"
#include "tui/term/out.h"
#include "weights/io/fsio.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

jmp_buf *dp_expect_excuse;

static void expect_always(bool holds, const char *promise)
{
    if (holds)
        return;
    fprintf(stderr, "violated: %s\n", promise);
    abort();
}

void dp_expect(bool holds, const char *promise)
{
    if (!holds && dp_expect_excuse)
        longjmp(*dp_expect_excuse, 1);
    expect_always(holds, promise);
}

bool dp_expect_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

void dp_expect_message(const dp_err *err)
{
    char safe[4 * sizeof err->msg];
    expect_always(memchr(err->msg, '\0', sizeof err->msg) && err->msg[0],
                  "there is a message");
    expect_always(err->code != DP_OK && err->code != DP_INTERNAL,
                  "its code is that of an error");
    dp_out_safe(safe, sizeof safe, err->msg);
    expect_always(dp_expect_printable(safe), "an escaped message can be printed");
}

const char *dp_expect_folder(void)
{
    return tempdir();
}

/* In place of the C library's: no file of a target must survive a crash, and waiting for the disk
 * would take most of the time. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

/* A file that stays open: it is cheaper to overwrite than to create. */
typedef struct kept {
    const char *name;
    char path[PATH_MAX];
    int fd;
} kept;

static kept *open_kept(const char *name)
{
    static kept files[8];
    size_t i = 0;
    while (i < DP_COUNT(files) && files[i].name && strcmp(files[i].name, name) != 0)
        i++;
    dp_expect(i < DP_COUNT(files), "a target has few files");
    kept *k = &files[i];
    if (k->name)
        return k;
    k->name = name;
    snprintf(k->path, sizeof k->path, "%s/%s", tempdir(), name);
    dp_expect(dp_fsio_make_parents(k->path, NULL) == DP_OK, "a folder can be made");
    k->fd = open(k->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return k;
}

const char *dp_expect_file(const char *name, const uint8_t *data, size_t size)
{
    const kept *k = open_kept(name);
    dp_expect(pwrite(k->fd, data, size, 0) == (ssize_t)size &&
                  ftruncate(k->fd, (off_t)size) == 0,
              "a temporary file can be written");
    return k->path;
}

char *dp_expect_text(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size))
        return NULL;
    char *text = malloc(size + 1);
    dp_expect(text != NULL, "there is memory");
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}
