#!/bin/sh
# No function has more than six parameters: neither those that are defined or declared nor the
# function pointers in structures, types and parameter lists.
. "${srcdir:-.}/tests/tap.sh"
cd "$srcdir" || exit 99
most=6

# count FILE…: "file: name N" for each parameter list outside of function bodies, where N is
# the number of its parameters. The lists are read off the parentheses, after comments, strings
# and preprocessor lines are removed; bodies and initialisers are skipped.
count() {
    awk '
        function start() { comment = directive = skip = parens = structs = 0; before = "" }
        function finish() {
            if (comment || skip || parens || structs) print last ": the file ends in the middle of something 0"
        }
        # The line without comments, strings and characters.
        function bare(line,    out) {
            while (1) {
                if (comment) {
                    if (!match(line, /\*\//)) return out
                    line = substr(line, RSTART + 2)
                    comment = 0
                }
                if (!match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|\/\*/)) return out line
                out = out substr(line, 1, RSTART - 1) " "
                comment = substr(line, RSTART, 2) == "/*"
                line = substr(line, RSTART + RLENGTH)
            }
        }
        # The name before a parenthesis; before that of a function pointer, the last one inside
        # the parentheses in front of it.
        function name(text) {
            gsub(/[^A-Za-z0-9_]+/, " ", text)
            sub(/ +$/, "", text)
            sub(/.* /, "", text)
            return text
        }
        function token(c, text) {
            before = before text
            if (skip) {
                skip += (c == "{") - (c == "}")
                if (!skip) before = ""
            } else if (c == "(") {
                parens++
                list[parens] = name(before)
                commas[parens] = 0
            } else if (c == ",") {
                commas[parens]++
            } else if (c == ")") {
                print FILENAME ": " list[parens] " " commas[parens] + 1
                parens--
            } else if (c == "{" && before ~ /(struct|union)( +[A-Za-z0-9_]+)? *$/) {
                structs++
                before = ""
            } else if (c == "{") {
                skip = 1
            } else {
                structs -= c == "}"
                before = ""
            }
        }
        FNR == 1 { if (NR > 1) finish(); start(); last = FILENAME }
        {
            line = bare($0)
            hash = directive || line ~ /^ *#/
            directive = hash && line ~ /\\$/
            if (hash) next
            while (match(line, /[(){},;]/)) {
                token(substr(line, RSTART, 1), substr(line, 1, RSTART - 1))
                line = substr(line, RSTART + 1)
            }
            before = before line " "
        }
        END { finish() }' "$@"
}

# shellcheck disable=SC2046 # file names of our own, without spaces
count $(find engine weights tui -name '*.[ch]' ! -name '*.pb-c.[ch]' | sort) >"$tmp/lists"
ok "the check reads at least 3000 parameter lists" [ "$(wc -l <"$tmp/lists")" -ge 3000 ]
is "every file is read to its end" "$(grep ' 0$' "$tmp/lists")" ""
is "no function has more than $most parameters" \
    "$(awk -v most="$most" '$NF > most' "$tmp/lists" | sort -u)" ""

# The check itself counts what it should.
cat >"$tmp/sample.c" <<'EOF'
#define SKIPPED(a, b, c, d, \
                e, f, g) a
enum { A, B, C };
static const int initialiser[] = { f(1, 2), 3 };
/* a comment, with (many, many, many, commas, and, words, in, it) */
int none(void);
int pointer(int a, void (*call)(int b, int c), const char *text,
            int d);
struct table {
    int (*field)(int a, int b,
                 int c);
};
int defined(int a, int b)
{
    return other(a, "(,,,", ',', b, b, b, b, b, b);
}
EOF
# The parentheses around the names of pointers count as lists of one.
is "declarations, definitions and function pointers are counted" \
    "$(count "$tmp/sample.c" | sed 's/.*: //' | sort | tr '\n' ' ')" \
    "call 2 defined 2 field 3 int 1 none 1 pointer 4 void 1 "
echo 'int broken(int a' >"$tmp/broken.c"
like "a file that ends too early is found" "$(count "$tmp/broken.c")" ' 0$'
done_testing
