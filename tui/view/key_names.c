#include "config.h"

#include "tui/view/key_names.h"

#include "engine/core/arith.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *name;
    int code;
} words[] = {
    { "Enter", DP_KEY_ENTER },
    { "Esc", DP_KEY_ESC },
    { "space", ' ' },
};

int dp_key_named(const char *name, size_t length)
{
    const unsigned char *c = (const unsigned char *)name;
    if (length == 1)
        return isgraph(c[0]) && !isdigit(c[0]) ? c[0] : 0;
    if (length == 2 && c[0] == '^')
        return DP_CTRL(c[1]);
    for (size_t i = 0; i < DP_COUNT(words); i++)
        if (length == strlen(words[i].name) && strncmp(name, words[i].name, length) == 0)
            return words[i].code;
    return 0;
}

/* The entry of a row for a key; NULL if it has none. */
static const dp_key *entry(const dp_key_row *row, int code)
{
    for (const dp_key *key = row->key; key && key->code; key++)
        if (key->code == code)
            return key;
    return NULL;
}

int dp_key_of_name(const dp_key_row *row, const char *name, size_t length)
{
    const dp_key *key = entry(row, dp_key_named(name, length));
    return key ? key->code : 0;
}

static int count_parts(const char *what)
{
    int n = 1;
    for (; *what; what++)
        n += *what == ';';
    return n;
}

int dp_key_of_part(const dp_key_row *row, int part)
{
    const dp_key *found = NULL;
    int n = 0;
    for (const char *name = row->names; *name;) {
        size_t length = strcspn(name, " ");
        const dp_key *key = entry(row, dp_key_named(name, length));
        if (key && n++ == part)
            found = key;
        else if (key && found && part == count_parts(row->what) - 1 &&
                 (key->act != found->act || key->arg != found->arg))
            return 0; /* the last part stands for all keys that are left */
        name += length;
        name += strspn(name, " ");
    }
    return found ? found->code : 0;
}
