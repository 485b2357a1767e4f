"""Mutations of C text: what can be changed in a line so that it still compiles and is wrong.

`lines(text)` finds the lines that can be changed. `choose(lines, seed)` orders them at random,
in a way that other lines do not influence, with one change of each.
"""
import hashlib
import re
from collections import Counter, namedtuple

Token = namedtuple("Token", "kind text start end line")
# A change: the text between two offsets becomes another one.
Change = namedtuple("Change", "kind start end text")
Line = namedtuple("Line", "number text changes")

TOKENS = re.compile(r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<directive>(?m:^)[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<operator><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
""", re.VERBOSE | re.DOTALL)

OPERATORS = {
    "comparison": {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="},
    "arithmetic": {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "<<": ">>", ">>": "<<",
                   "+=": "-=", "-=": "+=", "++": "--", "--": "++", "&": "|", "|": "&",
                   "|=": "&=", "&=": "|="},
    "logic": {"&&": "||", "||": "&&"},
}
EITHER_SIDE = {"++", "--", "+=", "-=", "|=", "&="}
ERROR = re.compile(r"dp_fail\b|DP_(?!OK\b)[A-Z]+$|code$|false$|NULL$|-1$")


def tokens(text):
    """The tokens of C text, without comments and directives of the preprocessor."""
    found, line, at = [], 1, 0
    for match in TOKENS.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if match.lastgroup not in ("skip", "directive"):
            found.append(Token(match.lastgroup, match[0], match.start(), match.end(), line))
    return found


def extent(stream, i, stops):
    """The index of the first token from i on that ends an operand: one of the stops, or a closing
    bracket that was not opened in it."""
    depth = 0
    while i < len(stream):
        text = stream[i].text
        if depth == 0 and (text in stops or text in (")", "]", "}")):
            return i
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        i += 1
    return i


def operator_changes(stream, i):
    """Another operator; a bound that is one more or less; an operand of && or || left out."""
    token = stream[i]
    before = stream[i - 1]
    # clang-format puts blanks around an operator of two operands, and a * of a pointer beside its name.
    binary = before.end < token.start and token.end < stream[i + 1].start
    for kind, table in OPERATORS.items():
        if token.text in table and (binary or token.text in EITHER_SIDE):
            yield Change(kind, token.start, token.end, table[token.text])
    if token.text in ("<", "<=", ">", ">="):
        yield Change("bound", token.end, token.end, " 1 +")
        yield Change("bound", token.end, token.end, " -1 +")
    if token.text in ("&&", "||"):
        last = extent(stream, i + 1, ("&&", "||", ";", "?", ":", ","))
        yield Change("dropped condition", token.start, stream[last - 1].end,
                     f"{token.text} {1 if token.text == '&&' else 0}")


def constant_changes(token):
    """An integer that is one more or less."""
    match = re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)([uUlL]*)", token.text)
    if match:
        value = int(match[1], 0) if match[1] == "0" or not match[1].startswith("0") \
            or match[1].startswith("0x") else int(match[1], 8)
        yield Change("constant", token.start, token.end, f"{value + 1}{match[2]}")
        if value:
            yield Change("constant", token.start, token.end, f"{value - 1}{match[2]}")


def branch_changes(stream, i):
    """if and ?: with their branches swapped."""
    token = stream[i]
    if token.text == "if":
        last = extent(stream, i + 2, ())
        if last < len(stream):
            start, end = stream[i + 1].end, stream[last].start
            yield Change("swapped branches", start, end, ("!(", start, end, ")"))
    if token.text == "?":
        middle = extent(stream, i + 1, (":",))
        end = extent(stream, middle + 1, (";", ",", ":"))
        if middle > i + 1 and end < len(stream):
            yes = stream[i + 1].start, stream[middle - 1].end
            no = stream[middle + 1].start, stream[end - 1].end
            yield Change("swapped branches", yes[0], no[1], (*no, " : ", *yes))


def error_changes(stream, i):
    """An error that is neither returned nor kept."""
    token = stream[i]
    if token.text == "return" and stream[i - 1].text == ")":
        last = extent(stream, i, (";",))
        words = [t.text for t in stream[i + 1:last]]
        if words and ERROR.match("".join(words[:2])):
            yield Change("dropped error", token.start, stream[i + 1].start, "(void)")
    if token.text == "=" and stream[i - 1].text == "code" and stream[i + 1].text == "dp_fail":
        yield Change("dropped error", stream[i - 1].start, stream[i + 1].start, "(void)")


def body(text, change):
    """The text that a change writes; pieces of it may be spans of the text."""
    if isinstance(change.text, str):
        return change.text
    parts, pieces = [], list(change.text)
    while pieces:
        piece = pieces.pop(0)
        parts.append(piece if isinstance(piece, str) else text[piece:pieces.pop(0)])
    return "".join(parts)


def lines(text):
    """The lines of C text that can be changed, with their changes."""
    stream = tokens(text)
    source = text.split("\n")
    found = {}
    for i in range(1, len(stream) - 1):
        token = stream[i]
        changes = []
        if token.kind == "operator":
            changes += operator_changes(stream, i)
        if token.kind == "number":
            changes += constant_changes(token)
        changes += branch_changes(stream, i)
        changes += error_changes(stream, i)
        found.setdefault(token.line, []).extend(
            Change(c.kind, c.start, c.end, body(text, c)) for c in changes)
    return [Line(number, source[number - 1].strip(), changes)
            for number, changes in sorted(found.items()) if changes]


def apply(text, change):
    """The text with a change."""
    return text[:change.start] + change.text + text[change.end:]


def choose(files, seed):
    """[(file, line, change)] in the order of a random number that depends on the seed, the file
    and the text of the line only. files: {name: text}."""
    ranked = []
    for name, text in files.items():
        seen = Counter()
        for line in lines(text):
            key = f"{seed}\0{name}\0{line.text}\0{seen[line.text]}"
            seen[line.text] += 1
            number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
            ranked.append((number, name, line, line.changes[number % len(line.changes)]))
    return [entry[1:] for entry in sorted(ranked, key=lambda entry: entry[0])]
