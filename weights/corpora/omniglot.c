#include "config.h"

#include "weights/corpora/convert.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "weights/io/source.h"
#include "weights/io/zip.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A drawing is the file strokes_background/ALPHABET/characterNN/XXXX_DD.txt of the archive, where
 * DD is the drawer. It has lines "x,y,t" between START and BREAK; y points up. */

#define FOLDER "strokes_background/"

static const char *const alphabets[] = { "Balinese/", "Early_Aramaic/", "Korean/" };

/* Characters that people read as digits. */
static const char *const lookalikes[] = {
    "Balinese/05",      "Early_Aramaic/02", "Early_Aramaic/03", "Early_Aramaic/04",
    "Early_Aramaic/06", "Early_Aramaic/07", "Early_Aramaic/12", "Early_Aramaic/14",
    "Early_Aramaic/16", "Early_Aramaic/17", "Early_Aramaic/20", "Korean/14",
    "Korean/21",        "Korean/22",        "Korean/33",        "Korean/37",
};

enum { MAX_PATH = 96, MAX_FILES = 4096, MAX_LINE = 64 };

/* One drawing of the archive. */
typedef struct entry {
    char path[MAX_PATH]; /* below FOLDER */
    dp_zip_file file;
} entry;

typedef struct entries {
    entry *entry;
    size_t n;
} entries;

/* ---- finding --------------------------------------------------------------------------- */

/* Whether this is a drawing of one of the alphabets; sets its path. */
static bool is_drawing(entry *e)
{
    const size_t folder = strlen(FOLDER), n = e->file.name_size;
    if (n <= folder || n - folder >= MAX_PATH ||
        memcmp(e->file.name, FOLDER, folder) != 0)
        return false;
    memcpy(e->path, e->file.name + folder, n - folder);
    e->path[n - folder] = '\0';
    for (size_t i = 0; i < DP_COUNT(alphabets); i++) {
        const char *rest = e->path + strlen(alphabets[i]);
        int end = 0;
        if (strncmp(e->path, alphabets[i], strlen(alphabets[i])) == 0 &&
            sscanf(rest, "character%*2[0-9]/%*4[0-9]_%*2[0-9].txt%n", &end) == 0)
            return end == 23 && rest[end] == '\0';
    }
    return false;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->path, ((const entry *)b)->path);
}

/* List the drawings in the order of their paths. */
static dp_code list(entries *out, dp_zip *zip, dp_err *err)
{
    while (zip->left > 0) {
        entry *e = &out->entry[out->n];
        dp_code code = dp_zip_next(&e->file, zip, err);
        if (code)
            return code;
        if (!is_drawing(e))
            continue;
        if (++out->n == MAX_FILES)
            return dp_fail(err, DP_INPUT, "more than %d drawings", MAX_FILES - 1);
    }
    if (out->n == 0)
        return dp_fail(err, DP_INPUT, "the archive has no drawings");
    qsort(out->entry, out->n, sizeof *out->entry, by_path);
    return DP_OK;
}

/* ---- converting ------------------------------------------------------------------------ */

/* Parse "x,y,t"; false for another line. */
static bool parse_point(double at[2], const char *line, size_t size)
{
    const char *comma = memchr(line, ',', size);
    if (!comma)
        return false;
    const char *y = comma + 1, *end = line + size;
    const char *second = memchr(y, ',', (size_t)(end - y));
    return dp_decimal_parse(&at[0], line, (size_t)(comma - line)) &&
           dp_decimal_parse(&at[1], y, (size_t)((second ? second : end) - y));
}

static dp_code write_strokes(dp_text *out, dp_source *source, dp_err *err)
{
    bool inside = false, any = false; /* a stroke; strokes so far */
    for (;;) {
        const char *line;
        size_t size;
        double at[2];
        dp_code code = dp_source_line(&line, &size, source, err);
        if (code)
            return code;
        if (!line || (size >= 5 && memcmp(line, "BREAK", 5) == 0)) {
            dp_text_add(out, "%s", inside ? "]" : "");
            inside = false;
        }
        if (!line)
            return dp_source_check(source, err);
        if (!parse_point(at, line, size))
            continue;
        dp_text_add(out, "%s[%.1f,%.1f]",
                    inside ? ","
                    : any  ? ",["
                           : "[",
                    at[0], 0 - at[1]);
        inside = any = true;
    }
}

static bool is_lookalike(const char *class)
{
    for (size_t i = 0; i < DP_COUNT(lookalikes); i++)
        if (strcmp(class, lookalikes[i]) == 0)
            return true;
    return false;
}

static dp_code write_drawing(dp_text *out, const entry *e, dp_err *err)
{
    char class[MAX_PATH];
    const char *slash = strchr(e->path, '/');
    snprintf(class, sizeof class, "%.*s/%.2s", (int)(slash - e->path), e->path,
             slash + strlen("/character"));
    dp_text_add(
        out, "{\"class\":\"%s\",\"drawer\":\"%.2s\",\"lookalike\":%s,\"strokes\":[",
        class, e->path + strlen(e->path) - 6, is_lookalike(class) ? "true" : "false");
    dp_source *source;
    dp_code code = dp_source_open_bytes(&source, e->file.data, e->file.size, err);
    if (code)
        return code;
    if (e->file.deflated)
        code = dp_source_inflate(source, err);
    if (!code)
        code = write_strokes(out, source, err);
    dp_source_close(source);
    dp_text_add(out, "]}\n");
    if (!code && out->size > DP_CONVERT_MAX)
        code = dp_fail(err, DP_INPUT, "more than %d bytes", DP_CONVERT_MAX);
    return code ? dp_fail_in(err, code, "%s", e->path) : DP_OK;
}

dp_code dp_convert_omniglot(dp_text *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    dp_zip zip;
    dp_code code = dp_zip_open(&zip, bytes, size, err);
    if (code)
        return code;
    entries found = { calloc(MAX_FILES, sizeof(entry)), 0 };
    if (!found.entry)
        return dp_fail(err, DP_NOMEM, "no memory for the drawings");
    code = list(&found, &zip, err);
    for (size_t i = 0; i < found.n && !code; i++)
        code = write_drawing(out, &found.entry[i], err);
    free(found.entry);
    return code;
}
