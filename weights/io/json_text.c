#include "config.h"

#include "weights/io/json_text.h"

#include "weights/io/json_memory.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The text with each DEL, which a terminal may act on, as \u007f. Frees it; NULL without memory. */
static char *escape_del(char *text)
{
    static const char escaped[] = "\\u007f";
    size_t n = 0;
    for (const char *p = strchr(text, 0x7f); p; p = strchr(p + 1, 0x7f))
        n++;
    if (n == 0)
        return text;
    char *out = malloc(strlen(text) + n * (sizeof escaped - 2) + 1), *to = out;
    for (const char *p = text; out && *p; p++)
        if (*p == 0x7f)
            to = stpcpy(to, escaped);
        else
            *to++ = *p;
    if (out)
        *to = '\0';
    free(text);
    return out;
}

/* jansson writes DEL as it is, in strings only. */
char *dp_json_text_value(const struct json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    return text ? escape_del(text) : NULL;
}

/* The length of the UTF-8 character at text, which has `size` ≥ 1 bytes; 0 if it is
 * malformed, as jansson decides. */
static size_t character_size(const char *text, size_t size)
{
    for (size_t n = 1; n <= 4 && n <= size; n++) {
        json_t *s = json_stringn(text, n);
        json_decref(s);
        if (s)
            return n;
    }
    return 0;
}

char *dp_json_text_string(const char *text, size_t size)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
    char *clean = malloc(3 * size + 1);
    size_t used = 0;
    if (!clean)
        return NULL;
    dp_json_begin();
    for (size_t i = 0; i < size;) {
        size_t n = character_size(text + i, size - i);
        memcpy(clean + used, n ? text + i : replacement, n ? n : 3);
        used += n ? n : 3;
        i += n ? n : 1;
    }
    json_t *string = json_stringn(clean, used);
    char *out = string ? dp_json_text_value(string) : NULL;
    json_decref(string);
    free(clean);
    if (dp_json_is_complete())
        return out;
    free(out);
    return NULL;
}
