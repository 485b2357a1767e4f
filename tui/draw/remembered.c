#include "config.h"

#include "tui/draw/remembered.h"

#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/store/store_ref.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "model"

/* Whether a text is the name of a model and not the path of a file. A network that was fine-tuned
 * keeps its name if its file is gone. */
static bool is_name(const char *text)
{
    dp_store_ref ref;
    for (const char *p = text; *p; p++)
        if (*p <= ' ' || *p > '~')
            return false;
    return dp_store_resolve(&ref, text, NULL) == DP_OK &&
           (ref.kind != DP_STORE_PATH || dp_store_base(text));
}

bool dp_remembered_read(char name[DP_REMEMBERED_SIZE])
{
    char path[PATH_MAX];
    unsigned char *text;
    size_t size;
    if (dp_paths_state(path, FILE_NAME, NULL) != DP_OK ||
        dp_fsio_read(&text, &size, path, DP_REMEMBERED_SIZE - 1, NULL) != DP_OK)
        return false;
    memcpy(name, text, size);
    free(text);
    name[size] = '\0';
    char *end = strchr(name, '\n');
    if (!end || end + 1 != name + size)
        return false;
    *end = '\0';
    return is_name(name);
}

/* Best effort, so the caller ignores the result. */
static dp_code write_name(const char *name)
{
    char path[PATH_MAX], line[DP_REMEMBERED_SIZE];
    const int n = snprintf(line, sizeof line, "%s\n", name);
    dp_code code = dp_paths_state(path, FILE_NAME, NULL);
    if (!code)
        code = dp_fsio_make_parents(path, NULL);
    return code ? code : dp_fsio_write(path, line, (size_t)n, NULL);
}

void dp_remembered_write(const char *name)
{
    if (strlen(name) + 1 < DP_REMEMBERED_SIZE && is_name(name))
        write_name(name);
}

void dp_remembered_forget(void)
{
    char path[PATH_MAX];
    if (dp_paths_state(path, FILE_NAME, NULL) == DP_OK)
        unlink(path);
}
