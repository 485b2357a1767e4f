/* The table of keys: no key is bound twice, and the lists of keys in the README and in the man
 * page are those of the table. */
#include "config.h"

#include "tui/pad/keys.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

enum { LIST_SIZE = 1 << 13, PAGE_SIZE = 1 << 17 };

/* How often a key is bound in a place. */
static int count(int code, unsigned where, bool once)
{
    int n = 0;
    for (const dp_key_row *row = dp_key_rows; row->where; row++)
        for (const dp_key *key = row->key; key && key->code; key++)
            n += key->code == code && dp_key_row_works(row, where, once);
    return n;
}

START_TEST(a_key_does_one_thing)
{
    for (unsigned where = DP_ON_PAD; where <= DP_IN_MENU; where *= 2)
        for (int code = 1; code <= DP_KEY_OUTSIDE; code++)
            for (int once = 0; once < 2; once++)
                ck_assert_msg(count(code, where, once) <= 1, "key %d in place %u", code,
                              where);
    ck_assert_int_eq(count('q', DP_IN_HELP, false), 0);
    ck_assert_int_eq(count('q', DP_IN_SMALL_WINDOW, true), 1);
    ck_assert_int_eq(count('c', DP_IN_SMALL_WINDOW, false), 0);
    ck_assert_int_eq(count('T', DP_ON_PAD, true), 0);
    ck_assert_int_eq(count(DP_CTRL('l'), DP_IN_MENU, true), 1);
}
END_TEST

/* ---- lists in the documents ------------------------------------------------------------ */

static void read_document(char text[PAGE_SIZE], const char *name)
{
    char path[4096];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/%s", srcdir ? srcdir : "..", name);
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    size_t n = fread(text, 1, PAGE_SIZE - 1, f);
    ck_assert(n < PAGE_SIZE - 1);
    text[n] = '\0';
    fclose(f);
}

/* Replace what a page must write for "-", "^" and "…": in roff, the first is a hyphen, the second
 * an accent, and the third not ASCII. */
static void unescape(char *text)
{
    static const char *const escapes[][2] = { { "\\-", "-" },
                                              { "\\(ha", "^" },
                                              { "\\[u2026]", "…" } };
    for (size_t i = 0; i < DP_COUNT(escapes); i++) {
        const size_t from = strlen(escapes[i][0]), to = strlen(escapes[i][1]);
        for (char *at = text; (at = strstr(at, escapes[i][0])); at += to) {
            memcpy(at, escapes[i][1], to);
            memmove(at + to, at + from, strlen(at + from) + 1);
        }
    }
}

static bool is_in_help(const dp_key_row *row)
{
    return !row->minor && dp_key_row_works(row, DP_ON_PAD, false);
}

static bool is_on_pad(const dp_key_row *row)
{
    return dp_key_row_works(row, DP_ON_PAD, false);
}

static bool is_for_once(const dp_key_row *row)
{
    return !row->minor && row->mode == DP_ONLY_ONCE;
}

static bool is_only_in_help(const dp_key_row *row)
{
    return row->where == DP_IN_HELP;
}

static bool is_in_menu(const dp_key_row *row)
{
    return row->where == DP_IN_MENU;
}

/* The texts around the rows of a list, and around the two columns of a row. */
typedef struct style {
    const char *before, *left, *between, *right, *after;
} style;

/* Expect a list of these rows, and no others. */
static void expect_list(const char *document, style s,
                        bool (*is_listed)(const dp_key_row *))
{
    char list[LIST_SIZE];
    int used = snprintf(list, sizeof list, "%s", s.before);
    for (const dp_key_row *row = dp_key_rows; row->where; row++)
        if (is_listed(row))
            used += snprintf(list + used, sizeof list - (size_t)used, "%s%s%s%s%s",
                             s.left, row->names, s.between, row->what, s.right);
    snprintf(list + used, sizeof list - (size_t)used, "%s", s.after);
    ck_assert_msg(strstr(document, list) != NULL, "the document lacks\n%s", list);
}

START_TEST(the_readme_lists_the_keys_of_the_help)
{
    static char text[PAGE_SIZE];
    const style table = { "|---|---|\n", "| ", " | ", " |\n", "\n" };
    read_document(text, "README.md");
    expect_list(text, table, is_in_help);
}
END_TEST

START_TEST(the_man_page_lists_all_keys)
{
    static char text[PAGE_SIZE];
    const style table = { "\n.ta 16n\n", "", "\t", "\n", ".fi\n" };
    read_document(text, "tui/man/digitpad-draw.1.in");
    unescape(text);
    expect_list(text, table, is_on_pad);
    expect_list(text, table, is_for_once);
    expect_list(text, table, is_only_in_help);
    expect_list(text, table, is_in_menu);
}
END_TEST

UNIT_MAIN("keys", a_key_does_one_thing, the_readme_lists_the_keys_of_the_help,
          the_man_page_lists_all_keys)
