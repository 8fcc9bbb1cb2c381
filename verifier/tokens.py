"""LaTeX and plain formulas as tokens: numbers, letters, commands, signs."""

import re
from dataclasses import dataclass

from verifier.latex import braced
from verifier.tree import UnparsableError

_FUNCTIONS = "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth ln log exp sqrt lg asin acos atan Re Im"
FUNCTIONS = frozenset(_FUNCTIONS.split())
TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+))|(?P<command>\\[a-zA-Z]+|\\[{}|%$])|(?P<letter>[a-zA-Z])"
    r"|(?P<symbol>[-+*/^_()\[\]{}|!,'%])|(?P<blank>\s+)"
)
NAMES = re.compile(r"\\(?:text|mathrm|operatorname|mathit|textrm|mathbf|mathcal|mathbb|boldsymbol|textbf|textit)\s*")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    spaced: bool


def tokenise(text: str) -> list[Token]:
    tokens: list[Token] = []
    index, spaced = 0, False
    while index < len(text):
        if name := NAMES.match(text, index):
            group = braced(text, name.end())
            if group is None:
                raise UnparsableError("a font command without its braces")
            word, index = group[0].strip(), group[1]
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9 .\-]*", word):
                raise UnparsableError(f"{word!r} is no name")
            kind = "command" if word in FUNCTIONS else "letter"
            tokens.append(Token(kind, "\\" + word if kind == "command" else word, spaced))
            spaced = False
            continue
        match = TOKEN.match(text, index)
        if match is None:
            raise UnparsableError(f"unexpected {text[index]!r}")
        index = match.end()
        kind = match.lastgroup or ""
        if kind == "blank":
            spaced = True
            continue
        tokens.append(Token(kind, match[0], spaced))
        spaced = False
    return [*_plain_functions(tokens), Token("end", "", True)]


def _plain_functions(tokens: list[Token]) -> list[Token]:
    """Letters that spell `sin`, `sqrt`, `pi` or the like without a backslash become commands."""
    result: list[Token] = []
    index = 0
    words = sorted(FUNCTIONS | {"pi", "theta"} - {"Re", "Im"}, key=len, reverse=True)
    while index < len(tokens):
        for word in words:
            run = tokens[index : index + len(word)]
            if "".join(t.text for t in run) == word and all(t.kind == "letter" for t in run):
                if any(t.spaced for t in run[1:]):
                    continue
                result.append(Token("command", "\\" + word, run[0].spaced))
                index += len(word)
                break
        else:
            result.append(tokens[index])
            index += 1
    return result
