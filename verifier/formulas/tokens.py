"""LaTeX and plain formulas as tokens: numbers, letters, commands, signs; and a place among them."""

import re
from dataclasses import dataclass

from verifier.formulas.tree import Node, UnparsableError
from verifier.latex import GREEK, braced

_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc asin acos atan sinh cosh tanh coth sech csch "
    "arcsinh arccosh arctanh arsinh arcosh artanh asinh acosh atanh ln log lg exp sqrt Re Im erf erfc sgn sign "
    "max min gcd lcm det mod arg"
)
FUNCTIONS = frozenset(_FUNCTIONS.split())
_GREEK_WORDS = {name.strip(" \\") for name in GREEK.values()} | {"epsilon"}
SPELLED = sorted(
    (FUNCTIONS - {"Re", "Im", "sign"}) | {"pi"} | {word for word in _GREEK_WORDS if len(word) > 2} - {"eta", "tau"},
    key=len,
    reverse=True,
)
INITIALS = frozenset(word[0] for word in SPELLED)
TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+))|(?P<command>\\(?:begin|end)\s*\{[a-zA-Z*]{1,12}\}|\\[a-zA-Z]+|\\[\\{}|%$])"
    r"|(?P<letter>[a-zA-Z])|(?P<symbol>[-+*/^_()\[\]{}|!,'%&=<>;])|(?P<blank>\s+)"
)
NAMES = re.compile(r"\\(?:text|mathrm|operatorname|mathit|textrm|textit|textnormal|mathsf|mbox)\*?\s*(?=\{)")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9 .\-]*")
_CONNECTIVES = "and or if for where when with otherwise is are the of than"
CONNECTIVES = frozenset(_CONNECTIVES.split())
PRIMES = re.compile(r"\^\s*(?:\\prime|\{\s*((?:\\prime\s*){1,4})\})")


@dataclass(frozen=True, slots=True)
class Token:
    """`spaced`: a blank stood before it."""

    kind: str
    text: str
    spaced: bool


def tokenise(text: str) -> list[Token]:
    text = PRIMES.sub(lambda match: "'" * (match[1] or r"\prime").count("prime"), text)
    tokens: list[Token] = []
    index, spaced = 0, False
    while index < len(text):
        if name := NAMES.match(text, index):
            word, index = _word(text, name.end())
            command = word in FUNCTIONS
            tokens.append(Token("command" if command else "letter", "\\" * command + word, spaced))
            spaced = False
            continue
        match = TOKEN.match(text, index)
        if match is None:
            raise UnparsableError(f"unexpected {text[index]!r}")
        index = match.end()
        if match.lastgroup == "blank":
            spaced = True
            continue
        tokens.append(Token(match.lastgroup or "", match[0], spaced))
        spaced = False
    return [*_spelled_out(tokens), Token("end", "", True)]


def _word(text: str, start: int) -> tuple[str, int]:
    group = braced(text, start)
    if group is None:
        raise UnparsableError("a font command without its braces")
    word = group[0].strip()
    if not WORD.fullmatch(word) or CONNECTIVES & set(word.lower().split()):
        raise UnparsableError(f"{word!r} is no name")
    return word, group[1]


def _spelled_out(tokens: list[Token]) -> list[Token]:
    """Letters that spell `sin`, `sqrt`, `pi` or the like without a backslash become commands."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        word = _spelled_at(tokens, index) if token.kind == "letter" and token.text in INITIALS else None
        result.append(Token("command", "\\" + word, token.spaced) if word else token)
        index += len(word) if word else 1
    return result


def _spelled_at(tokens: list[Token], index: int) -> str | None:
    run = ""
    for token in tokens[index : index + len(SPELLED[0])]:
        if token.kind != "letter" or len(token.text) > 1 or (run and token.spaced):
            break
        run += token.text
    return next((word for word in SPELLED if run.startswith(word)), None)


class Cursor:
    """A place among tokens. What reads operands needs to read whole expressions, and is the base of what does."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind == "end":
            raise UnparsableError("something is missing at the end")
        self.index += 1
        return token

    def accept(self, *texts: str) -> bool:
        if self.peek().text in texts and self.peek().kind != "end":
            self.index += 1
            return True
        return False

    def accept_run(self, *texts: str) -> bool:
        """All of them, one after the other, or none."""
        if all(self.peek(ahead).text == text for ahead, text in enumerate(texts)):
            self.index += len(texts)
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise UnparsableError(f"expected {text!r}, found {self.peek().text!r}")

    def sum(self) -> Node:
        raise NotImplementedError

    def product(self) -> Node:
        raise NotImplementedError

    def power(self) -> Node:
        raise NotImplementedError

    def argument(self) -> Node:
        raise NotImplementedError
